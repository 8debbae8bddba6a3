// The part of ClientState that is about the user's forwards.
#include "autossh/ssh/client_state.hpp"

#include <algorithm>
#include <string>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// In failed_forwards_.
std::string key_of(const SshMessage& refusal)
{
    const bool remote = refusal.kind == SshMessage::Kind::forward_refused;
    return fmt::format("{} {}", remote ? 'R' : 'L', refusal.subject);
}

}  // namespace

/// What the server has said is about this one; of local ones no more is known than now.
void ClientState::explain_forward(SshMessage& message)
{
    const FailureClass failure = message.failure.failure_class;
    const bool local = message.kind == SshMessage::Kind::local_port_in_use;
    if (failure != FailureClass::forward_refused && !local)
        return;
    message.failure =
        explained(message, circumstances(),
                  {.port_was_ours = terms_.after_session, .past_log_is_read = terms_.past_log_is_read});
    if (!local)
        circumstances_.forward_is_refused();
}

void ClientState::take_refused_forward(const SshMessage& message)
{
    // ssh names a local port once for each address, and once more if none could be had.
    if (!is_refused(message) && refused_forwards_.size() < most_remembered)
        refused_forwards_.push_back(message);
}

bool ClientState::some_refusal_is_settled() const
{
    return std::ranges::any_of(refused_forwards_,
                               [](const SshMessage& refused) { return refused.failure.lasts; });
}

bool ClientState::is_refused(const SshMessage& refusal) const
{
    return std::ranges::any_of(
        refused_forwards_, [&](const SshMessage& other) { return forwards_.are_about_one(refusal, other); });
}

bool ClientState::fails_wholly(const SshMessage& refusal) const
{
    return failed_forwards_.contains(key_of(refusal));
}

bool ClientState::every_forward_failed(std::size_t forwards) const
{
    const auto is_optional = [](const Forward& one) { return one.need == ForwardNeed::optional; };
    const bool some_are_needed =
        users_forwards().empty() || !std::ranges::all_of(users_forwards(), is_optional);
    return some_are_needed && (all_forwards_off_ || failed_forwards_.size() >= forwards);
}

bool ClientState::required_forward_failed() const
{
    return std::ranges::any_of(users_forwards(), [this](const Forward& one) {
        const bool remote = one.kind == Forward::Kind::remote;
        const bool failed = failed_forwards_.contains(fmt::format("{} {}", remote ? 'R' : 'L', one.place));
        return one.need == ForwardNeed::required && one.state == Forward::State::refused &&
               (all_forwards_off_ || failed);
    });
}

void ClientState::forward_is_granted(const SshMessage& refusal, const ConfiguredForward& forward)
{
    forwards_.granted(forward);
    if (const auto failed = failed_forwards_.find(key_of(refusal)); failed != failed_forwards_.end())
        failed_forwards_.erase(failed);
    if (forwards_.some_are_refused(refusal))  // the same port on another address
        return;
    std::erase_if(refused_forwards_, [&](const SshMessage& other) {
        return other.kind == refusal.kind && other.subject == refusal.subject &&
               other.address == refusal.address;
    });
    if (failure_ && failure_->kind == refusal.kind && failure_->subject == refusal.subject)
        failure_.reset();  // ssh will not end of it
}

void ClientState::change_forwards(std::vector<Forward> forwards)
{
    forwards_.become(std::move(forwards));
    const auto is_gone = [&](const SshMessage& refusal) {
        return std::ranges::none_of(forwards_.all(), [&](const Forward& forward) {
            return forward.state == Forward::State::refused && is_about(refusal, forward);
        });
    };
    for (const SshMessage& refusal : refused_forwards_)
        if (is_gone(refusal))
            failed_forwards_.erase(key_of(refusal));
    std::erase_if(refused_forwards_, is_gone);
    std::erase_if(allocated_ports_, [&](const std::string& port) {
        return std::ranges::none_of(forwards_.all(), [&](const Forward& forward) {
            return std::to_string(forward.allocated) == port;
        });
    });
}

void ClientState::note_port(const ConfiguredForward& forward, std::uint16_t before, std::uint16_t port)
{
    forwards_.note_port(forward, port);
    const auto found = std::ranges::find(allocated_ports_, std::to_string(before));
    if (found != allocated_ports_.end())
        *found = std::to_string(port);
    else if (allocated_ports_.size() < most_remembered)
        allocated_ports_.push_back(std::to_string(port));
}

void ClientState::read_refusal(std::string_view line)
{
    SshMessage message = parse_message(line);
    if (loop_.take(message, line))
        return;
    note_failed_forward(message);
    explain_forward(message);
    forwards_.read_line(line, message);
    take(std::move(message), line);
}

/// A refusal is told by another line, which is still to come.
bool ClientState::is_answered() const
{
    const auto& all = users_forwards();
    const bool some_are_asked_for = std::ranges::count(all, Forward::Kind::remote, &Forward::kind) > 0;
    return some_are_asked_for && !terms_.session && !loop_awaits_answer() &&
           std::ranges::all_of(all, [](const Forward& one) {
               // Which port a server has chosen stands in a line behind that of its grant.
               return listens_here(one) ||
                      (one.kind == Forward::Kind::remote && one.state == Forward::State::working &&
                       (!has_port_of_servers_choice(one) || one.allocated != 0));
           });
}

void ClientState::note_refusal(SshMessage refusal)
{
    explain_forward(refusal);
    forwards_.read_line("", refusal);
    take_refused_forward(refusal);
}

void ClientState::note_failed_forward(const SshMessage& message)
{
    if (terms_.monitor_port && message.subject == std::to_string(*terms_.monitor_port))
        return;
    if (drops_all_forwards(message))
        all_forwards_off_ = true;
    else if (failed_forwards_.size() < most_remembered &&
             (!message.subject.empty() || failed_forwards_.empty()))
        failed_forwards_.insert(key_of(message));
}

}  // namespace autossh
