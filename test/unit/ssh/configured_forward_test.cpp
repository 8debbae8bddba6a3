#include "autossh/ssh/configured_forward.hpp"

#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/forward_states.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;
using ForwardKind = ConfiguredForward::Kind;

namespace {

constexpr const char* answer_needs =
    "hostname h\nuser u\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n";

ForwardPlace at(std::optional<std::string> host, std::uint16_t port)
{
    return {.host = std::move(host), .port = port, .path = ""};
}

ForwardPlace at_path(const std::string& path)
{
    return {.host = std::nullopt, .port = 0, .path = path};
}

std::vector<ConfiguredForward> forwards_in(const std::string& lines)
{
    const auto config = SshConfig::parse(answer_needs + lines);
    REQUIRE(config);
    return configured_forwards(*config, std::nullopt);
}

}  // namespace

TEST_CASE("Configured forwards: the words of ssh 9.2's answer to -G")
{
    struct Case {
        ForwardKind kind;
        std::string words;
        ForwardPlace listen, target;
    };
    const ForwardPlace socks = at("socks", 0);
    const Case cases[] = {
        {ForwardKind::local, "7777 [localhost]:1", at(std::nullopt, 7777), at("localhost", 1)},
        {ForwardKind::local, "[::1]:7778 [fe80::1]:1", at("::1", 7778), at("fe80::1", 1)},
        {ForwardKind::local, "[*]:7779 [localhost]:1", at("*", 7779), at("localhost", 1)},
        {ForwardKind::local, "[]:7780 [localhost]:1", at("", 7780), at("localhost", 1)},
        {ForwardKind::local, "/tmp/with space [localhost]:1", at_path("/tmp/with space"), at("localhost", 1)},
        {ForwardKind::local, "/tmp/with space /tmp/b", at_path("/tmp/with space"), at_path("/tmp/b")},
        {ForwardKind::local, "7781 /tmp/a b.sock", at(std::nullopt, 7781), at_path("/tmp/a b.sock")},
        {ForwardKind::local, "7781 /tmp/a 2", at(std::nullopt, 7781), at_path("/tmp/a 2")},
        {ForwardKind::local, "[localhost]:7782 /tmp/x", at("localhost", 7782), at_path("/tmp/x")},
        {ForwardKind::local, "sub/x [localhost]:2", at_path("sub/x"), at("localhost", 2)},
        {ForwardKind::remote, "7777 [socks]:0", at(std::nullopt, 7777), socks},
        {ForwardKind::remote, "0 [localhost]:22", at(std::nullopt, 0), at("localhost", 22)},
        {ForwardKind::remote, "[]:7778 [socks]:0", at("", 7778), socks},
        {ForwardKind::remote, "/tmp/r [localhost]:1", at_path("/tmp/r"), at("localhost", 1)},
        {ForwardKind::remote, "[*]:7778 /tmp/z", at("*", 7778), at_path("/tmp/z")},
        {ForwardKind::dynamic, "7783", at(std::nullopt, 7783), socks},
        {ForwardKind::dynamic, "[::1]:7784", at("::1", 7784), socks},
        {ForwardKind::dynamic, "/tmp/with space", at_path("/tmp/with space"), socks},
    };
    for (const Case& each : cases) {
        INFO(each.words);
        const auto forward = configured_forward(each.kind, each.words);
        REQUIRE(forward);
        CHECK(forward->kind == each.kind);
        CHECK(forward->listen == each.listen);
        CHECK(forward->target == each.target);
    }
}

TEST_CASE("Configured forwards: what is none")
{
    for (const char* words : {"", "8080", "sub/x"})
        CHECK_FALSE(configured_forward(ForwardKind::local, words));
    CHECK_FALSE(configured_forward(ForwardKind::dynamic, ""));
    // Not a port: ssh would have refused it, and we may not take it for another one.
    CHECK(configured_forward(ForwardKind::local, "65536 [h]:1")->listen == at_path("65536"));
    CHECK(configured_forward(ForwardKind::local, "]:1 [h]:1")->listen == at_path("]:1"));
}

TEST_CASE("Configured forwards: a -L to a path, which ssh -G lists twice, is one")
{
    const auto found = forwards_in("dynamicforward 7781\ndynamicforward [localhost]:7782\n"
                                   "dynamicforward /tmp/l\ndynamicforward 7783\n"
                                   "localforward 7781 /tmp/x\nlocalforward [localhost]:7782 /tmp/x\n"
                                   "localforward /tmp/l /tmp/x\nlocalforward 7784 [h]:1\n"
                                   "remoteforward 7783 /tmp/x\n");
    REQUIRE(found.size() == 6);
    CHECK(found[4].kind == ForwardKind::remote);
    CHECK(found[5] == configured_forward(ForwardKind::dynamic, "7783"));

    const auto config =
        SshConfig::parse(std::string(answer_needs) + "dynamicforward 7781\nlocalforward 7781 /tmp/x\n");
    REQUIRE(config);
    CHECK(ForwardStates(forwards_of(*config, std::nullopt)).in_words() == "-L 7781 unknown");
}
