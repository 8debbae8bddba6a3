// The part of Session that starts an ssh, or lets one take over that has logged in beside the last.
#include "autossh/heartbeat/loop.hpp"
#include "autossh/tunnel/session.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

std::optional<Failure> Session::start(std::int64_t start)
{
    facts_.begin(Clock::now(), start == 1);
    if (replacement_.is_in()) {
        take_over(start);
        return std::nullopt;
    }
    replacement_.drop();
    if (std::exchange(predecessors_master_, nullptr)) {  // what was to take over has ended
        predecessor_.kill();
        setup_.predecessor_has_ended();
    }
    setup_.renew();
    if (const auto failure = setup_.reason_not_to_start())
        return failure;
    execute(start, begin(start));
    return std::nullopt;
}

/// Gives the words of the loop.
std::vector<std::string> Session::begin(std::int64_t start)
{
    std::vector<std::string> loop = tests_.make_loop();
    tracker_.starting(start == 1 ? "first start" : fmt::format("start {}", start), tests_.loop_port(),
                      tests_.loop_entrance(), tests_.echo() ? as_ssh_logs(*tests_.echo()) : "");
    if (settings_.max_start)
        log_.info("starting ssh (count {} of {})", start, *settings_.max_start);
    else
        log_.info("starting ssh (count {})", start);

    connection_.ssh_starts(plan());
    login_seen_ = false;
    server_words_ = 0;
    words_before_answer_.reset();
    forward_watch_.ssh_starts();
    process_.will_start(plan().is_shared);
    return loop;
}

void Session::execute(std::int64_t start, const std::vector<std::string>& loop)
{
    StartTerms terms = facts_.start_terms();
    terms.has_control_line = own_master_.ssh_starts(plan());
    shared_socket_.ssh_starts(plan(), terms.has_control_line);
    we_end_ssh_ = terms.we_end_ssh || plan().forwards.we_end_ssh;
    Command command = command_for(settings_.ssh, plan(), loop, terms);
    if (setup_.takes_questions()) {
        const bool person = setup_.may_ask_caller() || (start == 1 && process_.terminal().in_foreground());
        const auto variables = answerer_.ssh_starts(plan(), person);
        command.environment.insert(command.environment.end(), variables.begin(), variables.end());
    } else if (!settings_.attended && plan().login.asks_by_program) {
        // And not, before it, at the terminal that the fleet was started at.
        command.environment.emplace_back("SSH_ASKPASS_REQUIRE=force");
    }
    const UniqueFd errors = setup_.errors_of_ssh();
    process_.start(std::move(command), errors ? errors.get() : -1);
    answerer_.ssh_runs(process_.pid(), plan().destination.by_proxy);
    tell_of_process();
    if (!setup_.may_ask_caller())  // we might never know when to let them go
        answerer_.release_caller();
}

void Session::tell_of_process()
{
    const pid_t ssh = process_.pid();
    tracker_.runs(ssh);
    log_.info("ssh child pid is {}", ssh);
    tracker_.executed(ssh);
    tests_.ssh_started(Clock::now(), plan().log.login_is_heard, plan().keepalive.has_value());
}

void Session::take_over(std::int64_t start)
{
    Replacement::LoggedIn next = replacement_.take();
    log_.info("ssh ({}), which has logged in beside the last one, takes its place", next.child->pid());
    setup_.move_to(std::move(next.prepared), std::move(next.output), predecessors_master_ != nullptr);
    static_cast<void>(begin(start));
    shared_socket_.ssh_starts(plan(), own_master_.ssh_starts(plan()));
    we_end_ssh_ = plan().forwards.are_vital;  // it has none that it would end for
    process_.adopt(std::move(next.child), next.started);
    tell_of_process();
    for (const std::string& line : next.lines)
        tracker_.read_line(line);
    for (const std::string& line : next.errors)
        tracker_.read_stray_line(line, setup_.is_hushed());
    open_forwards();
}

bool Session::may_change_forwards() const
{
    return (tracker_.status().up_since || tracker_.waits_for_forwards()) &&
           !tracker_.client_state().awaits_answers() && !predecessor_.may_hold(Clock::now());
}

/// Of an empty bind address a master cannot be told to close it.
bool Session::change_forwards(const Answer& answer)
{
    const std::vector<Forward> before = plan().forwards.all;
    const auto cannot_be_closed = [](const Forward& forward) {
        return !forward.configured || forward.configured->listen.host == "";
    };
    if (!own_master_.client() || forward_opening_.is_busy() || before.empty() ||
        std::ranges::any_of(before, cannot_be_closed) || !setup_.change_forwards(answer))
        return false;
    ForwardOpening::Work work;
    work.master = own_master_.client();
    const auto without = [this](const std::vector<Forward>& those, std::vector<Forward> others) {
        std::vector<ForwardOpening::Wanted> left;
        for (const Forward& forward : those) {
            const auto same = std::ranges::find_if(
                others, [&](const Forward& other) { return other.is_configured_as(*forward.configured); });
            if (same != others.end())
                others.erase(same);
            else
                left.push_back(
                    {.forward = *forward.configured,
                     .kept_port = own_master_.kept_ports().port_of(*forward.configured).value_or(0)});
        }
        return left;
    };
    work.closed = without(before, plan().forwards.all);
    work.forwards = without(plan().forwards.all, before);
    log_.info("forwards are changed on the living connection: {} opened, {} closed", work.forwards.size(),
              work.closed.size());
    forward_opening_.begin(std::move(work));
    return true;
}

/// The loop comes last: when a test passes, the others have been asked for.
void Session::open_forwards()
{
    ForwardOpening::Work work;
    work.master = own_master_.client();
    work.predecessor = std::exchange(predecessors_master_, nullptr);
    work.predecessor_is_well = predecessor_is_well_;
    for (const Forward& forward : plan().forwards.all)
        if (forward.configured)
            work.forwards.push_back(
                {.forward = *forward.configured,
                 .kept_port = own_master_.kept_ports().port_of(*forward.configured).value_or(0)});
    const auto loop_entrance = [this](ForwardPlace target) {
        return ConfiguredForward{.kind = ConfiguredForward::Kind::local,
                                 .listen = {.host = std::nullopt, .path = tests_.loop_entrance()},
                                 .target = std::move(target)};
    };
    if (const auto echo = tests_.echo())
        work.loop.push_back(loop_entrance(
            echo->path.empty() ? ForwardPlace{.host = "127.0.0.1", .port = echo->port, .path = ""}
                               : ForwardPlace{.host = std::nullopt, .path = echo->path}));
    if (const auto port = tests_.loop_port()) {
        work.loop.push_back({.kind = ConfiguredForward::Kind::remote,
                             .listen = {.host = "127.0.0.1", .port = *port, .path = ""},
                             .target = {.host = std::nullopt, .path = tests_.loop_exit()}});
        // Last: a test begins when something listens there.
        work.loop.push_back(loop_entrance({.host = "127.0.0.1", .port = *port, .path = ""}));
    }
    forward_opening_.begin(std::move(work));
}

}  // namespace autossh
