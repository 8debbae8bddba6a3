#include "autossh/doctor/login_check.hpp"

#include "autossh/base/text.hpp"
#include "autossh/doctor/told_cause.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

bool has_option(const std::string& options, std::string_view name)
{
    return std::ranges::any_of(
        words_of(options), [&](const std::string& word) { return word.substr(0, word.find('=')) == name; });
}

bool any_of_kind(const std::vector<Forward>& forwards, Forward::Kind kind)
{
    return std::ranges::any_of(forwards, [&](const Forward& forward) { return forward.kind == kind; });
}

bool wants_public_port(const std::vector<Forward>& forwards)
{
    return std::ranges::any_of(forwards, [](const Forward& forward) {
        return forward.kind == Forward::Kind::remote && !forward.place.starts_with('/') &&
               !forward.bind.empty() && forward.bind != "localhost" && !forward.bind.starts_with("127.") &&
               forward.bind != "::1";
    });
}

std::string setting(const ServerSettings& settings, const std::string& keyword, const std::string& otherwise)
{
    const auto found = settings.find(keyword);
    return found == settings.end() ? otherwise : lower_case(found->second);
}

}  // namespace

Findings login_findings(const LoginLook& look, const std::vector<Forward>& forwards)
{
    if (!look.logged_in)
        return {failing("login", look.failure.cause.empty() ? "ssh has not logged in" : look.failure.cause,
                        look.failure.remedy.empty() ? std::string(remedy(look.failure.failure_class))
                                                    : look.failure.remedy)};
    Findings findings{fine("login", fmt::format("logged in to {}", one_line(look.login)))};
    if (look.key_place.empty() || forwards.empty())
        return findings;
    const CauseValues values{{"told", "the forwards are refused"}, {"place", look.key_place}};
    if (!has_option(look.key_options, "port-forwarding"))
        findings.push_back(told_cause(Grade::fail, "forward", Cause::key_forbids, values));
    else
        findings.push_back(fine("forward", "our key may forward there"));
    return findings;
}

Findings asked_forward_findings(const AskedForward& asked)
{
    if (asked.granted)
        return {fine("forward", fmt::format("the server grants {}", asked.forward))};
    Finding finding = failing("forward", asked.failure.cause, asked.failure.remedy);
    const auto of_session = between(asked.holders, "(\"sshd", ",fd=");
    const auto pid = of_session ? of_session->find("pid=") : std::string_view::npos;
    if (of_session && pid != std::string_view::npos) {
        const std::string_view number = of_session->substr(pid + 4);
        finding.text += fmt::format(" (by a session, whose sshd has pid {} there)", one_line(number));
        finding.remedy = fmt::format("kill {} there, unless a tunnel that lives has it (who -u; ps {})",
                                     one_line(number), one_line(number));
    } else if (!asked.holders.empty()) {
        finding.text += fmt::format(" (there: {})", one_line(asked.holders));
    }
    return {finding};
}

ServerSettings server_settings_from(std::string_view text)
{
    ServerSettings settings;
    for (const std::string& line : lines_of(text)) {
        const auto words = words_of(line);
        if (words.size() < 2 || words.front().starts_with('#'))
            continue;
        const std::string keyword = lower_case(words.front());
        if (keyword == "match")
            break;
        settings.try_emplace(keyword,
                             line.substr(line.find(words[1], line.find(words[0]) + words[0].size())));
    }
    return settings;
}

Findings server_setting_findings(const ServerSettings& settings, const std::vector<Forward>& forwards)
{
    if (settings.empty())
        return {};
    Findings findings;
    const std::string tcp = setting(settings, "allowtcpforwarding", "yes");
    const bool local =
        any_of_kind(forwards, Forward::Kind::local) || any_of_kind(forwards, Forward::Kind::dynamic);
    const bool remote = any_of_kind(forwards, Forward::Kind::remote);
    if (setting(settings, "disableforwarding", "no") == "yes" || (tcp == "no" && (local || remote)) ||
        (tcp == "local" && remote) || (tcp == "remote" && local))
        findings.push_back(told_cause(
            Grade::fail, "sshd", Cause::server_forbids,
            {{"told", fmt::format("AllowTcpForwarding is {} there", tcp)}, {"host", "the server"}}));
    if (remote && setting(settings, "permitlisten", "any") == "none")
        findings.push_back(
            failing("sshd", "PermitListen is none there: every -R is refused",
                    "PermitListen any, or with the ports, in its sshd_config, and reload sshd"));
    if (local && setting(settings, "permitopen", "any") == "none")
        findings.push_back(
            failing("sshd", "PermitOpen is none there: -L and -D carry nothing",
                    "PermitOpen any, or with the targets, in its sshd_config, and reload sshd"));
    if (setting(settings, "gatewayports", "no") == "no" && wants_public_port(forwards))
        findings.push_back(
            doubtful("sshd",
                     "GatewayPorts is no there: what -R binds to another address listens on "
                     "127.0.0.1 alone",
                     "GatewayPorts clientspecified in the server's sshd_config, and reload sshd"));
    if (remote && setting(settings, "clientaliveinterval", "0") == "0")
        findings.push_back(
            doubtful("sshd",
                     "ClientAliveInterval is 0 there: a dead session may hold the ports of -R for "
                     "hours",
                     "ClientAliveInterval 15 and ClientAliveCountMax 3 in its sshd_config"));
    if (setting(settings, "maxsessions", "10") == "0")
        findings.push_back(doubtful("sshd", "MaxSessions is 0 there: no command and no shell can be run",
                                    "add -N for forwards alone; or MaxSessions 10 in its sshd_config"));
    if (findings.empty())
        findings.push_back(fine("sshd", "its configuration allows what the tunnel wants"));
    return findings;
}

}  // namespace autossh
