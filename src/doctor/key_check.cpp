#include "autossh/doctor/key_check.hpp"

#include "autossh/doctor/told_cause.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::uint64_t soon = 24UL * 3600;

/// Somebody must unlock it.
bool is_locked(const KeyLook& key)
{
    return key.protection == KeyProtection::passphrase && !key.in_agent && !key.has_secret;
}

bool has_key(const KeyLook& key)
{
    return key.exists && key.trouble.empty() && !key.too_open && !key.is_public && !is_locked(key);
}

bool is_valid(const KeyLook& key, std::uint64_t now)
{
    return !key.validity || (key.validity->begin <= now && now < key.validity->end);
}

/// The way is there, by another key or else, though this key cannot be used.
Grade grade_where(bool another)
{
    return another ? Grade::warn : Grade::fail;
}

void judge_key(Findings& findings, const KeyLook& key, bool another)
{
    const Grade grade = grade_where(another);
    const CauseValues values{{"subject", key.path}, {"key", key.path}};
    if (!key.exists) {
        if (key.is_named && !key.in_agent)
            findings.push_back(told_cause(grade, "key", Cause::key_missing,
                                          {{"missing", key.path + ": No such file or directory"}}));
        return;
    }
    if (key.is_public) {
        const std::string part =
            key.path.ends_with(".pub") ? key.path.substr(0, key.path.size() - 4) : "FILE";
        findings.push_back(
            told_cause(grade, "key", Cause::key_is_public, {{"subject", key.path}, {"private", part}}));
    } else if (!key.trouble.empty()) {
        findings.push_back(
            {grade, "key", fmt::format("{}: {}", key.path, key.trouble),
             fmt::format("have {} belong to who runs autossh: chown USER {}", key.path, key.path)});
    } else if (key.too_open) {
        findings.push_back(
            told_cause(grade, "key", Cause::key_permissions,
                       {{"told", fmt::format("others may read {}, so ssh does not take it", key.path)},
                        {"subject", key.path}}));
    } else if (is_locked(key)) {
        Finding finding = told_cause(grade, "key", Cause::key_passphrase, values);
        finding.text = fmt::format("the key {} needs a passphrase, and nobody can be asked", key.path);
        findings.push_back(std::move(finding));
    } else {
        findings.push_back(
            fine("key", key.in_agent ? fmt::format("{} (the agent has it)", key.path) : key.path));
    }
}

void judge_certificate(Findings& findings, const KeyLook& key, std::uint64_t now, bool another)
{
    if (!key.validity)
        return;
    const std::string& file = key.certificate;
    const auto told = [&](Grade grade, const std::string& text) {
        findings.push_back(told_cause(grade, "certificate", Cause::certificate_invalid, {{"told", text}}));
    };
    if (now < key.validity->begin)
        told(grade_where(another), fmt::format("the certificate {} is valid only from {} on", file,
                                               local_time_of(key.validity->begin)));
    else if (now >= key.validity->end)
        told(grade_where(another),
             fmt::format("the certificate {} ran out at {}", file, local_time_of(key.validity->end)));
    else if (key.validity->end - now < soon && key.validity->end - key.validity->begin > 2 * soon)
        told(Grade::warn,
             fmt::format("the certificate {} runs out at {}", file, local_time_of(key.validity->end)));
    else
        findings.push_back(fine("certificate", fmt::format("{} is valid", file)));
}

void judge_agent(Findings& findings, const KeysLook& look, bool key_is_enough)
{
    const AgentLook& agent = look.agent;
    if (agent.socket.empty() || !look.agent_counts)
        return;
    const bool is_wanted = !key_is_enough && !look.other_ways;
    if (!agent.answers) {
        if (is_wanted)
            findings.push_back(told_cause(Grade::fail, "agent", Cause::agent_gone,
                                          {{"told", fmt::format("no agent answers at {}", agent.socket)}}));
        return;
    }
    if (is_wanted && !agent.at_boot && agent.keys > 0)
        findings.push_back(
            doubtful("agent",
                     fmt::format("only the agent at {} has a key, and it is not there before you log in",
                                 agent.socket),
                     "name a key file that needs no agent: -i FILE; or an agent that is a service: "
                     "ssh-agent-wrapper(1)"));
    else if (agent.keys > 0)
        findings.push_back(fine("agent", fmt::format("the agent at {} has {} key{}", agent.socket, agent.keys,
                                                     agent.keys == 1 ? "" : "s")));
}

}  // namespace

Findings key_findings(const KeysLook& look)
{
    if (!look.is_known)
        return {};
    const auto can_log_in = [&](const KeyLook& key) { return has_key(key) && is_valid(key, look.now); };
    const auto without_agent = [&](const KeyLook& key) {
        return can_log_in(key) && (!key.in_agent || key.protection == KeyProtection::none);
    };
    const bool by_agent = look.agent_counts && look.agent.answers && look.agent.keys > 0;
    const bool another = std::ranges::any_of(look.keys, can_log_in) || by_agent || look.other_ways;
    Findings findings;
    for (const KeyLook& key : look.keys) {
        judge_key(findings, key, another);
        judge_certificate(findings, key, look.now, another);
    }
    judge_agent(findings, look, std::ranges::any_of(look.keys, without_agent));
    if (!another && exit_status(findings) != static_cast<int>(Grade::fail))
        findings.push_back(
            failing("key", "there is no key, here or in an agent",
                    "name a key file: -i FILE; or load one into the agent: ssh-add FILE (ssh-add -X if it is "
                    "locked)"));
    return findings;
}

}  // namespace autossh
