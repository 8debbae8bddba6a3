#include "autossh/heartbeat/socket_loop.hpp"

#include "autossh/base/random.hpp"
#include "autossh/heartbeat/loop.hpp"
#include "autossh/heartbeat/loop_probe.hpp"

#include <memory>
#include <utility>

#include <unistd.h>

namespace autossh {

SocketLoop::SocketLoop(const Executor& executor, Log& log, const std::string& directory)
    : executor_(executor), log_(log), directory_(directory), back_(executor)
{
    const std::string out = loop_entrance_in(directory);
    const std::string in = loop_exit_in(directory);
    boost::system::error_code error;
    entrance_ = Probe::Entrance::made_by_ssh(out, error);
    if (!error)
        error = listen_on_path(back_, in);
    if (error)
        throw cannot_bind(in, error);
}

void SocketLoop::start(const std::string& message, const TestLimits& limits,
                       std::function<void(TestResult)> done)
{
    probe_.start(std::make_shared<LoopProbe>(executor_, log_, entrance_, back_, LoopAccess::private_to_us,
                                             message, limits, std::move(done)));
}

std::optional<TestForwards> SocketLoop::make_forwards()
{
    ::unlink(entrance_.name.c_str());  // the last session's; ssh does not replace it
    const std::uint16_t port = loop_port_from(random_number());
    return TestForwards{loop_words(directory_, port), port, entrance_.name, loop_exit_in(directory_)};
}

std::string SocketLoop::obstacle() const
{
    return ::access(loop_exit_in(directory_).c_str(), F_OK) == 0 ? "" : directory_ + " was removed";
}

}  // namespace autossh
