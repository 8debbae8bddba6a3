#include "autossh/heartbeat/port_loop.hpp"

#include "autossh/heartbeat/loop_probe.hpp"

#include <memory>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

PortLoop::PortLoop(const Executor& executor, Log& log, std::uint16_t port)
    : executor_(executor), log_(log), back_(executor)
{
    const auto here = asio::ip::address_v4::loopback();
    const auto name = [](unsigned number) { return fmt::format("127.0.0.1:{}", number); };
    entrance_ = {.endpoint = asio::ip::tcp::endpoint(here, port), .name = name(port)};
    const auto behind = static_cast<std::uint16_t>(port + 1);
    if (const auto error = listen_on_port(back_, asio::ip::tcp::endpoint(here, behind)))
        throw cannot_bind(name(behind), error);
}

void PortLoop::start(const std::string& message, const TestLimits& limits,
                     std::function<void(TestResult)> done)
{
    probe_.start(std::make_shared<LoopProbe>(executor_, log_, entrance_, back_, LoopAccess::open_to_machine,
                                             message, limits, std::move(done)));
}

}  // namespace autossh
