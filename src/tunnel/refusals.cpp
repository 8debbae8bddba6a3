#include "autossh/tunnel/refusals.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/system/port_holder.hpp"

#include <cstdint>

#include <fmt/core.h>

namespace autossh {

namespace {

bool is_of_forward(const Word& word)
{
    return word.kind == Word::Kind::forward_refused || word.kind == Word::Kind::local_port_in_use;
}

std::string holder_of(const Word& word, pid_t ssh)
{
    const auto port = parse_integer(word.subject);
    const bool is_port = port && *port > 0 && *port <= 65535;
    if (word.kind != Word::Kind::local_port_in_use || !is_port)
        return "";
    const auto number = static_cast<std::uint16_t>(*port);
    const auto named = SocketAddress::from_literal(word.address, number);
    return port_holder(named ? ip_address_of(named->get()) : std::nullopt, number, ssh);
}

}  // namespace

void Refusals::note(std::span<const Word> refused, pid_t ssh)
{
    for (const Word& word : refused.subspan(words_.size())) {
        words_.push_back(word);
        holders_.push_back(holder_of(word, ssh));
        in_full_.push_back({word.failure.failure_class, in_full(word)});
    }
}

std::string Refusals::in_full(const Word& word) const
{
    for (std::size_t i = 0; i < words_.size(); ++i)
        if (!holders_.at(i).empty() && words_.at(i).kind == word.kind && words_.at(i).subject == word.subject)
            return fmt::format("{}, held by {}", word.failure.cause, holders_.at(i));
    return word.failure.cause;
}

Failure Refusals::gravest(const Transcript& transcript) const
{
    const Word* const reason = transcript.reason();
    if (reason != nullptr && is_of_forward(*reason))
        return {reason->failure.failure_class, in_full(*reason)};
    if (!in_full_.empty())
        return in_full_.back();
    return {FailureClass::forward_refused, "a forward was refused"};  // ssh has not named it
}

}  // namespace autossh
