#include "autossh/tunnel/client_process.hpp"

#include "autossh/ssh/client_program.hpp"
#include "autossh/tunnel/ending.hpp"

#include <csignal>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// The variable by which the orphans of several tunnels' clients are told apart.
std::string new_mark(World& world)
{
    return world.has_one_tunnel() ? "" : fmt::format("AUTOSSH_TUNNEL={}.{}", ::getpid(), ++world.marks);
}

}  // namespace

ClientProcess::ClientProcess(World& world, const TunnelSettings& settings, Log& log, Event& event)
    : context_(world.process), settings_(settings), log_(log), event_(event), mark_(new_mark(world)),
      nothing_(world.nothing.get()), terminal_(world.has_one_tunnel() ? Terminal() : Terminal::none()),
      is_openssh_(is_named_ssh(settings.ssh.file) ? std::nullopt : std::optional(false)),
      orphans_(world.process.executor, world.process.reaper, {.kill_time = settings.kill_time, .mark = mark_},
               log, [&event] { event.notify(); })
{}

void ClientProcess::will_start(bool is_shared)
{
    stops_ = {};
    terminal_.remember();
    orphans_.ssh_starts(is_shared);
}

void ClientProcess::start(Command command, int errors)
{
    child_ = std::make_unique<Child>(
        context_, for_another(std::move(command)), [this] { event_.notify(); }, streams(errors));
    keep_traces(true);
    orphans_.ssh_runs(child_->pid());
}

void ClientProcess::adopt(std::unique_ptr<Child> child, std::uint64_t started)
{
    child_ = std::move(child);
    keep_traces(true);
    orphans_.ssh_runs_since(child_->pid(), started);
}

Command ClientProcess::for_another(Command command) const
{
    if (!mark_.empty())
        command.environment.push_back(mark_);
    return command;
}

LoginProgress ClientProcess::login_progress()
{
    if (!child_ || !is_openssh())
        return LoginProgress::unknown;
    return progress_of(child_->traces());
}

bool ClientProcess::may_have_been_refused(std::uint64_t least_bytes)
{
    return is_openssh() && autossh::may_have_been_refused(child_->traces(), least_bytes);
}

/// Asked only when it matters, as it reads the program.
bool ClientProcess::is_openssh()
{
    if (!is_openssh_)
        is_openssh_ = is_openssh_client(settings_.ssh.file);
    return *is_openssh_;
}

/// A stopped ssh is known by the signal of its stop. One that has suspended itself (~^Z) must not leave the
/// shell, which knows only us, waiting: we stop as well, until the shell continues both.
std::optional<ClientProcess::StopChange> ClientProcess::take_stop_change()
{
    while (const auto change = child_->take_stop()) {
        if (change == SIGTSTP && terminal_.in_foreground()) {
            std::raise(SIGTSTP);
            child_->signal(SIGCONT);
            return StopChange::suspended_with_us;
        }
        if (*change != 0) {
            stops_.stopped(*change, terminal_.is_there(), Clock::now());
            return StopChange::stopped;
        }
        if (stops_.is_stopped()) {
            stops_.continued();
            return StopChange::goes_on;
        }
    }
    return std::nullopt;
}

Awaitable<void> ClientProcess::end(const int& stops)
{
    orphans_.ssh_is_ending();
    co_await end_process(*child_, settings_.kill_time, event_, stops, log_);
}

void ClientProcess::finish()
{
    child_.reset();
    orphans_.ssh_ended();
}

Awaitable<void> ClientProcess::finish_orphans(const int& stops)
{
    co_await orphans_.finish(event_, stops);
}

}  // namespace autossh
