#include "autossh/tunnel/refusals.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/port_holder.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include <fmt/core.h>

namespace autossh {

namespace {

bool is_of_forward(const SshMessage& message)
{
    return message.kind == SshMessage::Kind::forward_refused ||
           message.kind == SshMessage::Kind::local_port_in_use;
}

std::string holder_of(const SshMessage& message, pid_t ssh)
{
    const auto port = parse_integer(message.subject);
    const bool is_port = port && *port > 0 && *port <= 65535;
    if (message.kind != SshMessage::Kind::local_port_in_use || !is_port)
        return "";
    const auto number = static_cast<std::uint16_t>(*port);
    const auto named = SocketAddress::from_literal(message.address, number);
    return port_holder(named ? ip_address_of(named->get()) : std::nullopt, number, ssh);
}

}  // namespace

void Refusals::note(const ClientState& client_state, pid_t ssh)
{
    for (const SshMessage& message : std::span(client_state.refused_forwards()).subspan(all_.size())) {
        all_.push_back(
            {message, holder_of(message, ssh), need_of(message, client_state.users_forwards()), {}});
        all_.back().in_full = {message.failure.failure_class, in_full(message), message.failure.remedy};
    }
}

std::optional<Refusals::Refusal> Refusals::take_untold()
{
    return told_ < all_.size() ? std::optional(all_.at(told_++)) : std::nullopt;
}

std::optional<Failure> Refusals::last() const
{
    const auto is_needed = [](const Refusal& one) { return one.need != ForwardNeed::optional; };
    const auto found = std::find_if(all_.rbegin(), all_.rend(), is_needed);
    return found == all_.rend() ? std::nullopt : std::optional(found->in_full);
}

ForwardNeed Refusals::strongest_need() const
{
    ForwardNeed strongest = ForwardNeed::optional;
    for (const Refusal& one : all_)
        strongest = std::max(strongest, one.need);
    return strongest;
}

void Refusals::drop(const SshMessage& refusal)
{
    for (std::size_t i = all_.size(); i-- > 0;) {
        const SshMessage& other = all_.at(i).words;
        if (other.kind != refusal.kind || other.subject != refusal.subject ||
            other.address != refusal.address)
            continue;
        all_.erase(all_.begin() + static_cast<std::ptrdiff_t>(i));
        told_ -= i < told_ ? 1 : 0;
    }
}

std::string Refusals::in_full(const SshMessage& message) const
{
    for (const Refusal& one : all_)
        if (!one.holder.empty() && one.words.kind == message.kind && one.words.subject == message.subject)
            return fmt::format("{}, held by {}", message.failure.cause, one.holder);
    return message.failure.cause;
}

Failure Refusals::most_serious(const ClientState& client_state) const
{
    const SshMessage* const reason = client_state.reason();
    const ForwardNeed need = strongest_need();
    if (reason != nullptr && is_of_forward(*reason) &&
        need_of(*reason, client_state.users_forwards()) >= need)
        return {reason->failure.failure_class, in_full(*reason), reason->failure.remedy};
    const auto found =
        std::find_if(all_.rbegin(), all_.rend(), [need](const Refusal& one) { return one.need == need; });
    if (found != all_.rend())
        return found->in_full;
    return {FailureClass::forward_refused, "a forward was refused"};  // ssh has not named it
}

}  // namespace autossh
