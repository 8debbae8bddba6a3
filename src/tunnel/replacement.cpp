#include "autossh/tunnel/replacement.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/rules/replacement_times.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/system/children.hpp"
#include "autossh/system/tcp_table.hpp"
#include "autossh/tunnel/ending.hpp"

#include <algorithm>
#include <utility>

#include <unistd.h>

namespace autossh {

namespace {

/// Its log says when a look at the socket is worth while; it may also lie elsewhere, or be silent.
constexpr Duration between_questions = std::chrono::milliseconds(500);

/// Of a log-in there are about a hundred.
constexpr std::size_t most_lines = 4096;

StartOutcome outcome_of_end(const Replacement::End& end)
{
    return outcome_of(LastSession{.ran = true,
                                  .failure = end.failure.failure_class,
                                  .perhaps_refused = end.may_be_refused,
                                  .closed_at_once = end.closed_at_once},
                      false);
}

}  // namespace

Replacement::Replacement(const ProcessContext& process, const TunnelSettings& settings, Log& log,
                         Starts::Beside& place, std::function<void()> on_change)
    : process_(process), settings_(settings), log_(log), place_(place), on_change_(std::move(on_change)),
      kill_alarm_(process.executor, [this] { kill(); })
{}

Replacement::~Replacement() = default;

void Replacement::start(Prepared prepared, Command command, const Streams& streams)
{
    prepared_ = std::move(prepared);
    ::unlink(prepared_.plan->control.path.c_str());
    const UniqueFd errors = read_output();
    master_ = std::make_shared<MuxClient>(process_.executor, prepared_.plan->control.path);
    started_ = clock_ticks();
    Streams its_streams = streams;
    if (errors)
        its_streams.err = errors.get();
    child_ = std::make_unique<Child>(
        process_, command, [this] { on_change_(); }, its_streams);
    process_.reaper.ssh_runs(child_->pid());
    const Time now = Clock::now();
    too_late_ = now + times::replacement_login;
    next_question_ = now + between_questions;
}

/// Gives where it is to write its errors. None: to our standard error.
UniqueFd Replacement::read_output()
{
    const std::string folder = prepared_.folder->path();
    if (prepared_.plan->log.is_read)
        output_.log = std::make_unique<SshLog>(process_.executor, log_path(folder),
                                               [this](std::string_view line) { take_line(line); });
    if (!prepared_.plan->log.past_log_is_read)
        return {};
    const auto take_error = [this](std::string_view line) {
        if (errors_.size() < most_lines)
            errors_.emplace_back(line);
    };
    output_.errors =
        std::make_unique<SshLog>(process_.executor, errors_path(folder), take_error, SshLog::Size::usual);
    return output_.errors->open_writer();
}

void Replacement::take_line(std::string_view line)
{
    if (lines_.size() < most_lines)
        lines_.emplace_back(line);
    if (!answers_ && next_question_ != never)
        next_question_ = Clock::now();
    on_change_();
}

std::optional<Replacement::End> Replacement::look(Time now)
{
    if (!child_)
        return std::nullopt;
    output_.drain();
    if (const auto& status = child_->status()) {
        output_.finish();
        End end = end_of(*status);
        place_.ended(outcome_of_end(end));
        forget();
        return end;
    }
    if (answers_)
        return std::nullopt;
    if (now >= too_late_) {
        place_.ended(StartOutcome::unreachable);
        drop();
        return End{{FailureClass::timed_out,
                    fmt::format("not logged in within {}", with_unit(times::replacement_login))}};
    }
    if (now >= next_question_)
        ask_whether_in();
    return std::nullopt;
}

Time Replacement::next_look() const
{
    return child_ && !answers_ ? std::min(too_late_, next_question_) : never;
}

void Replacement::ask_whether_in()
{
    if (::access(prepared_.plan->control.path.c_str(), F_OK) != 0) {
        next_question_ = Clock::now() + between_questions;
        return;
    }
    next_question_ = never;
    spawn_coroutine(process_.executor, ask(master_, lifetime_.observer()));
}

Awaitable<void> Replacement::ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer)
{
    const MuxAnswer answer = co_await master->alive();
    if (observer.is_over())
        co_return;
    answers_ = answer.is_granted();
    if (answers_)
        place_.logged_in();
    next_question_ = answers_ ? never : Clock::now() + between_questions;
    on_change_();
}

/// A server may just close the connection; and of a jump host that refuses nothing else is known.
Replacement::End Replacement::end_of(ExitStatus status) const
{
    SessionTerms terms;
    terms.users_forwards = false;
    ClientState said(terms);
    for (const std::string& line : lines_)
        said.read_lines(line);
    for (const std::string& line : errors_)
        said.read_stray_line(without_end(line));
    End end{.failure = said.failure(status, {}), .closed_at_once = said.circumstances().no_greeting};
    const bool came_to_login = !said.circumstances().user.empty() || prepared_.plan->destination.by_proxy;
    const FailureClass failure = end.failure.failure_class;
    end.may_be_refused = failure == FailureClass::authentication_refused ||
                         failure == FailureClass::needs_person ||
                         (failure == FailureClass::connection_lost && came_to_login);
    return end;
}

bool Replacement::is_in()
{
    return child_ && answers_ && !child_->status();
}

Replacement::LoggedIn Replacement::take()
{
    process_.reaper.ssh_has_ended(child_->pid());  // whoever takes it tells of it again
    LoggedIn taken{.prepared = std::move(prepared_),
                   .output = std::move(output_),
                   .child = std::move(child_),
                   .started = started_,
                   .lines = std::move(lines_),
                   .errors = std::move(errors_)};
    forget();
    return taken;
}

void Replacement::drop()
{
    // One that has not reached its server has cost that nothing.
    if (!child_ || is_still_connecting(child_->pid()))
        place_.withdraw();
    else
        place_.ended(StartOutcome::dropped);
    if (!child_)
        return;
    kill();
    ask_to_end(*child_);
    process_.reaper.ssh_has_ended(child_->pid());
    output_.leave_to([](std::string_view) {});
    output_.give_up_names();
    ending_ = {.child = std::move(child_), .output = std::move(output_)};
    kill_alarm_.set_after(settings_.kill_time);
    forget();
}

/// One that was dropped, and has not obeyed.
void Replacement::kill()
{
    ending_ = {};
}

void Replacement::forget()
{
    lifetime_.renew();
    if (child_)
        process_.reaper.ssh_has_ended(child_->pid());
    child_.reset();
    output_ = {};
    master_.reset();
    lines_.clear();
    errors_.clear();
    prepared_ = {};
    answers_ = false;
    too_late_ = next_question_ = never;
}

Awaitable<void> Replacement::finish(Event& event, const int& stops)
{
    kill_alarm_.cancel();
    if (ending_.child)
        co_await wait_for_end(*ending_.child, settings_.kill_time, event, stops);
    kill();
}

}  // namespace autossh
