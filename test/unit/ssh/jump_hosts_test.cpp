// Manual, "Secrets": the keys of jump hosts.
#include "autossh/ssh/jump_hosts.hpp"
#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("Jump hosts: as ssh -G prints them")
{
    struct Row {
        const char* text;
        std::vector<JumpHost> hosts;
    };
    const Row rows[] = {
        {"", {}},
        {"none", {}},
        {"jump", {{"", "jump", ""}}},
        {"me@jump:2222", {{"me", "jump", "2222"}}},
        {"ssh://me@jump:2222", {{"me", "jump", "2222"}}},
        {"me@corp@jump", {{"me@corp", "jump", ""}}},
        {"a,me@b:22,,c", {{"", "a", ""}, {"me", "b", "22"}, {"", "c", ""}}},
        {"[::1]:22", {{"", "::1", "22"}}},
        {"[::1]", {{"", "::1", ""}}},
        {"fe80::1", {{"", "fe80::1", ""}}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(jump_hosts(row.text) == row.hosts);
    }
}

TEST_CASE("Jump hosts: ssh gives its own configuration file on to the ssh for one, and nothing else")
{
    const Command ssh{"/usr/bin/ssh",
                      {"ssh", "-i", "key", "-F", "config", "-p", "23", "host", "cat", "-F", "x"}};
    const auto words = [&](const JumpHost& host) { return command_for(host, ssh).arguments; };
    CHECK(words({"", "jump", ""}) == std::vector<std::string>{"ssh", "-F", "config", "--", "jump"});
    CHECK(words({"me", "jump", "22"}) ==
          std::vector<std::string>{"ssh", "-F", "config", "-l", "me", "-p", "22", "--", "jump"});
    const Command attached{"/usr/bin/ssh", {"ssh", "-NFconfig", "host"}};
    CHECK(command_for({"", "jump", ""}, attached).arguments ==
          std::vector<std::string>{"ssh", "-F", "config", "--", "jump"});
}
