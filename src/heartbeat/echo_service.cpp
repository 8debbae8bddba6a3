#include "autossh/heartbeat/echo_service.hpp"

#include <memory>
#include <utility>

#include <boost/asio/ip/tcp.hpp>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

constexpr int echo_tries = 2;

class EchoProbe : public Probe {
public:
    using Probe::Probe;

private:
    Awaitable<void> exchange() override;
};

Awaitable<void> EchoProbe::exchange()
{
    for (int tries = 0; tries < echo_tries && !is_over(); ++tries) {
        const bool sent = co_await send();
        if (!sent)
            break;
        const Reply reply = co_await receive(out());
        if (reply == Reply::ours)
            pass();
        if (reply == Reply::ended)  // Asio would not see the same end a second time
            break;
    }
    if (!is_over())
        fail(Level::debug, fmt::format("tried connection {} times and failed", echo_tries));
}

}  // namespace

EchoService::EchoService(const Executor& executor, Log& log, std::uint16_t port)
    : executor_(executor),
      log_(log), entrance_{asio::ip::tcp::endpoint(asio::ip::address_v4::loopback(), port),
                           fmt::format("127.0.0.1:{}", port)}
{}

void EchoService::start(const std::string& message, const TestLimits& limits,
                        std::function<void(TestResult)> done)
{
    probe_.start(
        std::make_shared<EchoProbe>(executor_, log_, entrance_, message, limits.step, std::move(done)));
}

}  // namespace autossh
