#include "autossh/tunnel/end_cause.hpp"

#include "autossh/base/find_program.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/key_circumstances.hpp"
#include "autossh/system/process_stat.hpp"

#include <algorithm>
#include <string_view>

#include <cstdint>
#include <ctime>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// The program of a shell's simple command that is not there; empty: it is, or this is none.
std::string missing_program(const std::string& command)
{
    constexpr std::string_view of_shell = "=;&|<>(){}$`'\"\\*?~[!#";
    const std::string program = command.substr(0, command.find(' '));
    const bool simple = !program.empty() && program.find_first_of(of_shell) == std::string::npos;
    return simple && find_program(program).empty() ? program : "";
}

std::string missing_program(const SshCircumstances& known)
{
    std::string missing = missing_program(known.proxy_command);
    for (const std::string& command : known.run)
        if (missing.empty() && known.proxy_command.empty())
            missing = missing_program(command);
    return missing;
}

/// ssh says so before it opens its log, and has said so when it was asked: FILE: REASON.
std::string missing_key(const std::string& complaint)
{
    for (const std::string& line : lines_of(complaint)) {
        const SshMessage message = parse_message(without_end(line));
        if (message.failure.failure_class == FailureClass::key_unusable)
            return message.subject;
    }
    return "";
}

bool is_child_of(std::string_view name)
{
    const auto parent = stat_of(fmt::format("/proc/{}", ::getppid()));
    return parent && parent->command == name;
}

KeyCircumstances circumstances_of(const ClientState& client, const SshPlan& plan,
                                  const std::string& complaint)
{
    KeyCircumstances keys = key_circumstances(plan.login.agent_socket, plan.login.keys,
                                              static_cast<std::uint64_t>(std::time(nullptr)));
    keys.missing_key = missing_key(complaint);
    keys.missing_program = missing_program(client.circumstances());
    keys.known_hosts_elsewhere = std::ranges::none_of(
        plan.login.known_hosts, [](const std::string& file) { return file.ends_with("/.ssh/known_hosts"); });
    keys.under_sshpass = is_child_of("sshpass");
    return keys;
}

}  // namespace

Failure failure_of_client(ClientState& client, const SshPlan& plan, ExitStatus status,
                          const std::string& complaint)
{
    if (!plan.log.is_read)
        client.read_lines(complaint);
    const bool keys_may_matter = plan.log.is_read && !client.logged_in();
    const KeyCircumstances keys =
        keys_may_matter ? circumstances_of(client, plan, complaint) : KeyCircumstances{};
    return client.failure(status, keys);
}

Failure failure_of_question(const Failure& unanswered, const ClientState& client, const SshPlan& plan,
                            const std::string& complaint)
{
    if (unanswered.failure_class != FailureClass::authentication_refused ||
        !unanswered.cause.starts_with(no_key_is_enough))
        return unanswered;
    const SshMessage* const reason = client.reason();
    if (reason != nullptr && (reason->failure.failure_class == FailureClass::key_unusable ||
                              reason->failure.failure_class == FailureClass::agent_unreachable))
        return explained(*reason, client.circumstances(), {});
    SshMessage denial;
    denial.kind = SshMessage::Kind::failure;
    denial.failure = unanswered;
    denial.weight = denied;
    if (client.circumstances().tries_keys)
        denial.subject = client.circumstances().methods;  // as in ssh's last line
    return explained(denial, client.circumstances(), circumstances_of(client, plan, complaint));
}

Failure noted_failure(std::optional<FailureClass> failure, const Boxed<Failure>& noted,
                      const ClientState& client, const Refusals& refusals)
{
    const bool of_forward =
        failure == FailureClass::forward_refused || failure == FailureClass::local_port_in_use;
    if (!failure && client.circumstances().left_to == LeftTo::background)
        return {FailureClass::other, "",
                "take ControlPersist, and -f, out of the script that runs ssh: there they win over what "
                "autossh adds"};
    if (noted && noted->failure_class == failure.value_or(FailureClass::other))
        return *noted;
    return of_forward ? refusals.most_serious(client) : Failure{failure.value_or(FailureClass::other), ""};
}

std::string cause_in_full(const ClientState& client, const Refusals& refusals, const Failure& failure,
                          ExitStatus status)
{
    const SshMessage* const reason = client.reason();
    const std::string cause = reason != nullptr && reason->failure.cause == failure.cause
                                  ? refusals.in_full(*reason)
                                  : failure.cause;
    if (status.by_signal() || status.number() == ssh_error)  // ssh's own status tells no more
        return cause;
    return fmt::format("{} (ssh exited {})", cause, status.number());
}

}  // namespace autossh
