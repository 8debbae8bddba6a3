#include "autossh/tunnel/port_probe.hpp"

#include "support/machine/network_namespace.hpp"
#include "support/machine/ports.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"

#include <optional>
#include <string>

#include <fcntl.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::generous;
using autossh_test::in_network_namespace;
using autossh_test::ip;
namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

/// Runs until the knock has been answered.
bool opened(asio::io_context& io, const bool& open)
{
    const Time end = Clock::now() + generous;
    io.restart();
    while (!open && Clock::now() < end)
        io.run_one_until(end);
    return open;
}

tcp::endpoint loopback(std::uint16_t port)
{
    return {asio::ip::address_v4::loopback(), port};
}

}  // namespace

TEST_CASE("Knock: the interval is a hundredth of the time it has gone on")
{
    struct Case {
        Duration since_first, interval;
    };
    const Case cases[] = {
        {0ms, 500ms},   {-1s, 500ms}, {1s, 500ms}, {50s, 500ms}, {51s, 510ms}, {60s, 600ms},
        {119s, 1190ms}, {120s, 8s},   {300s, 8s},  {900s, 9s},   {1000s, 10s}, {24h * 365, 10s},
    };
    for (const Case& each : cases)
        CHECK(probe_interval(each.since_first) == each.interval);
}

TEST_CASE("Knock: it is answered when somebody begins to listen, and told once")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    asio::io_context io{1};
    int told = 0;
    bool open = false;
    const PortProbe knock(io.get_executor(), "127.0.0.1", port, Clock::now(), [&] {
        ++told;
        open = true;
    });
    io.run_for(50ms);
    CHECK_FALSE(open);

    tcp::acceptor listener(io, loopback(port));
    CHECK(opened(io, open));
    tcp::socket visitor(io);
    listener.accept(visitor);
    char byte = 0;
    boost::system::error_code error;
    visitor.read_some(asio::buffer(&byte, 1), error);
    CHECK(error == asio::error::eof);  // it came and went, without a word

    io.restart();
    io.run_for(generous);  // returns at once: it has ended
    CHECK(told == 1);
    listener.non_blocking(true);
    tcp::socket another(io);
    listener.accept(another, error);
    CHECK(error == asio::error::would_block);
}

TEST_CASE("Knock: at a door that is open it is answered at once, over IPv6 too")
{
    asio::io_context io{1};
    boost::system::error_code no_ipv6;
    tcp::acceptor listener(io);
    listener.open(tcp::v6(), no_ipv6);
    if (!no_ipv6)
        listener.bind({asio::ip::address_v6::loopback(), 0}, no_ipv6);
    SKIP_UNLESS(!no_ipv6, "there is no IPv6 here");
    listener.listen();
    bool open = false;
    const PortProbe knock(io.get_executor(), "::1", listener.local_endpoint().port(), Clock::now(),
                          [&] { open = true; });
    CHECK(opened(io, open));
}

TEST_CASE("Knock: no name is looked up")
{
    asio::io_context io{1};
    tcp::acceptor listener(io, loopback(0));
    bool open = false;
    const PortProbe knock(io.get_executor(), "localhost", listener.local_endpoint().port(), Clock::now(),
                          [&] { open = true; });
    CHECK(io.run_for(generous) == 0);  // nothing to wait for
    CHECK_FALSE(open);
}

TEST_CASE("Knock: it may be dropped at any time, also when it is answered")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    asio::io_context io{1};
    bool open = false;
    std::optional<PortProbe> knock(std::in_place, io.get_executor(), "127.0.0.1", port, Clock::now(),
                                   [&] { open = true; });
    io.poll();
    knock.reset();
    io.restart();
    io.run_for(generous);
    CHECK_FALSE(open);

    tcp::acceptor listener(io, loopback(port));
    knock.emplace(io.get_executor(), "127.0.0.1", port, Clock::now(), [&] { open = true; });
    knock.reset();  // before its answer is read
    io.restart();
    io.run_for(generous);
    CHECK_FALSE(open);

    knock.emplace(io.get_executor(), "127.0.0.1", port, Clock::now(), [&] {
        knock.reset();
        open = true;
    });
    CHECK(opened(io, open));
}

TEST_CASE("Knock: no ssh inherits its sockets")
{
    asio::io_context io{1};
    tcp::acceptor listener(io, loopback(0));
    ::fcntl(listener.native_handle(), F_SETFD, FD_CLOEXEC);
    const auto inheritable = [] {
        int count = 0;
        for (int fd = 3; fd < 256; ++fd)
            if (const int flags = ::fcntl(fd, F_GETFD); flags >= 0 && (flags & FD_CLOEXEC) == 0)
                ++count;
        return count;
    };
    const int before = inheritable();
    bool open = false;
    const PortProbe knock(io.get_executor(), "127.0.0.1", listener.local_endpoint().port(), Clock::now(),
                          [&] { open = true; });
    CHECK(inheritable() == before);
    CHECK(opened(io, open));
}

TEST_CASE("Knock: a first knock that is lost on the way does not delay the next ones")
{
    const auto seen = in_network_namespace([]() -> std::string {
        ip("addr add 192.0.2.1/24 dev here");
        ip("link set here up");
        ip("link set there up");
        asio::io_context io{1};
        bool open = false;
        const PortProbe knock(io.get_executor(), "192.0.2.7", 2222, Clock::now(), [&] { open = true; });
        io.run_for(100ms);  // nobody has this address: the packet waits for an answer that will not come
        if (open)
            return "opened by nobody";
        ip("addr add 192.0.2.7/32 dev lo");
        const tcp::acceptor listener(io, {asio::ip::make_address("192.0.2.7"), 2222});
        return opened(io, open) ? "open" : "closed";
    });
    SKIP_UNLESS(seen, "network namespaces are not permitted here");
    CHECK(*seen == "open");
}
