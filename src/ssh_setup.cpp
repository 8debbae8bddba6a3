#include "autossh/ssh_setup.hpp"

#include <exception>
#include <utility>

#include <unistd.h>

namespace autossh {

SshSetup::SshSetup(boost::asio::any_io_executor executor, const TunnelSettings& settings, Log& log,
                   Account& account, ConnectionTests& tests, PrivatePlace& place,
                   std::function<void()> on_words)
    : executor_(std::move(executor)), settings_(settings), log_(log), account_(account), tests_(tests),
      place_(place), on_words_(std::move(on_words)), prepared_(unprepared(settings))
{}

void SshSetup::settle(std::optional<Answer> answer)
{
    prepared_.doubt.clear();
    answer_ = std::move(answer);
    if (answer_)
        prepare_anew();
}

void SshSetup::renew()
{
    if (!answer_ || !answer_->config || directory_is_whole())
        return;
    // One that has come since the last start is still empty.
    if (!prepared_.directory || place_.directory() == prepared_.directory)
        place_.renew();
    prepare_anew();
}

void SshSetup::prepare_anew()
{
    const Askable askable = who_can_be_asked();
    ssh_log_.reset();
    tests_.leave_sockets();
    prepared_ = prepare(settings_, *answer_, askable, private_directory(*answer_, place_, log_), log_);
    try {
        use_directory();
    } catch (const std::exception& error) {  // as if there were none
        log_.write(Level::warning, "ssh cannot be heard, nor the connection be tested: {}", error.what());
        ssh_log_.reset();
        tests_.leave_sockets();
        prepared_ = prepare(settings_, *answer_, askable, nullptr, log_);
    }
    account_.set_plan(prepared_.plan, ::isatty(STDERR_FILENO) != 0 && !log_.shows_on_stderr());
}

void SshSetup::use_directory()
{
    const SshPlan& plan = prepared_.plan;
    if (plan.heard)
        ssh_log_.emplace(executor_, log_path(prepared_.directory->path()), [this](std::string_view line) {
            account_.hear(line);
            on_words_();
        });
    if (plan.loop)
        tests_.use_sockets(prepared_.directory->path());
}

/// False also where there was no place for one: there may be one now.
bool SshSetup::directory_is_whole() const
{
    return prepared_.directory && prepared_.directory->exists() && (!ssh_log_ || ssh_log_->exists()) &&
           tests_.has_its_socket();
}

void SshSetup::drain()
{
    if (ssh_log_)
        ssh_log_->drain();
}

void SshSetup::finish()
{
    if (ssh_log_)
        ssh_log_->finish();
}

}  // namespace autossh
