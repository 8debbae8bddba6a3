#include "autossh/doctor/running_check.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

Grade grade_of(const std::string& health)
{
    if (health == "up" || health == "stopped")
        return Grade::ok;
    return health == "impaired" ? Grade::warn : Grade::fail;
}

std::string forward_in_words(const ForwardFacts& forward)
{
    return fmt::format("{}{}-{} {}", forward.name, forward.name.empty() ? "" : " ", forward.kind,
                       forward.listen);
}

}  // namespace

Findings running_findings(const TunnelFacts& tunnel)
{
    Findings findings;
    if (!tunnel.wanted) {
        findings.push_back(
            fine("state", fmt::format("stopped: {}", tunnel.stopped.empty() ? "by hand" : tunnel.stopped)));
        return findings;
    }
    const Grade grade = grade_of(tunnel.health);
    std::string words = tunnel.words.empty() ? tunnel.state : tunnel.words;
    if (!tunnel.cause.text.empty() && words.find(tunnel.cause.text) == std::string::npos)
        words += ": " + tunnel.cause.text;
    const bool has_cause = grade != Grade::ok && !tunnel.cause.text.empty();
    findings.push_back(
        {grade, "state", grade == Grade::ok ? "it is up" : words, has_cause ? tunnel.cause.remedy : ""});
    if (grade != Grade::ok && !has_cause)
        findings.back().remedy = fmt::format("autosshctl logs {}", tunnel.name);
    for (const ForwardFacts& forward : tunnel.forwards) {
        if (forward.state != "refused" || forward.text == tunnel.cause.text)
            continue;
        const Grade its = forward.need == "required"   ? Grade::fail
                          : forward.need == "optional" ? Grade::ok
                                                       : Grade::warn;
        findings.push_back({its, "forward",
                            fmt::format("{} is refused{}{}", forward_in_words(forward),
                                        forward.text.empty() ? "" : ": ", forward.text),
                            its == Grade::ok ? "" : fmt::format("autosshctl logs {}", tunnel.name)});
    }
    return findings;
}

Findings process_findings(const ProcessLook& look, const std::string& version)
{
    if (!look.trouble.empty())
        return {failing("process", fmt::format("{}: {}", look.words, look.trouble),
                        look.pid > 0 ? fmt::format("kill -CONT {}", look.pid) : "run it as its own user")};
    const std::string restart = look.way_to_restart.empty()
                                    ? fmt::format("end it (kill {}), and start it again", look.pid)
                                    : look.way_to_restart;
    Findings findings;
    if (!look.takes_orders)
        findings.push_back(doubtful(
            "process", fmt::format("{} is an older autossh, which tells little", look.words), restart));
    else if (!look.version.empty() && look.version != version)
        findings.push_back(doubtful(
            "process", fmt::format("{} runs {}, and {} is installed", look.words, look.version, version),
            restart));
    else
        findings.push_back(fine("process", fmt::format("{} runs", look.words)));
    if (look.config_newer)
        findings.push_back(doubtful("file", fmt::format("{} has read its file before it changed", look.words),
                                    "autosshctl reload"));
    return findings;
}

}  // namespace autossh
