#include "autossh/settings/csv.hpp"
#include "autossh/settings/fleet_forward.hpp"
#include "autossh/settings/nearest.hpp"
#include "autossh/settings/tunnel_file.hpp"
#include "support/catch.hpp"

#include <array>
#include <string>
#include <vector>

using namespace autossh;

TEST_CASE("Fleet file: a forward is one that ssh takes")
{
    struct Case {
        ForwardOption option;
        std::string specification;
        bool good;
        std::string listens;
    };
    using enum ForwardOption;
    const std::vector<Case> cases{
        {local, "8080:web:80", true, "127.0.0.1:8080"},
        {local, "localhost:8080:web:80", true, "127.0.0.1:8080"},
        {local, ":8080:web:80", true, "*:8080"},
        {local, "*:8080:web:80", true, "*:8080"},
        {local, "0.0.0.0:8080:web:80", true, "*:8080"},
        {local, "[::1]:8080:[2001:db8::1]:80", true, "::1:8080"},
        {local, "8080:/run/x", true, "127.0.0.1:8080"},
        {local, "b:8080:/run/x", true, "b:8080"},
        {local, "/run/a:/run/b", true, "/run/a"},
        {local, "/run/a:web:80", true, "/run/a"},
        {local, "8080:web:http", true, "127.0.0.1:8080"},
        {local, "${X}:web:80", true, ""},
        {local, "%d/s:web:80", true, ""},
        {local, "8080:web", false, ""},
        {local, "8080", false, ""},
        {local, "", false, ""},
        {local, "0:web:80", false, ""},
        {local, "70000:web:80", false, ""},
        {local, "8080:web:70000", false, ""},
        {local, "8080::80", false, ""},
        {local, "a:b:c:d:e", false, ""},
        {remote, "0:localhost:22", true, ""},
        {remote, "2222:localhost:22", true, ""},
        {remote, "*:2222:localhost:22", true, ""},
        {remote, "/run/s:localhost:22", true, ""},
        {remote, "1080", true, ""},
        {remote, "localhost:1080", true, ""},
        {dynamic, "1080", true, "127.0.0.1:1080"},
        {dynamic, "*:1080", true, "*:1080"},
        {dynamic, "[::1]:1080", true, "::1:1080"},
        {dynamic, "1080:web:80", false, ""},
        {dynamic, "/run/s", false, ""},
    };
    for (const auto& [option, specification, good, listens] : cases) {
        CAPTURE(specification, letter_of(option));
        CHECK(mistake_in_forward(option, specification).empty() == good);
        CHECK(listens_at(option, specification).value_or("") == listens);
    }
    CHECK(mistake_in_forward(dynamic, "x:y:z") == "\"x:y:z\" is no forward for -D: [BIND:]PORT");
}

TEST_CASE("Fleet file: a forward is found in ssh's answer by its words")
{
    struct Case {
        ForwardOption option;
        std::string specification, listed;
    };
    using enum ForwardOption;
    const std::vector<Case> cases{
        {local, "8080:web:80", "8080 [web]:80"},
        {local, "08080:web:http", "8080 [web]:http"},
        {local, "[::1]:8080:[2001:db8::1]:80", "[::1]:8080 [2001:db8::1]:80"},
        {local, ":8080:web:80", "[]:8080 [web]:80"},
        {local, "b:8080:/run/x", "[b]:8080 /run/x"},
        {local, "8080:/run/x", "8080 /run/x"},
        {local, "/run/a:web:80", "/run/a [web]:80"},
        {local, "/run/a:/run/b", "/run/a /run/b"},
        {local, "8080:%h:80", "8080 [%h]:80"},
        {local, "%d/s:web:80", ""},
        {local, "http:web:80", ""},
        {remote, "0:localhost:22", "0 [localhost]:22"},
        {remote, "1080", "1080 [socks]:0"},
        {remote, "*:1080", "[*]:1080 [socks]:0"},
        {remote, "/run/s:localhost:22", "/run/s [localhost]:22"},
        {dynamic, "1080", "1080"},
        {dynamic, "localhost:1080", "[localhost]:1080"},
    };
    for (const auto& [option, specification, listed] : cases) {
        CAPTURE(specification, letter_of(option));
        CHECK(as_ssh_lists(option, specification).value_or("") == listed);
    }
}

TEST_CASE("Fleet file: a place is taken by the same one, or by all addresses of its port")
{
    CHECK(are_in_conflict("127.0.0.1:1", "127.0.0.1:1"));
    CHECK(are_in_conflict("*:1", "127.0.0.1:1"));
    CHECK(are_in_conflict("::1:1", "*:1"));
    CHECK_FALSE(are_in_conflict("127.0.0.2:1", "127.0.0.1:1"));
    CHECK_FALSE(are_in_conflict("*:1", "*:2"));
    CHECK_FALSE(are_in_conflict("*:1", "/a:1"));
    CHECK(are_in_conflict("/a", "/a"));
}

TEST_CASE("Fleet file: a table is read as RFC 4180 has it")
{
    const auto rows = read_csv("\xef\xbb\xbfname,\"a \"\"b\"\"\"\r\n\r\n\"two\nlines\",x\n,\nlast,y");
    REQUIRE(rows.size() == 4);
    CHECK((rows[0].fields == std::vector<std::string>{"name", "a \"b\""}));
    CHECK((rows[1].fields == std::vector<std::string>{"two\nlines", "x"}));
    CHECK(rows[1].line == 3);
    CHECK((rows[2].fields == std::vector<std::string>{"", ""}));
    CHECK(rows[2].line == 5);
    CHECK((rows[3].fields == std::vector<std::string>{"last", "y"}));
    CHECK(read_csv("").empty());
}

TEST_CASE("Fleet file: the file of a single tunnel is read as systemd reads it")
{
    using Variables = std::vector<std::pair<std::string, std::string>>;
    struct Case {
        std::string text;
        Variables variables;
    };
    const std::vector<Case> cases{
        {"A=b\n", {{"A", "b"}}},
        {" A = b c \n", {{"A", "b c"}}},
        {"A=\" b \"\n", {{"A", " b "}}},
        {"A='b \"c\\'\n", {{"A", "b \"c\\"}}},
        {"A=\"b\\\"c\\d\"\n", {{"A", "b\"c\\d"}}},
        {"A=b\\\nc\n", {{"A", "bc"}}},
        {"A=b\\ c\\ \n", {{"A", "b c "}}},
        {"A=\"b\nc\"\n", {{"A", "b\nc"}}},
        {"# A=b\n; B=c\nC=d", {{"C", "d"}}},
        {"# joined \\\nA=b\nB=c\n", {{"B", "c"}}},
        {"nothing\nA=b", {{"A", "b"}}},
        {"A=\n", {{"A", ""}}},
    };
    for (const auto& [text, variables] : cases) {
        CAPTURE(text);
        CHECK((read_environment_file(text) == variables));
    }
}

TEST_CASE("Fleet file: who mistypes a word is told what is near it")
{
    constexpr std::array<std::string_view, 3> known{"poll", "first-poll", "priority"};
    CHECK((nearest("pol", known) == std::optional<std::string_view>("poll")));
    CHECK((nearest("prioriti", known) == std::optional<std::string_view>("priority")));
    CHECK_FALSE(nearest("xyzzyplugh", known));
    CHECK_FALSE(nearest("poll", {}));
}
