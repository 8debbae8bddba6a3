#include "autossh/base/destination.hpp"

#include "support/catch.hpp"

using namespace autossh;

TEST_CASE("The server's address is taken from what ssh says of its log-in")
{
    struct Row {
        const char* login;
        const char* host;
        int port;
    };
    const Row rows[] = {
        {"gw ([192.0.2.1]:22) with publickey", "192.0.2.1", 22},
        {"gw ([2001:db8::1]:2222) with publickey", "2001:db8::1", 2222},
        {"gw ([fe80::1%eth0]:65535) with password", "fe80::1%eth0", 65535},
    };
    for (const Row& row : rows) {
        CAPTURE(row.login);
        const auto peer = peer_of(row.login);
        REQUIRE(peer);
        CHECK(peer->host == row.host);
        CHECK(peer->port == row.port);
    }
    for (const char* const none : {"", "gw", "gw (via proxy) with publickey",
                                   "gw ([192.0.2.1]:x) with publickey", "gw ([192.0.2.1]:0) with publickey",
                                   "gw ([192.0.2.1]:65536) with publickey", "gw ([192.0.2.1", "])("})
        CHECK_FALSE(peer_of(none));
}
