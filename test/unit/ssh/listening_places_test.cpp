// Manual, "Refused forwards": where forwards listen.
#include "autossh/ssh/listening_places.hpp"

#include "support/catch.hpp"

using namespace autossh;
using Words = std::vector<std::string>;

namespace {

ListeningPlaces places_of(const std::string& forwards)
{
    return listening_places(
        *SshConfig::parse("hostname GW.example.org\nuser u\nport 2222\nserveraliveinterval 0\n"
                          "serveralivecountmax 3\n" +
                          forwards));
}

std::vector<SshMessage> refused_as(const Words& lines)
{
    std::vector<SshMessage> refused;
    for (const std::string& line : lines)
        refused.push_back(parse_message(line));
    return refused;
}

}  // namespace

TEST_CASE("Listening places: as ssh -G prints them (OpenSSH 9.2)")
{
    const ListeningPlaces places = places_of("remoteforward 7004 [localhost]:22\n"
                                             "remoteforward [127.0.0.1]:7005 [localhost]:22\n"
                                             "remoteforward [*]:7006 [::1]:22\nremoteforward 7007 [socks]:0\n"
                                             "remoteforward 0 [localhost]:22\nremoteforward /tmp/a /tmp/b\n"
                                             "localforward /tmp/x [h]:22\nlocalforward [::1]:10 [h]:22\n"
                                             "dynamicforward 1080\ndynamicforward [*]:1081\n");
    CHECK(places.server == "gw.example.org:2222");
    CHECK(granted_on_server(places, {}) == Words{"7004", "7005", "7006", "7007", "/tmp/a"});
    CHECK(claims_of_granted(places, {}).size() == 9);
    CHECK(places.paths_here() == Words{"/tmp/x"});
    CHECK(places_of("controlpath /run/master\n").paths_here() == Words{"/run/master"});
    CHECK(places_of("controlpath none\n").paths_here().empty());
    CHECK(places_of("proxyjump jump\n").server == "gw.example.org:2222 by jump");
    CHECK(places_of("proxycommand nc -x p %h %p\n").server == "gw.example.org:2222 by nc -x p %h %p");
}

TEST_CASE("Listening places: what is refused is claimed by nobody, and wanted")
{
    const ListeningPlaces places = places_of("remoteforward 7004 [localhost]:22\nremoteforward 7005 [h]:1\n"
                                             "localforward 8080 [h]:22\nlocalforward 8081 [h]:22\n");
    const auto refused = refused_as({"Warning: remote port forwarding failed for listen port 7004",
                                     "bind [127.0.0.1]:8081: Address already in use"});
    CHECK(refused_on_server(refused) == Words{"7004"});
    CHECK(granted_on_server(places, refused) == Words{"7005"});
    CHECK(claims_of_refused(places, refused) == Words{"R gw.example.org:2222 7004", "L localhost 8081"});
    CHECK(claims_of_granted(places, refused) == Words{"R gw.example.org:2222 7005", "L localhost 8080"});
    CHECK(claims_of_granted(places, {}).size() == 4);
}

TEST_CASE("Listening places: one port on two addresses is two places")
{
    const ListeningPlaces places =
        places_of("localforward [127.0.0.1]:8080 [h]:22\nlocalforward [127.0.0.2]:8080 [h]:22\n");
    const auto refused = refused_as({"bind [127.0.0.2]:8080: Address already in use"});
    CHECK(claims_of_refused(places, refused) == Words{"L 127.0.0.2 8080"});
    CHECK(claims_of_granted(places, refused) == Words{"L 127.0.0.1 8080"});
    REQUIRE(refused_here(places, refused).size() == 1);
    CHECK(addresses_of(refused_here(places, refused).front()) == Words{"127.0.0.2"});

    struct Row {
        const char* claim;
        const char* other;
        bool overlap;
    };
    const Row rows[] = {
        {"L 127.0.0.1 8080", "L 127.0.0.1 8080", true},
        {"L 127.0.0.1 8080", "L 127.0.0.2 8080", false},
        {"L 127.0.0.1 8080", "L localhost 8080", true},
        {"L * 8080", "L 127.0.0.2 8080", true},
        {"L * 8080", "L 127.0.0.2 8081", false},
        {"L ::1 8080", "L localhost 8080", true},
        {"L /tmp/x", "L /tmp/x", true},
        {"L /tmp/x", "L /tmp/y", false},
        {"R gw:22 8080", "L localhost 8080", false},
        {"R gw:22 8080", "R gw:22 8080", true},
        {"R gw:22 by nc h 8080", "R gw:22 8080", false},
        {"L ", "L x", false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.claim, row.other);
        CHECK(overlap(row.claim, row.other) == row.overlap);
        CHECK(overlap(row.other, row.claim) == row.overlap);
    }
}

TEST_CASE("Listening places: GatewayPorts has what names no address listen on all")
{
    const ListeningPlaces places = places_of("gatewayports yes\nlocalforward 8080 [h]:22\n");
    CHECK(addresses_of(places.forwards.front()) == Words{"0.0.0.0", "::"});
    CHECK(claims_of_granted(places, {}) == Words{"L * 8080"});
}

TEST_CASE("Listening places: in words")
{
    CHECK(claim_in_words("R gw.example.org:2222 7004") == "port 7004 on gw.example.org");
    CHECK(claim_in_words("R gw:22 by jump host /tmp/a") == "path /tmp/a on gw");
    CHECK(claim_in_words("L localhost 8081") == "the local port 8081");
    CHECK(claim_in_words("L /tmp/x") == "the local path /tmp/x");
}
