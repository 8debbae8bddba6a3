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

Replacement::Replacement(const ProcessContext& process, const TunnelSettings& settings, Starts::Beside& place,
                         std::function<void()> on_change)
    : process_(process), settings_(settings), place_(place), on_change_(std::move(on_change))
{}

Replacement::~Replacement() = default;

void Replacement::start(Prepared prepared, Command command, const Streams& streams)
{
    auto ssh = std::make_unique<Running>();
    ssh->prepared = std::move(prepared);
    const std::string& control_path = ssh->prepared.plan->control.path;
    ::unlink(control_path.c_str());
    const UniqueFd errors = read_output(*ssh);
    ssh->master = std::make_shared<MuxClient>(process_.executor, control_path);
    ssh->started = clock_ticks();
    Streams its_streams = streams;
    if (errors)
        its_streams.err = errors.get();
    ssh->child = std::make_unique<Child>(
        process_, command, [this] { on_change_(); }, its_streams);
    process_.reaper.ssh_runs(ssh->child->pid());
    const Time now = Clock::now();
    ssh->too_late = now + times::replacement_login;
    ssh->next_question = now + between_questions;
    ssh_ = std::move(ssh);
}

/// Gives where it is to write its errors. None: to our standard error.
UniqueFd Replacement::read_output(Running& ssh)
{
    const std::string folder = ssh.prepared.folder->path();
    if (ssh.prepared.plan->log.is_read)
        ssh.output.log = std::make_unique<SshLog>(process_.executor, log_path(folder),
                                                  [this](std::string_view line) { take_line(line); });
    if (!ssh.prepared.plan->log.past_log_is_read)
        return {};
    const auto take_error = [&ssh](std::string_view line) {
        if (ssh.errors.size() < most_lines)
            ssh.errors.emplace_back(line);
    };
    ssh.output.errors =
        std::make_unique<SshLog>(process_.executor, errors_path(folder), take_error, SshLog::Size::usual);
    return ssh.output.errors->open_writer();
}

void Replacement::take_line(std::string_view line)
{
    if (ssh_->lines.size() < most_lines)
        ssh_->lines.emplace_back(line);
    if (!ssh_->answers && ssh_->next_question != never)
        ssh_->next_question = Clock::now();
    on_change_();
}

std::optional<Replacement::End> Replacement::look(Time now)
{
    if (!ssh_)
        return std::nullopt;
    ssh_->output.drain();
    if (const auto& status = ssh_->child->status()) {
        ssh_->output.finish();
        End end = end_of(*status);
        place_.ended(outcome_of_end(end));
        forget();
        return end;
    }
    if (ssh_->answers)
        return std::nullopt;
    if (now >= ssh_->too_late) {
        place_.ended(StartOutcome::unreachable);
        drop();
        return End{{FailureClass::timed_out,
                    fmt::format("not logged in within {}", with_unit(times::replacement_login))}};
    }
    if (now >= ssh_->next_question)
        ask_whether_in();
    return std::nullopt;
}

Time Replacement::next_look() const
{
    return ssh_ && !ssh_->answers ? std::min(ssh_->too_late, ssh_->next_question) : never;
}

void Replacement::ask_whether_in()
{
    if (::access(ssh_->prepared.plan->control.path.c_str(), F_OK) != 0) {
        ssh_->next_question = Clock::now() + between_questions;
        return;
    }
    ssh_->next_question = never;
    spawn_coroutine(process_.executor, ask(ssh_->master, ssh_->lifetime.observer()));
}

Awaitable<void> Replacement::ask(std::shared_ptr<MuxClient> master, Lifetime::Observer observer)
{
    const MuxAnswer answer = co_await master->alive();
    if (observer.is_over())
        co_return;
    ssh_->answers = answer.is_granted();
    if (ssh_->answers)
        place_.logged_in();
    ssh_->next_question = ssh_->answers ? never : Clock::now() + between_questions;
    on_change_();
}

/// A server may just close the connection; and of a jump host that refuses nothing else is known.
Replacement::End Replacement::end_of(ExitStatus status) const
{
    SessionTerms terms;
    terms.users_forwards = false;
    ClientState said(terms);
    for (const std::string& line : ssh_->lines)
        said.read_lines(line);
    for (const std::string& line : ssh_->errors)
        said.read_stray_line(without_end(line));
    End end{.failure = said.failure(status, {}), .closed_at_once = said.circumstances().no_greeting};
    const bool came_to_login =
        !said.circumstances().user.empty() || ssh_->prepared.plan->destination.by_proxy;
    const FailureClass failure = end.failure.failure_class;
    end.may_be_refused = failure == FailureClass::authentication_refused ||
                         failure == FailureClass::needs_person ||
                         (failure == FailureClass::connection_lost && came_to_login);
    return end;
}

bool Replacement::is_in()
{
    return ssh_ && ssh_->answers && !ssh_->child->status();
}

Replacement::LoggedIn Replacement::take()
{
    process_.reaper.ssh_has_ended(pid());  // whoever takes it tells of it again
    LoggedIn taken{.prepared = std::move(ssh_->prepared),
                   .output = std::move(ssh_->output),
                   .child = std::move(ssh_->child),
                   .started = ssh_->started,
                   .lines = std::move(ssh_->lines),
                   .errors = std::move(ssh_->errors)};
    ssh_.reset();
    return taken;
}

void Replacement::drop()
{
    // One that has not reached its server has cost that nothing.
    if (!ssh_ || is_still_connecting(pid()))
        place_.withdraw();
    else
        place_.ended(StartOutcome::dropped);
    if (!ssh_)
        return;
    kill();
    ask_to_end(*ssh_->child);
    ssh_->output.leave_to([](std::string_view) {});
    ssh_->output.give_up_names();
    process_.reaper.ssh_has_ended(pid());
    ending_ = std::make_unique<Ending>(process_.executor, [this] { kill(); });
    ending_->child = std::move(ssh_->child);
    ending_->output = std::move(ssh_->output);
    ending_->kill_alarm.set_after(settings_.kill_time);
    ssh_.reset();
}

/// One that was dropped, and has not obeyed.
void Replacement::kill()
{
    ending_.reset();
}

/// It has ended.
void Replacement::forget()
{
    process_.reaper.ssh_has_ended(pid());
    ssh_.reset();
}

Awaitable<void> Replacement::finish(Event& event, const int& stops)
{
    if (ending_) {
        ending_->kill_alarm.cancel();
        co_await wait_for_end(*ending_->child, settings_.kill_time, event, stops);
    }
    kill();
}

}  // namespace autossh
