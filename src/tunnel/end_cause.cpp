#include "autossh/tunnel/end_cause.hpp"

#include "autossh/ssh/key_circumstances.hpp"

#include <cstdint>
#include <ctime>

#include <fmt/core.h>

namespace autossh {

Failure failure_of_client(ClientState& client, const SshPlan& plan, ExitStatus status,
                          const std::string& complaint)
{
    if (!plan.log.is_read)
        client.read_lines(complaint);
    const bool keys_may_matter = plan.log.is_read && !client.logged_in();
    const KeyCircumstances keys = keys_may_matter
                                      ? key_circumstances(plan.login.agent_socket, plan.login.keys,
                                                          static_cast<std::uint64_t>(std::time(nullptr)))
                                      : KeyCircumstances{};
    return client.failure(status, keys);
}

std::string cause_in_full(const ClientState& client, const Refusals& refusals, const Failure& failure,
                          ExitStatus status)
{
    const SshMessage* const reason = client.reason();
    const std::string cause =
        reason != nullptr && reason->failure == failure ? refusals.in_full(*reason) : failure.cause;
    if (status.by_signal())
        return cause;
    return fmt::format("{} (ssh exited {})", cause, status.number());
}

}  // namespace autossh
