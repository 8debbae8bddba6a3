// Why an ssh has ended: from its own words, and from what it does not say (its keys, who holds a port).
#pragma once

#include "autossh/base/exit_status.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/refusals.hpp"

#include <string>

namespace autossh {

/// `complaint`: what ssh said when it was asked what it would do, which counts where its log is not read.
/// Looks at the keys and the agent where these may be the cause.
Failure failure_of_client(ClientState& client, const SshPlan& plan, ExitStatus status,
                          const std::string& complaint);

/// `failure` in full: with the holder of a port, and how ssh has exited.
std::string cause_in_full(const ClientState& client, const Refusals& refusals, const Failure& failure,
                          ExitStatus status);

}  // namespace autossh
