#include "autossh/base/text.hpp"

#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;
using Words = std::vector<std::string>;

TEST_CASE("A line is taken apart as by a shell that expands nothing")
{
    const std::vector<std::pair<std::string, Words>> rows{
        {"", {}},
        {" \t\n", {}},
        {"a b\tc\nd", {"a", "b", "c", "d"}},
        {" a  b ", {"a", "b"}},
        {"'a b' \"c d\"", {"a b", "c d"}},
        {"a'b 'c", {"ab c"}},
        {"'' \"\"", {"", ""}},
        {"a\\ b", {"a b"}},
        {"'a\\b'", {"a\\b"}},
        {R"("a\"b\\c\d")", {R"(a"b\c\d)"}},
        {"$HOME `x` *", {"$HOME", "`x`", "*"}},
        {"\\'a", {"'a"}},
    };
    for (const auto& [line, words] : rows) {
        INFO(line);
        CHECK(shell_words(line) == words);
    }
    for (const char* const open : {"'a", "\"a", "a\\", "\"a\\\""}) {
        INFO(open);
        CHECK_FALSE(shell_words(open));
    }
}

TEST_CASE("Words that were quoted for a shell come back as they were")
{
    const Words words{"plain", "with blank", "it's", "", "$x", "a\"b\\c", "=x"};
    CHECK(shell_words(shell_quoted(words)) == words);
}

TEST_CASE("a stranger's bytes cannot forge a log line")
{
    CHECK(printable("plain text") == "plain text");
    CHECK(printable("a\r\nb\x1b[1m\xff") == "a\\x0d\\x0ab\\x1b[1m\\xff");
}
