#include "autossh/tunnel/waiting.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/ssh/key_circumstances.hpp"
#include "autossh/system/course.hpp"
#include "autossh/system/route.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

using namespace std::chrono_literals;

constexpr Duration check_interval = 500ms;
constexpr Duration longest_without_way = 10min;
constexpr Duration route_interval = 2s;  // the kernel does not report every route that opens

/// A bare connection attempt, which costs the server nothing, tells when they are over.
bool can_be_probed(FailureClass failure)
{
    return failure == FailureClass::refused || failure == FailureClass::no_route ||
           failure == FailureClass::timed_out;
}

/// A look reads all interfaces of the system. A start at once needs one, and not one more.
constexpr Duration just_looked = std::chrono::milliseconds(20);

}  // namespace

Waiting::Waiting(Starts::Member& starts, Event& event, Log& log, const SshPlan& plan,
                 const std::optional<Destination>& server, const WaitBasis& basis,
                 AgentQuestion* asked_before)
    : starts_(starts), log_(log), destination_(plan.destination), server_(server),
      minds_network_(basis.minds_network && plan.understood), any_change_counts_(basis.any_change_counts),
      end_(Clock::now() + basis.wait, basis.earliest_by_network, basis.earliest_by_login)
{
    if (basis.wait > Duration::zero() && basis.probes_port && can_be_probed(basis.failure))
        starts_.knock(server, basis.trouble_since, [this, &event] {
            answered_ = true;
            event.notify();
        });
    if (basis.pace == Pace::refused_login && !basis.secret_refused)
        starts_.wait_for_login([this, &event] {
            has_login_ = true;
            event.notify();
        });
    if (plan.understood && basis.pace == Pace::refused_login) {
        // What other programs write all the time must not have a wrong secret tried again.
        if (!basis.secret_refused)
            files_ = files_of_login(plan.login);
        for (const std::string& file : plan.login.secret_files)
            files_.push_back(with_home(file));
        marks_ = marks_of(files_);
        agent_ = basis.secret_refused ? "" : agent_path(plan.login);
        question_.emplace(agent_);
        if (asked_before != nullptr)  // a key that came while ssh was being refused is a change, too
            agents_keys_ = asked_before->answer();
        next_check_ = Clock::now() + check_interval;
    }
    look_for_way();
    if (server && (basis.wait > Duration::zero() || has_no_route_))  // else nothing can end the wait
        course_ = course_to(*server);
}

void Waiting::look_for_way()
{
    looked_ = Clock::now();
    const bool lacked = std::exchange(has_no_route_, minds_network_ && !has_route(destination_));
    if (has_no_route_ && !lacked)
        try_anyway_ = Clock::now() + longest_without_way;
    next_way_look_ = Clock::now() + route_interval;
}

void Waiting::network_changed(bool gathered)
{
    // An address that has just come may lack its route and name servers yet; only where the server is known
    // by its address can we tell that nothing is wanting.
    if (gathered || (has_no_route_ && SocketAddress::from_literal(destination_.host, destination_.port)))
        look_for_way();
    if (gathered && (leads_there_otherwise() || any_change_counts_))
        end_.network_changed(Clock::now());
}

/// A container's interface that comes or goes does not change the way to the server. But a server with a name
/// may have another address, in another network, than the one that cannot be reached now.
bool Waiting::leads_there_otherwise()
{
    if (!course_)
        return true;
    const auto before = std::exchange(course_, course_to(*server_));
    const bool has_name = !SocketAddress::from_literal(destination_.host, destination_.port);
    return before != course_ || (has_name && (!course_ || !is_open(*course_)));
}

void Waiting::woken()
{
    look_for_way();
    end_.network_changed(Clock::now());
}

bool Waiting::is_over()
{
    due_ = due_ || is_due();
    if (!due_)
        return false;
    const bool lacked = has_no_route_;
    const Time next_look = has_no_route_ ? next_way_look_ : looked_ + just_looked;
    if (minds_network_ && Clock::now() >= next_look)
        look_for_way();
    if (has_no_route_ && !lacked)
        log_.info("there is no way to the server now: waiting for one");
    return !has_no_route_ || Clock::now() >= try_anyway_;
}

bool Waiting::is_due()
{
    if (answered_)
        log_.info("{} answers again", destination_.host);
    if (std::exchange(has_login_, false)) {
        log_.info("another tunnel has logged in with the same log-in");
        end_.login_changed(Clock::now());
    }
    look_at_login();
    look_at_places();
    return answered_ || Clock::now() >= end_.time();
}

void Waiting::look_at_login()
{
    if (Clock::now() < next_check_)
        return;
    next_check_ = Clock::now() + check_interval;
    if (!login_has_changed())
        return;
    next_check_ = never;
    is_mended_ = true;
    const Time now = Clock::now();
    end_.login_changed(now);
    if (end_.time() > now)
        log_.info("trying again in {} s, or on SIGHUP: more tries now could have the server ban us or lock "
                  "the account",
                  std::chrono::ceil<std::chrono::seconds>(end_.time() - now).count());
}

void Waiting::wait_for(HeldPlaces places)
{
    held_ = std::move(places);
    next_held_look_ = Clock::now() + check_interval;
}

void Waiting::look_at_places()
{
    if (Clock::now() < next_held_look_)
        return;
    next_held_look_ = Clock::now() + check_interval;
    if (held_.are_held())
        return;
    next_held_look_ = never;
    log_.info("the place of the refused forward is free here: trying again");
    end_.move(Clock::now());
}

bool Waiting::login_has_changed()
{
    if (agent_has_changed()) {
        log_.info("the agent has other keys");
        return true;
    }
    const auto now = marks_of(files_);
    const auto changed = std::ranges::mismatch(marks_, now);
    if (changed.in1 == marks_.end())
        return false;
    const auto index = static_cast<std::size_t>(changed.in1 - marks_.begin());
    log_.info("{} has changed", files_.at(index));
    return true;
}

/// What was asked at one look is answered by the next.
bool Waiting::agent_has_changed()
{
    if (agent_.empty())
        return false;
    const auto answer = question_->answer();
    question_.emplace(agent_);
    if (!answer)
        return false;
    const bool changed = agents_keys_ && *agents_keys_ != *answer;
    agents_keys_ = answer;
    return changed;
}

Time Waiting::next_look() const
{
    if (due_)
        return has_no_route_ ? std::min(try_anyway_, next_way_look_) : never;
    return std::min({end_.time(), next_check_, next_held_look_});
}

}  // namespace autossh
