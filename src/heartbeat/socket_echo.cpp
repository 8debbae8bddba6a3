#include "autossh/heartbeat/socket_echo.hpp"

#include "autossh/heartbeat/loop.hpp"
#include "autossh/heartbeat/loop_probe.hpp"

#include <memory>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

class SocketEchoProbe : public Probe {
public:
    SocketEchoProbe(const Executor& executor, Log& log, const Entrance& entrance, const std::string& service,
                    const std::string& message, Duration limit, Done done)
        : Probe(executor, log, entrance, message, limit, std::move(done)), service_(service)
    {}

private:
    Awaitable<void> exchange() override;

    std::string service_;
};

Awaitable<void> SocketEchoProbe::exchange()
{
    const bool sent = co_await send();
    Reply reply = Reply::ended;
    if (sent)
        reply = co_await receive(out());
    switch (reply) {
    case Reply::ours: pass(); break;
    case Reply::silence: fail(fmt::format("no answer from {} of the server", service_)); break;
    case Reply::wrong:
        fail_at_echo(fmt::format("what answers at {} of the server is no echo service", service_));
        break;
    case Reply::ended: fail_at_echo(fmt::format("nobody answers at {} of the server", service_)); break;
    }
}

}  // namespace

SocketEcho::SocketEcho(const Executor& executor, Log& log, const std::string& directory, EchoPlace echo)
    : executor_(executor), log_(log), directory_(directory), echo_(std::move(echo))
{
    const std::string out = loop_entrance_in(directory);
    boost::system::error_code error;
    entrance_ = Probe::Entrance::made_by_ssh(out, error);
    if (error)
        throw cannot_bind(out, error);
}

void SocketEcho::start(const std::string& message, const TestLimits& limits,
                       std::function<void(TestResult)> done)
{
    probe_.start(std::make_shared<SocketEchoProbe>(executor_, log_, entrance_, in_words(echo_), message,
                                                   limits.step, std::move(done)));
}

std::optional<TestForwards> SocketEcho::make_forwards()
{
    ::unlink(entrance_.name.c_str());  // the last session's; ssh does not replace it
    return TestForwards{.words = echo_words(directory_, echo_),
                        .port = 0,
                        .entrance = entrance_.name,
                        .exit = {},
                        .echo = echo_};
}

std::string SocketEcho::obstacle() const
{
    return ::access(directory_.c_str(), F_OK) == 0 ? "" : directory_ + " was removed";
}

}  // namespace autossh
