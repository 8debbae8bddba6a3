#include "autossh/doctor/manner_check.hpp"

#include "autossh/settings/manner.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/forward.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

bool is_public(const Forward& forward)
{
    return forward.kind == Forward::Kind::remote && !forward.place.starts_with('/') &&
           !forward.bind.empty() && forward.bind != "localhost" && !forward.bind.starts_with("127.") &&
           forward.bind != "::1";
}

void judge_keepalives(Findings& findings, const Settings& settings, const SshConfig& config,
                      const SshChoices& choices)
{
    const bool is_plain = settings.tunnel.plain.value_or(false);
    const bool is_off = config.number("serveraliveinterval").value_or(0) <= 0;
    const bool is_added = !is_plain && !choices.options.contains("serveraliveinterval");
    if (manner_of(settings.tunnel).test_way != TestWay::none || !is_off || is_added) {
        findings.push_back(fine("watch", "a dead connection is noticed"));
        return;
    }
    findings.push_back(doubtful("watch", "nothing notices a dead connection: no keepalives, and no tests",
                                "-o ServerAliveInterval=10; or -M auto in place of -M 0"));
}

void judge_forward_failures(Findings& findings, const Settings& settings, const SshConfig& config,
                            const std::vector<Forward>& forwards)
{
    if (!settings.tunnel.plain.value_or(false) || forwards.empty() ||
        config.value("exitonforwardfailure") == "yes")
        return;
    findings.push_back(doubtful("forward",
                                "with --plain, a refused forward is not noticed, and not asked for again",
                                "-o ExitOnForwardFailure=yes"));
}

void judge_first_try(Findings& findings, const Settings& settings, bool attended)
{
    const TunnelSettings& tunnel = settings.tunnel;
    if (tunnel.restart == RestartPolicy::none) {
        findings.push_back(doubtful("restart", "ssh is started once and not again (--restart never)",
                                    "take --restart never out"));
        return;
    }
    const bool gives_up = tunnel.gate_time > Duration::zero() && tunnel.restart == RestartPolicy::on_failure;
    const bool is_plain = tunnel.plain.value_or(false);
    if (gives_up && (is_plain || tunnel.gate_given))
        findings.push_back(doubtful(
            "restart",
            fmt::format(
                "a first ssh that ends within {} s ends it for good, also at boot, before the network is up",
                tunnel.gate_time.count() / 1000),
            "AUTOSSH_GATETIME=0"));
    else if (tunnel.max_start && *tunnel.max_start >= 0)
        findings.push_back(
            doubtful("restart", fmt::format("it ends after {} starts (AUTOSSH_MAXSTART)", *tunnel.max_start),
                     "take AUTOSSH_MAXSTART (--max-start) out"));
    else if (!gives_up)
        findings.push_back(fine("restart", "ssh is started again, however the first try ends"));
    else
        findings.push_back(
            fine("restart", attended ? "ssh is started again; at a terminal, only if the first one lasts"
                                     : "ssh is started again, but for a first try that fails for what "
                                       "time does not cure"));
}

}  // namespace

Findings manner_findings(const Settings& settings, const SshConfig& config, bool attended)
{
    Findings findings;
    const SshChoices choices = choices_of(settings.tunnel.ssh);
    const auto forwards = forwards_of(config, settings.tunnel.monitor);
    judge_keepalives(findings, settings, config, choices);
    judge_forward_failures(findings, settings, config, forwards);
    judge_first_try(findings, settings, attended);
    if (is_shared(choices, config) && !settings.tunnel.share)
        findings.push_back(doubtful(
            "sharing",
            fmt::format(
                "ssh may go through another ssh's connection ({}), which is neither tested nor kept up",
                config.value("controlpath")),
            "-o ControlPath=none"));
    const bool has_session = !choices.no_session && config.value("sessiontype") != "none";
    if (has_session && !choices.has_command && (settings.background || !attended))
        findings.push_back(
            doubtful("session", "without -N ssh runs a shell there, and ends with it", "add -N"));
    return findings;
}

Findings public_port_findings(const Settings& settings, const SshConfig& config)
{
    Findings findings;
    for (const Forward& forward : forwards_of(config, settings.tunnel.monitor))
        if (is_public(forward))
            findings.push_back(doubtful(
                "public port",
                fmt::format("-R {}:{}: unless its GatewayPorts allows that, the server listens on 127.0.0.1 "
                            "alone, and ssh does not say so",
                            forward.bind, forward.place),
                fmt::format(
                    "GatewayPorts clientspecified in the server's sshd_config (there: ss -ltn sport = "
                    ":{}); --login looks",
                    forward.place)));
    return findings;
}

}  // namespace autossh
