#include "autossh/system/ssh_server_here.hpp"

#include "support/catch.hpp"
#include "unit/system/socket_table.hpp"

using namespace autossh;

TEST_CASE("ssh's server here: one that serves one connection is known by its words")
{
    const struct {
        std::vector<std::string> words;
        bool serves_one;
    } cases[] = {
        {{"/usr/sbin/sshd", "-D"}, false},
        {{"sshd: /usr/sbin/sshd -D [listener] 0 of 10-100 startups"}, false},
        {{"/usr/sbin/sshd", "-f", "/etc/ssh/d", "-o", "UseDNS no"}, false},
        {{"/usr/sbin/sshd", "-p2222d", "-Efile.d"}, false},
        {{"/usr/sbin/sshd", "-d"}, true},
        {{"/usr/sbin/sshd", "-ddd", "-p", "2222"}, true},
        {{"/usr/sbin/sshd", "-D", "-e", "-d"}, true},
        {{"/usr/sbin/sshd", "-Dd"}, true},
        {{"/usr/sbin/sshd", "-edp2222"}, true},
        {{"sshd: /usr/sbin/sshd -Dd [listener] 0 of 10-100 startups"}, true},
        {{}, false},
    };
    for (const auto& each : cases) {
        INFO((each.words.empty() ? "" : each.words.back()));
        CHECK(serves_one_connection(each.words) == each.serves_one);
    }
}

TEST_CASE("ssh's server here: connections of loopback that have come and gone are counted, by either end")
{
    constexpr const char* table[] = {
        "   0: 0100007F:0016 00000000:0000 0A 00000000:00000000 00:00000000 00000000  0        0 1 1 x",
        "   1: 0100007F:C001 0100007F:0016 06 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
        "   2: 0100007F:0016 0100007F:C002 06 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
        "   3: 0100007F:C003 0100007F:0016 01 00000000:00000000 00:00000000 00000000  0        0 3 1 x",
        "   4: 0100007F:C004 0100007F:0016 05 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
        "   5: 0100007F:C005 0100007F:0017 06 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
        "   6: 0100007F:C006 0100007F:0016 02 00000000:00000000 00:00000000 00000000  0        0 4 1 x",
        "   7: 0100007F:C007 0100007F:0016 08 00000000:00000000 00:00000000 00000000  0        0 5 1 x",
        "   8: 0900000A:0016 0800000A:C008 06 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
        "   9: 0900000A:C009 0900000A:0016 06 00000000:00000000 00:00000000 00000000  0        0 0 1 x",
    };
    const std::vector<TcpSocket> sockets = sockets_of(table);
    REQUIRE(sockets.size() == 10);
    CHECK(closed_connections(sockets, 22) == 3);
    CHECK(closed_connections(sockets, 23) == 1);
    CHECK(closed_connections(sockets, 24) == 0);
}
