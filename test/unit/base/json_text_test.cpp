// Any bytes, as a JSON string that every reader takes.
#include "autossh/base/json_text.hpp"
#include "support/catch.hpp"

#include <cstddef>

using namespace autossh;
using namespace std::string_literals;

namespace {

struct Row {
    std::string text;
    std::string json;
};

const std::string bad = "\xEF\xBF\xBD";  // U+FFFD

std::string in_quotes(const std::string& text)
{
    return '"' + text + '"';
}

}  // namespace

TEST_CASE("JSON text: quotes, backslashes and control characters are escaped")
{
    const Row rows[] = {
        {"", ""},
        {"plain text, with / and '", "plain text, with / and '"},
        {"say \"no\"", R"(say \"no\")"},
        {R"(C:\dir\)", R"(C:\\dir\\)"},
        {"a\nb\rc\td", R"(a\nb\rc\td)"},
        {"\b\f\x1B[0m", R"(\u0008\u000c\u001b[0m)"},
        {"\0"s, R"(\u0000)"},
        {"\x1F \x7F", R"(\u001f \u007f)"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(json_string(row.text) == in_quotes(row.json));
    }
    for (int code = 0; code < 0x20; ++code) {
        CAPTURE(code);
        const std::string json = json_string(std::string(1, static_cast<char>(code)));
        CHECK(json.size() > 3);
        CHECK(json[1] == '\\');
    }
}

TEST_CASE("JSON text: valid UTF-8 stays as it is")
{
    for (const char* text : {"\xC2\x80", "gr\xC3\xBC\xC3\x9F", "\xDF\xBF", "\xE0\xA0\x80", "\xE2\x82\xAC",
                             "\xED\x9F\xBF", "\xEE\x80\x80", "\xEF\xBF\xBF", "\xF0\x90\x80\x80",
                             "\xF0\x9F\x98\x80", "\xF3\xBF\xBF\xBF", "\xF4\x8F\xBF\xBF"}) {
        CAPTURE(text);
        CHECK(json_string(text) == in_quotes(text));
    }
}

TEST_CASE("JSON text: each byte that is not UTF-8 becomes U+FFFD, and what follows is kept")
{
    const Row rows[] = {
        {"\x80", bad},  // continuation without a beginning
        {"\xBFx", bad + "x"},
        {"\xC3", bad},  // cut off at the end
        {"\xE2\x82", bad + bad},
        {"\xF0\x9F\x98", bad + bad + bad},
        {"\xC3(", bad + "("},  // cut off by another character
        {"\xE2\x82\"", bad + bad + "\\\""},
        {"\xE2\xC3\xBC", bad + "\xC3\xBC"},
        {"\xC0\xAF", bad + bad},  // overlong
        {"\xC1\xBF", bad + bad},
        {"\xE0\x9F\xBF", bad + bad + bad},
        {"\xF0\x8F\xBF\xBF", bad + bad + bad + bad},
        {"\xED\xA0\x80", bad + bad + bad},  // surrogates
        {"\xED\xBF\xBF", bad + bad + bad},
        {"\xF4\x90\x80\x80", bad + bad + bad + bad},  // beyond U+10FFFF
        {"\xF5\x80\x80\x80", bad + bad + bad + bad},
        {"\xFE\xFF", bad + bad},                  // never in UTF-8
        {"caf\xE9 noir", "caf" + bad + " noir"},  // Latin-1
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(json_string(row.text) == in_quotes(row.json));
    }
}
