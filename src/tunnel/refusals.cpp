#include "autossh/tunnel/refusals.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/port_holder.hpp"

#include <cstdint>

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

void Refusals::note(std::span<const SshMessage> refused, pid_t ssh)
{
    for (const SshMessage& message : refused.subspan(words_.size())) {
        words_.push_back(message);
        holders_.push_back(holder_of(message, ssh));
        in_full_.push_back({message.failure.failure_class, in_full(message), message.failure.remedy});
    }
}

std::optional<Failure> Refusals::take_untold()
{
    return told_ < in_full_.size() ? std::optional(in_full_.at(told_++)) : std::nullopt;
}

void Refusals::drop(const SshMessage& refusal)
{
    for (std::size_t i = words_.size(); i-- > 0;) {
        const SshMessage& other = words_.at(i);
        if (other.kind != refusal.kind || other.subject != refusal.subject ||
            other.address != refusal.address)
            continue;
        const auto at = static_cast<std::ptrdiff_t>(i);
        words_.erase(words_.begin() + at);
        holders_.erase(holders_.begin() + at);
        in_full_.erase(in_full_.begin() + at);
        told_ -= i < told_ ? 1 : 0;
    }
}

std::string Refusals::in_full(const SshMessage& message) const
{
    for (std::size_t i = 0; i < words_.size(); ++i)
        if (!holders_.at(i).empty() && words_.at(i).kind == message.kind &&
            words_.at(i).subject == message.subject)
            return fmt::format("{}, held by {}", message.failure.cause, holders_.at(i));
    return message.failure.cause;
}

Failure Refusals::most_serious(const ClientState& client_state) const
{
    const SshMessage* const reason = client_state.reason();
    if (reason != nullptr && is_of_forward(*reason))
        return {reason->failure.failure_class, in_full(*reason), reason->failure.remedy};
    if (!in_full_.empty())
        return in_full_.back();
    return {FailureClass::forward_refused, "a forward was refused"};  // ssh has not named it
}

}  // namespace autossh
