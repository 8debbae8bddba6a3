#include "autossh/system/kept_connection.hpp"

#include "autossh/system/process_sockets.hpp"

#include <fcntl.h>
#include <sys/socket.h>

namespace autossh {

std::optional<KeptConnection> KeptConnection::of(pid_t process, const TcpConnection& connection)
{
    UniqueFd found;
    visit_sockets(process, [&](unsigned long /*inode*/, int socket) {
        const auto described = tcp_socket_of(socket);
        if (!described || !connection.has(*described))
            return true;
        found = UniqueFd(::fcntl(socket, F_DUPFD_CLOEXEC, 0));
        return false;
    });
    return found ? std::optional(KeptConnection(std::move(found))) : std::nullopt;
}

void KeptConnection::reset()
{
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    socket_ = {};
}

}  // namespace autossh
