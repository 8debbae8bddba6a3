// autossh-fleet(5), "The file": what TOML allows where.
#include "autossh/settings/toml.hpp"

#include "support/catch.hpp"

#include <memory>
#include <string>
#include <utility>
#include <vector>

using namespace autossh;

namespace {

std::variant<TomlValue, FleetError> read_text(const std::string& text)
{
    return read_toml(text, std::make_shared<const std::string>("f"));
}

/// "LINE:COLUMN", or "well".
std::string mistake_in(const std::string& text)
{
    const auto read = read_text(text);
    const auto* const error = std::get_if<FleetError>(&read);
    return error == nullptr ? "well"
                            : std::to_string(error->at.line) + ":" + std::to_string(error->at.column);
}

}  // namespace

TEST_CASE("The file: what is not ASCII stands in strings and comments alone, and is told with its place")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {"a = \"ö\" # ö\n# ö\n\"ö\" = 'ö'\n", "well"},
        {"\xEF\xBB\xBF"
         "a = 1\n",
         "well"},
        {"a = \"\\\"ö\"\nb = '\\'\nc = 'ö'\n", "well"},
        {"a = \"\"\"\n\"ö\" \\\"\"\" ö\"\"\"\"\"\nb = '''\n'ö'''''\n", "well"},
        {"a = [\n 'ö', # ö\n \"ö\" ]\n", "well"},
        {"ö = 1\n", "1:1"},
        {"a = 1\nböl = 1\n", "2:2"},
        {"\"ö\"ö = 1\n", "1:4"},
        {"a = ö\n", "1:5"},
        {"a = 1\xC2\xA0\n", "1:6"},
        {"ho\xEF\xBB\x9F = 1\n", "1:3"},
        {"a = 1 \xFF\n", "1:7"},
        {"a = 'ö\nö = 1\n", "2:1"},
        {"a = \"\"\"ö", "1:9"},
    };
    for (const auto& [text, mistake] : cases) {
        CAPTURE(text);
        CHECK(mistake_in(text) == mistake);
    }
    const auto read = read_text("ö = 1\n");
    REQUIRE(std::holds_alternative<FleetError>(read));
    CHECK(std::get<FleetError>(read).text == "\"\\xc3\\xb6\" can stand in quotes and in comments alone");
}
