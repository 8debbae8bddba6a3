// ssh_config(5), "Tokens" and "Environment variables".
#include "autossh/ssh/path.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>

#include <pwd.h>
#include <unistd.h>

using namespace autossh;

namespace {

std::optional<std::string> environment(std::string_view name)
{
    if (name == "DIR")
        return "/keys";
    if (name == "EMPTY")
        return "";
    return std::nullopt;
}

std::optional<std::string> home_of(const std::string& user)
{
    if (user.empty())
        return "/home/me";
    return user == "root" ? std::optional<std::string>("/root") : std::nullopt;
}

std::string expanded(const std::string& path)
{
    const PathTokens tokens{{'h', "host.example"}, {'p', "22"}, {'d', "/home/me"}, {'u', "me"}};
    return expanded_path(path, tokens, environment, home_of).value_or("nothing");
}

}  // namespace

TEST_CASE("Paths of ssh: as tilde_expand() and vdollar_percent_expand() of OpenSSH have them")
{
    struct Row {
        const char* path;
        const char* expanded;
    };
    const Row rows[] = {
        {"", ""},
        {"/a/b c", "/a/b c"},
        {"a/b", "a/b"},
        {"~", "/home/me"},
        {"~/.ssh/id", "/home/me/.ssh/id"},
        {"~root/.ssh/id", "/root/.ssh/id"},
        {"~root", "/root"},
        {"~nobody-here/id", "nothing"},
        {"a~/id", "a~/id"},
        {"%d/.ssh/%h-%p", "/home/me/.ssh/host.example-22"},
        {"100%%/%u", "100%/me"},
        {"%", "nothing"},
        {"a%", "nothing"},
        {"%q", "nothing"},
        {"%C", "nothing"},
        {"${DIR}/id", "/keys/id"},
        {"a${EMPTY}b", "ab"},
        {"${NOT_SET}/id", "nothing"},
        {"${DIR/id", "nothing"},
        {"${}", "nothing"},
        {"$DIR/id", "$DIR/id"},
        {"$", "$"},
        {"~/${DIR}/%u", "/home/me//keys/me"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.path);
        CHECK(expanded(row.path) == row.expanded);
    }
}

TEST_CASE("Paths of ssh: the home directory is that of the user database, whatever HOME says")
{
    const passwd* const own = ::getpwuid(::getuid());
    REQUIRE(own != nullptr);
    const std::string home = own->pw_dir;
    const std::string before = ::getenv("HOME") != nullptr ? ::getenv("HOME") : "";
    ::setenv("HOME", "/nonexistent", 1);
    const SshPaths expand(PathTokens{{'r', "them"}});
    CHECK(expand("~/id") == home + "/id");
    CHECK(expand("%d/id") == home + "/id");
    CHECK(expand("%i") == std::to_string(::getuid()));
    CHECK(expand("%r") == "them");
    CHECK_FALSE(expand("%h"));  // of a destination that is not known
    ::setenv("HOME", before.c_str(), 1);
}
