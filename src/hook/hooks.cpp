#include "autossh/hook/hooks.hpp"

#include "autossh/base/numbers.hpp"

#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// When the process is told to end, and when it ends because nothing is left to keep.
constexpr Duration patience_if_asked = std::chrono::seconds(5);
constexpr Duration patience_of_own = std::chrono::seconds(60);

/// The system has one error for a program that is not there, and for a script whose interpreter is not.
std::string why_not_run(const std::string& program, const std::system_error& error)
{
    if (error.code() != std::errc::no_such_file_or_directory || ::access(program.c_str(), F_OK) != 0)
        return error.what();
    return fmt::format("{}: there is no program that its first line names", program);
}

}  // namespace

Hooks::Hooks(const ProcessContext& context, Log& log, std::string fleet)
    : context_(context), log_(log), fleet_(std::move(fleet)), alarm_(context.executor, [this] { go_on(); }),
      patience_(context.executor, [this] { stop_waiting(); })
{}

void Hooks::set(const std::vector<HookSettings>& hooks)
{
    planner_.set_hooks(hooks);
    go_on();
}

void Hooks::tell(const std::vector<HookNews>& change)
{
    if (on_done_ || change.empty())
        return;
    planner_.take(change, Clock::now());
    go_on();
}

void Hooks::forget(const std::string& subject)
{
    planner_.forget(subject);
}

void Hooks::go_on()
{
    for (HookCall& call : planner_.take_calls(Clock::now())) {
        const HookCall told{call.hook, call.event, call.about};
        if (!queue_.add(std::move(call)))
            note_failure(told, HookFailure::queue,
                         fmt::format("{} calls wait already: it takes too long, or is told too much",
                                     queue_.queued()));
    }
    while (const auto started = queue_.start())
        start(*started);
    alarm_.cancel();
    if (const auto next = planner_.next())
        alarm_.set(*next);
    if (!on_done_ || !queue_.is_idle())
        return;
    patience_.cancel();
    std::exchange(on_done_, [] {})();
}

void Hooks::start(const HookCallQueue::Started& started)
{
    const auto number = started.number;
    const HookCall& call = started.call;
    const std::string& hook = call.hook->name;
    ++calls_;
    try {
        context_.reaper.ssh_starts();  // what it leaves behind becomes ours, and is waited for
        runs_[number] = std::make_unique<HookRun>(
            context_, call, fleet_,
            HookRun::Listener{
                [this, hook](const std::string& line) { log_.info("hook {}: {}", hook, line); },
                [this, number, &call](const HookRun::Result& result) { has_ended(number, call, result); }});
        log_.info("hook {} called: {} of {}", hook, name(call.event), subject_in_words(call));
    } catch (const std::system_error& error) {
        runs_.erase(number);
        note_failure(call, HookFailure::start,
                     fmt::format("it cannot be run: {}; mend that, nobody is told until then",
                                 why_not_run(call.hook->run.front(), error)));
        queue_.ended(number);
    }
}

/// `call`: of the queue, until it has ended there.
void Hooks::has_ended(HookCallQueue::Number number, const HookCall& call, const HookRun::Result& result)
{
    const std::string& hook = call.hook->name;
    if (result.left_out > 0)
        log_.info("hook {}: {} bytes more of its output are not logged", hook, result.left_out);
    if (result.timed_out)
        note_failure(call, HookFailure::timeout,
                     fmt::format("it had not ended within {}, and was ended; see what it waits for, or raise "
                                 "its timeout",
                                 with_unit(call.hook->timeout)));
    else if (result.given_up)
        note_failure(call, HookFailure::timeout, "it had not ended, and was ended, as autossh ends");
    else if (!result.status || result.status->by_signal())
        note_failure(call, HookFailure::signal,
                     fmt::format("signal {}", result.status ? result.status->number() : 0));
    else if (result.status->number() != 0)
        note_failure(call, HookFailure::exit, fmt::format("exit status {}", result.status->number()));
    else if (const auto failed = failures_.note_success(hook); failed > 0)
        log_.info("hook {} works again, after {} failed call{}", hook, failed, failed == 1 ? "" : "s");
    queue_.ended(number);
    runs_.erase(number);
    go_on();
}

/// Of failures in a row the first is told, and how many there were by the first call that works.
void Hooks::note_failure(const HookCall& call, HookFailure failure, const std::string& words)
{
    const bool is_news = failures_.note(call.hook->name, failure);
    log_.write(is_news ? Level::warning : Level::debug, "hook {} failed ({} of {}): {}", call.hook->name,
               name(call.event), subject_in_words(call), words);
}

/// autossh-fleet(5), "Hooks": the end of autossh.
void Hooks::finish(bool asked, std::function<void()> on_done)
{
    const bool is_second = static_cast<bool>(on_done_);
    on_done_ = std::move(on_done);
    if (is_second)
        return stop_waiting();
    planner_.finish(!asked);
    patience_.set_after(asked ? patience_if_asked : patience_of_own);
    go_on();
}

void Hooks::stop_waiting()
{
    if (const std::size_t dropped = queue_.drop_queued(); dropped > 0)
        log_.write(Level::warning, "{} calls of hooks are not made, as autossh ends", dropped);
    for (const auto& [number, run] : runs_)
        run->give_up();
    go_on();
}

HookFacts Hooks::facts() const
{
    if (!are_there() && calls_ == 0)
        return {};
    return {calls_, queue_.running(), queue_.queued(), failures_.counts()};
}

}  // namespace autossh
