// autosshctl(1), "Output".
#include "autossh/ctl/screen_text.hpp"

#include "support/catch.hpp"

#include <string>

using namespace autossh;

TEST_CASE("autosshctl, output: what a terminal would act on is shown as text")
{
    CHECK(fit_for_screen("plain \xc3\xa9") == "plain \xc3\xa9");
    CHECK(fit_for_screen("\x1b[2J") == "\\x1b[2J");
    CHECK(fit_for_screen("a\nb\tc\rd") == "a\\x0ab\\x09c\\x0dd");
    CHECK(fit_for_screen("\xc2\x9b"
                         "31m") == "\\xc2\\x9b31m");             // the CSI of Latin 1
    CHECK(fit_for_screen("\xe2\x80\xae") == "\\xe2\\x80\\xae");  // right to left from here on
    CHECK(fit_for_screen("\xff\xc3") == "\\xff\\xc3");           // no UTF-8
    CHECK(fit_for_screen("\x7f") == "\\x7f");
    CHECK(lines_fit_for_screen("a\n\tb\x07\r\n") == "a\n\tb\\x07\\x0d\n");
}

TEST_CASE("autosshctl, output: widths are those of characters, not of bytes")
{
    CHECK(screen_width("caf\xc3\xa9") == 4);
    CHECK(screen_width("e\xcc\x81") == 1);                 // an accent of its own
    CHECK(screen_width("\xe6\x97\xa5\xe6\x9c\xac") == 4);  // two wide characters
    CHECK(cut_to_width("caf\xc3\xa9", 4) == "caf\xc3\xa9");
    CHECK(cut_to_width("caf\xc3\xa9 au lait", 7) == "caf\xc3\xa9...");
    CHECK(cut_to_width("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 5) == "\xe6\x97\xa5...");
    CHECK(cut_to_width("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e", 3) == "\xe6\x97\xa5");
    CHECK(cut_to_width("abcdef", 0).empty());
    CHECK(bytes_within("caf\xc3\xa9s", 4) == 5);
    CHECK(in_ascii("caf\xc3\xa9 \xe6\x97\xa5") == "caf? ??");
}
