#include "autossh/system/tcp_table.hpp"

#include "autossh/base/socket_address.hpp"
#include "support/machine/network_namespace.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <string>

#include <sys/wait.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#ifdef __linux__

#include <sys/prctl.h>

using namespace autossh;
using autossh_test::in_network_namespace;
using autossh_test::ip;
using autossh_test::no_namespaces;
using autossh_test::plug_in;
using Progress = TcpConnection::Progress;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// A connection of this process with itself, from an address to the same.
struct Connected {
    explicit Connected(const std::string& literal) : listener(io, {asio::ip::make_address(literal), 0})
    {
        // An IPv6 address is there a moment before the kernel has a route to it.
        boost::system::error_code error;
        autossh_test::wait_until([&] {
            client = tcp::socket(io);
            client.connect(listener.local_endpoint(), error);
            return !error;
        });
        if (error)
            throw boost::system::system_error(error, "connect");
    }

    asio::io_context io;
    tcp::acceptor listener;
    tcp::socket client{io};
};

std::string told(const std::optional<TcpConnection>& connection)
{
    return !connection ? "none " : connection->local_address_is_gone() ? "gone " : "there ";
}

/// A process that is ended with its owner, be that only a child of this test.
class Fork {
public:
    template <typename Body>
    explicit Fork(Body body) : pid_(::fork())
    {
        if (pid_ != 0)
            return;
        ::prctl(PR_SET_PDEATHSIG, SIGKILL);
        body();
        for (;;)
            ::pause();
    }
    ~Fork()
    {
        ::kill(pid_, SIGKILL);
        ::waitpid(pid_, nullptr, 0);
    }
    Fork(const Fork&) = delete;
    Fork& operator=(const Fork&) = delete;

    pid_t pid() const { return pid_; }

private:
    pid_t pid_;
};

}  // namespace

TEST_CASE("Connection of ssh: its local address is gone when no interface has it any more")
{
    struct Case {
        std::string address;
        std::string removal;
        std::string seen;
    };
    const Case cases[] = {
        {"192.0.2.1", "addr del 192.0.2.1/24 dev here", "there gone "},
        {"::ffff:192.0.2.1", "addr del 192.0.2.1/24 dev here", "there gone "},
        {"2001:db8::1", "addr del 2001:db8::1/64 dev here", "there gone "},
        {"192.0.2.1", "link del here", "there gone "},
        {"192.0.2.1", "link set here down", "there there "},
        {"127.0.0.9", "addr flush dev lo", "there there "},
        {"::1", "addr flush dev lo", "there there "},
    };
    for (const Case& each : cases) {
        CAPTURE(each.address, each.removal);
        const auto seen = in_network_namespace([&] {
            plug_in();
            ip("addr add 2001:db8::1/64 dev here nodad");
            const Connected connected(each.address);
            const auto connection = TcpConnection::of(::getpid());
            const std::string before = told(connection);
            ip(each.removal);
            return before + told(connection);
        });
        SKIP_UNLESS(seen, no_namespaces);
        CHECK(*seen == each.seen);
    }
}

TEST_CASE("Connection of ssh: one that is still being made counts only if asked for, and behind any other")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        ip("addr add 198.51.100.1/32 dev lo");
        const auto both = [] {
            return told(TcpConnection::of(::getpid())) +
                   told(TcpConnection::of(::getpid(), Progress::connecting));
        };
        std::string text = both() + "| ";
        const auto far = SocketAddress::from_literal("192.0.2.7", 22).value();  // which nobody has
        const UniqueFd connecting = open_socket(far.family(), SOCK_STREAM);
        ::connect(connecting.get(), far.get(), far.size());
        text += both() + "| ";
        const Connected connected("198.51.100.1");
        text += both() + "| ";
        ip("addr del 198.51.100.1/32 dev lo");
        return text + both();  // it is the established one that is looked at
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "none none | none there | there there | gone gone ");
}

TEST_CASE("Connection of ssh: through a proxy it is that of the first descendant that has one")
{
    asio::io_context io;
    tcp::acceptor listener(io, {asio::ip::address_v4::loopback(), 0});
    const auto there = listener.local_endpoint();
    // The process that is ours to ask has none; its child's child is the one that connects.
    const Fork ssh([&] {
        const Fork child([&] {
            const Fork grandchild([&] {
                asio::io_context own;
                tcp::socket socket(own);
                socket.connect(there);
                ::pause();
            });
            ::pause();
        });
        ::pause();
    });
    CHECK(autossh_test::wait_until([&] { return connection_through_proxy(ssh.pid()).has_value(); }));
    CHECK_FALSE(TcpConnection::of(ssh.pid()));
    CHECK_FALSE(connection_through_proxy(ssh.pid())->local_address_is_gone());
}

TEST_CASE("Connection of ssh: its own goes before those of its descendants")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        ip("addr add 198.51.100.1/24 dev here");
        asio::io_context io;
        tcp::acceptor listener(io, {asio::ip::make_address("198.51.100.1"), 0});
        const auto there = listener.local_endpoint();
        const Fork proxy([&] {
            asio::io_context own;
            tcp::socket socket(own);
            socket.connect(there);
            ::pause();
        });
        autossh_test::wait_until([&] { return TcpConnection::of(proxy.pid()).has_value(); });
        const Connected connected("192.0.2.1");
        ip("addr del 198.51.100.1/24 dev here");
        return told(TcpConnection::of(proxy.pid())) + told(connection_through_proxy(::getpid()));
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "gone there ");
}

#endif
