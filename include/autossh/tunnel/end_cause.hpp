// Why an ssh has ended: from its own words, and from what it does not say (its keys, who holds a port).
#pragma once

#include "autossh/base/boxed.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/refusals.hpp"

#include <optional>
#include <string>

namespace autossh {

/// Looks at the keys and the agent where these may be the cause. `complaint`: what ssh said when it was asked
/// what it would do; it counts where its log is not read.
Failure failure_of_client(ClientState& client, const SshPlan& plan, ExitStatus status,
                          const std::string& complaint);

/// The same of a log-in that has ended with a question that nobody answers, `unanswered`: why a question was
/// asked.
Failure failure_of_question(const Failure& unanswered, const ClientState& client, const SshPlan& plan,
                            const std::string& complaint);

/// What is to be said of an end by `failure`: the cause that was `noted` for it, or the refused forward, else
/// no more than the class.
Failure noted_failure(std::optional<FailureClass> failure, const Boxed<Failure>& noted,
                      const ClientState& client, const Refusals& refusals);

/// `failure` in full: with the holder of a port, and how ssh has exited.
std::string cause_in_full(const ClientState& client, const Refusals& refusals, const Failure& failure,
                          ExitStatus status);

}  // namespace autossh
