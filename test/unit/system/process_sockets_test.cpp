#include "autossh/system/process_sockets.hpp"

#include "support/catch.hpp"
#include "support/skip.hpp"

#include <csignal>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using boost::asio::ip::tcp;

TEST_CASE("TCP sockets of a process are those that the system's table has for it, IPv4 and IPv6")
{
    boost::asio::io_context io{1};
    for (const auto& address :
         {boost::asio::ip::make_address("127.0.0.1"), boost::asio::ip::make_address("::1")}) {
        tcp::acceptor listener(io);
        boost::system::error_code error;
        listener.open(address.is_v4() ? tcp::v4() : tcp::v6(), error);
        if (!error)
            listener.bind({address, 0}, error);
        if (error)  // no IPv6 here
            continue;
        listener.listen();
        int ready[2];
        REQUIRE(::pipe(ready) == 0);
        const pid_t child = ::fork();
        if (child == 0) {
            boost::asio::io_context own{1};
            tcp::socket socket(own);
            socket.connect(listener.local_endpoint());
            static_cast<void>(!::write(ready[1], "", 1));
            ::pause();
        }
        char nothing = 0;
        REQUIRE(::read(ready[0], &nothing, 1) == 1);
        const auto seen = tcp_sockets_of(child);
        const auto in_table = sockets_in_table(child);
        ::kill(child, SIGKILL);
        ::waitpid(child, nullptr, 0);
        ::close(ready[0]);
        ::close(ready[1]);
        SKIP_UNLESS(seen, "the system does not let us look at the sockets of a child");
        REQUIRE_FALSE(in_table.empty());
        std::vector<TcpSocket> connected;
        for (const TcpSocket& socket : *seen)
            if (socket.state == TcpSocket::established)
                connected.push_back(socket);
        REQUIRE(connected.size() == 1);
        CHECK(connected.front().local == in_table.back().local);
        CHECK(connected.front().remote == in_table.back().remote);
        CHECK(connected.front().state == in_table.back().state);
    }
}

TEST_CASE("TCP sockets of a process that is none: nothing is known")
{
    CHECK_FALSE(tcp_sockets_of(0));
}
