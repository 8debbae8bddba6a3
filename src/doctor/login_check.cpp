#include "autossh/doctor/login_check.hpp"

#include "autossh/base/text.hpp"
#include "autossh/doctor/told_cause.hpp"

#include <algorithm>
#include <optional>
#include <utility>

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

/// Behind each file, in what is read there.
constexpr std::string_view end_of_file = "#end of file";

/// "KEYWORD VALUE", "KEYWORD=VALUE", "KEYWORD "VALUE"", with a comment behind it or not.
std::optional<std::pair<std::string, std::string>> setting_in(std::string_view line)
{
    line = without_blanks(line);
    const std::size_t end = line.find_first_of(" \t=");
    if (line.starts_with('#') || end == line.npos)
        return std::nullopt;
    std::string_view value = without_blanks(line.substr(end));
    if (value.starts_with('='))
        value = without_blanks(value.substr(1));
    const bool is_quoted = value.starts_with('"') && value.find('"', 1) != value.npos;
    value = is_quoted ? value.substr(1, value.find('"', 1) - 1)
                      : without_blanks(value.substr(0, value.find(" #")));
    if (value.empty())
        return std::nullopt;
    return std::pair(lower_case(line.substr(0, end)), std::string(value));
}

std::string setting(const ServerSettings& settings, const std::string& keyword, const std::string& otherwise)
{
    const auto found = settings.find(keyword);
    return found == settings.end() ? otherwise : lower_case(found->second);
}

/// What sshd refuses.
void judge_permissions(Findings& findings, const ServerSettings& settings,
                       const std::vector<Forward>& forwards)
{
    const std::string tcp = setting(settings, "allowtcpforwarding", "yes");
    const bool none = setting(settings, "disableforwarding", "no") == "yes";
    const bool local =
        any_of_kind(forwards, Forward::Kind::local) || any_of_kind(forwards, Forward::Kind::dynamic);
    const bool remote = any_of_kind(forwards, Forward::Kind::remote);
    if (none && (local || remote))
        findings.push_back(failing("sshd", "DisableForwarding is yes there",
                                   "take DisableForwarding out of its sshd_config, and reload sshd"));
    else if ((tcp == "no" && (local || remote)) || (tcp == "local" && remote) || (tcp == "remote" && local))
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

void note_login(Findings& findings, const std::string& tunnel)
{
    for (Finding& finding : findings) {
        const bool is_of_login = finding.thing == "key" || finding.thing == "agent" ||
                                 finding.thing == "certificate" || finding.thing == "host key";
        if (finding.grade != Grade::fail || !is_of_login || finding.tunnels != std::vector{tunnel})
            continue;
        finding.grade = Grade::warn;
        finding.text += ", and ssh has logged in nevertheless";
    }
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
    bool is_in_match = false;
    for (const std::string& line : lines_of(text)) {
        is_in_match = is_in_match && line != end_of_file;
        const auto found = setting_in(line);
        if (!found)
            continue;
        is_in_match = is_in_match || found->first == "match";
        if (!is_in_match || found->first == "match")
            settings.insert(*found);
    }
    return settings;
}

Findings server_setting_findings(const ServerSettings& settings, const std::vector<Forward>& forwards)
{
    if (settings.empty())
        return {};
    Findings findings;
    judge_permissions(findings, settings, forwards);
    const bool remote = any_of_kind(forwards, Forward::Kind::remote);
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
    const std::string match = setting(settings, "match", "");
    if (findings.empty())
        findings.push_back(fine("sshd", match.empty() ? "its configuration allows what the tunnel wants"
                                                      : "its configuration allows what the tunnel wants, "
                                                        "unless a Match block there does not"));
    else if (!match.empty())  // which may be for us, and say otherwise
        for (Finding& finding : findings) {
            finding.grade = Grade::warn;
            finding.text += ", unless a Match block says otherwise";
        }
    return findings;
}

}  // namespace autossh
