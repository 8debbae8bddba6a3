// Manual, "Refused forwards": whether somebody has a connection open through an ssh.
#include "autossh/system/forwarded_connections.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <csignal>
#include <optional>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using boost::asio::ip::tcp;
using UnixStream = boost::asio::local::stream_protocol;

namespace {

enum class Has {
    nothing,
    server,
    server_and_target,
    listener,
    our_path,
    others_path,
    strangers_in_ours,
    test
};

/// A process that has these sockets open.
class OwnerOfSockets {
public:
    OwnerOfSockets(Has what, tcp::endpoint server, const std::string& path)
    {
        REQUIRE(::pipe(ready_) == 0);
        child_ = ::fork();
        if (child_ == 0) {
            open(what, server, path);
            ::_exit(1);
        }
        char nothing = 0;
        REQUIRE(::read(ready_[0], &nothing, 1) == 1);
    }
    ~OwnerOfSockets()
    {
        ::kill(child_, SIGKILL);
        ::waitpid(child_, nullptr, 0);
        ::close(ready_[0]);
        ::close(ready_[1]);
    }
    OwnerOfSockets(const OwnerOfSockets&) = delete;
    OwnerOfSockets& operator=(const OwnerOfSockets&) = delete;

    pid_t pid() const { return child_; }

private:
    void open(Has what, const tcp::endpoint& server, const std::string& path) const
    {
        boost::asio::io_context io{1};
        tcp::socket first(io);
        tcp::socket second(io);
        tcp::acceptor listener(io);
        UnixStream::socket of_path(io);
        if (what == Has::server || what == Has::server_and_target)
            first.connect(server);
        if (what == Has::server_and_target || what == Has::test)
            second.connect(server);
        if (what == Has::listener)
            listener = tcp::acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
        if (what == Has::our_path || what == Has::others_path)
            of_path.connect(UnixStream::endpoint(path));
        std::optional<UnixStream::acceptor> own_listener;
        if (what == Has::strangers_in_ours) {
            own_listener.emplace(io, UnixStream::endpoint(path + ".own"));
            of_path.connect(UnixStream::endpoint(path + ".own"));
        }
        static_cast<void>(!::write(ready_[1], "", 1));
        ::pause();
    }

    int ready_[2] = {-1, -1};
    pid_t child_ = 0;
};

}  // namespace

TEST_CASE("An ssh is used when it has a connection beside that with its server, but for the tests' own")
{
    const autossh_test::TemporaryDirectory directory;
    const std::string path = directory / "socket";
    boost::asio::io_context io{1};
    const tcp::acceptor server(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
    const UnixStream::acceptor on_path(io, UnixStream::endpoint(path));
    const auto port = static_cast<std::uint16_t>(server.local_endpoint().port());
    for (const auto& [what, used] : std::vector<std::pair<Has, bool>>{{Has::nothing, false},
                                                                      {Has::server, false},
                                                                      {Has::server_and_target, true},
                                                                      {Has::listener, false},
                                                                      {Has::our_path, false},
                                                                      {Has::others_path, true},
                                                                      {Has::strangers_in_ours, true},
                                                                      {Has::test, false}}) {
        CAPTURE(static_cast<int>(what));
        const OwnerOfSockets ssh(what, server.local_endpoint(), path);
        SocketsOfItsOwn own;
        if (what == Has::server || what == Has::server_and_target)
            own.to_server = TcpConnection::of(ssh.pid());
        if (what == Has::test)
            own.test_port = static_cast<std::uint16_t>(port - 1);
        own.directory =
            what == Has::our_path || what == Has::strangers_in_ours ? directory.path().string() : "/nowhere";
        const auto seen = carries_connections(ssh.pid(), own);
        SKIP_UNLESS(seen, "the system does not let us look at the sockets of a child");
        CHECK(*seen == used);
    }
}

TEST_CASE("Of a process that is none it is not known whether it is used")
{
    CHECK_FALSE(carries_connections(0, {}));
}
