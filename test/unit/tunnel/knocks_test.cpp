#include "autossh/tunnel/knocks.hpp"

#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/waiting.hpp"

#include <optional>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

using namespace autossh;
using namespace std::chrono_literals;
using boost::asio::ip::tcp;

namespace {

int visitors_of(tcp::acceptor& listener, boost::asio::io_context& io)
{
    listener.non_blocking(true);
    int visitors = 0;
    for (boost::system::error_code error; !error; visitors += error ? 0 : 1) {
        tcp::socket visitor(io);
        listener.accept(visitor, error);
    }
    return visitors;
}

}  // namespace

TEST_CASE("Knocks: one connection tells all who wait, but for those who are quiet")
{
    const std::uint16_t port = autossh_test::free_port_pair();
    boost::asio::io_context io{1};
    Knocks knocks(io.get_executor());
    int told = 0;
    const auto tell = [&] { ++told; };
    Knocks::Wait first(knocks, "127.0.0.1", port, Clock::now() - 1h, false, tell);
    std::optional<Knocks::Wait> second;
    second.emplace(knocks, "127.0.0.1", port, Clock::now(), false, tell);
    Knocks::Wait quiet(knocks, "127.0.0.1", port, Clock::now(), true, tell);
    std::optional<Knocks::Wait> gone;
    gone.emplace(knocks, "127.0.0.1", port, Clock::now(), false, tell);
    gone.reset();
    tcp::acceptor listener(io, {boost::asio::ip::address_v4::loopback(), port});
    const Time end = Clock::now() + autossh_test::generous;
    while (told < 2 && Clock::now() < end)
        io.run_one_until(end);
    CHECK(told == 2);
    CHECK(first.was_told());
    CHECK_FALSE(quiet.was_told());
    CHECK(visitors_of(listener, io) == 1);
    second.reset();
    quiet.set_quiet(false);
    while (told < 3 && Clock::now() < end)
        io.run_one_until(end);
    CHECK(quiet.was_told());
    CHECK(visitors_of(listener, io) == 1);
}
