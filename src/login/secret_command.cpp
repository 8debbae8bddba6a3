#include "autossh/login/secret_command.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/numbers.hpp"

#include <algorithm>
#include <csignal>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

SecretCommand::SecretCommand(const ProcessContext& process, const std::vector<std::string>& words,
                             Duration limit)
    : process_(process), command_{words.front(), words}, limit_(limit), event_(process.executor),
      output_(process.executor), readable_(output_, [this] {
          drain();
          event_.notify();
      })
{
    secret_.keep_from_children();
}

/// It may have become root, and not be ours to kill: nobody waits for that.
SecretCommand::~SecretCommand()
{
    if (!child_ || child_->status())
        return;
    child_->signal(SIGKILL);
    child_->abandon();
}

void SecretCommand::give_up()
{
    given_up_ = true;
    event_.notify();
}

Awaitable<std::optional<Secret>> SecretCommand::run()
{
    const Time deadline = Clock::now() + limit_;
    try {
        start();
    } catch (const std::system_error& error) {
        complaint_ = fmt::format("the secret command cannot be run: {}", error.what());
        co_return std::nullopt;
    }
    std::optional<ExitStatus> status;
    while (!status && !given_up_ && Clock::now() < deadline) {
        co_await event_.wait_until(deadline);
        status = child_->status();  // before the last look into the pipes
        drain();
    }
    if (status)
        conclude(*status);
    else
        complaint_ =
            fmt::format("the secret command {} has not ended within {}", command_.file, with_unit(limit_));
    if (!status)
        co_await kill();
    child_.reset();
    if (!complaint_.empty())
        co_return std::nullopt;
    co_return std::move(secret_);
}

void SecretCommand::start()
{
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Pipe out;
    child_.emplace(
        process_, command_, [this] { event_.notify(); }, Streams{null.get(), out.write_end.get(), -1, true});
    output_.assign(out.read_end.release());
    output_.non_blocking(true);
    readable_.start();
}

/// Takes what is there: of the output what can matter, of the rest nothing is kept.
void SecretCommand::drain()
{
    boost::system::error_code ignored;
    for (std::size_t taken = secret_.text().size(); output_.is_open();) {
        const auto room = secret_.room();
        const bool full = taken == room.size();
        // Behind the first line that ssh could take there is nothing that we want.
        const auto rest = full ? room.subspan(room.size() / 2) : room.subspan(taken);
        const ssize_t size = read_some(output_.native_handle(), rest);
        if (size == 0)
            output_.close(ignored);
        if (size <= 0)
            break;
        taken = full ? taken : taken + static_cast<std::size_t>(size);
        secret_.set_size(taken);
    }
}

/// It has ended. What it has said on standard error is not ours to tell: the secret may be in it.
void SecretCommand::conclude(ExitStatus status)
{
    const auto flaw = secret_.cut_to_first_line();
    if (status != ExitStatus::exited(0))
        complaint_ = fmt::format("the secret command {} has failed ({} {})", command_.file,
                                 status.by_signal() ? "signal" : "exit status", status.number());
    else if (flaw)
        complaint_ = fmt::format("what the secret command {} has printed {}", command_.file, describe(*flaw));
}

/// One that may not be killed, as it has become root, must not hold us up.
Awaitable<void> SecretCommand::kill()
{
    child_->signal(SIGKILL);
    const Time give_up_at = Clock::now() + time_to_die;
    while (!child_->status() && Clock::now() < give_up_at)
        co_await event_.wait_until(give_up_at);
    if (!child_->status())
        child_->abandon();
}

}  // namespace autossh
