// Manual, "Sharing": how many other ssh use the connection.
#include "autossh/system/socket_users.hpp"

#include "support/catch.hpp"

#include <unistd.h>

using namespace autossh;

TEST_CASE("Socket users: connected ones at the path, or at the name that ssh has made it under")
{
    const std::string table =
        "Num       RefCount Protocol Flags    Type St Inode Path\n"
        "0000000000000000: 00000002 00000000 00010000 0001 01 133472 /p/control.rggGeDLRtqZnkipO\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 132707 /p/control.rggGeDLRtqZnkipO\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 132708 /p/control\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 132709\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 132710 /p/controls\n"
        "0000000000000000: 00000003 00000000 00000000 0001 03 132711 /p/control2.x\n";
    CHECK(connections_at(unix_sockets_in(table), "/p/control") == 2);
    CHECK(connections_at(unix_sockets_in(table), "/p/other") == 0);
    CHECK(connections_at(unix_sockets_in(""), "/p/control") == 0);
}

TEST_CASE("Socket users: of a process that has no such socket there are none")
{
    CHECK(count_of_socket_users(::getpid(), "/p/control").value_or(0) == 0);
}
