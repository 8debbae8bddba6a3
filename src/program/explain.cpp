#include "autossh/program/explain.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/program/ssh_times.hpp"
#include "autossh/program/text_table.hpp"
#include "autossh/rules/backoff.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/secret_options.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string source_of(const Settings& settings, std::string_view option,
                      const std::string& otherwise = "default")
{
    const auto found = settings.sources.find(option);
    return found == settings.sources.end() ? otherwise : found->second;
}

std::string limit(const std::optional<Duration>& time)
{
    return time && *time > Duration::zero() ? with_unit(*time) : "no limit";
}

std::string echo_in_words(const EchoPlace& echo)
{
    return echo.path.empty() ? fmt::format("{}", echo.port) : echo.path;
}

std::string monitor_value(const TunnelSettings& tunnel)
{
    switch (manner_of(tunnel).test_way) {
    case TestWay::none: return "none";
    case TestWay::loop: return tunnel.echo ? "auto:" + echo_in_words(*tunnel.echo) : "auto";
    case TestWay::ports: break;
    }
    if (tunnel.monitor->echo_port)
        return fmt::format("{}:{}", tunnel.monitor->port, *tunnel.monitor->echo_port);
    return fmt::format("{}", tunnel.monitor->port);
}

/// A poll time longer than the lifetime is lowered to it.
std::string poll_source(const Settings& settings, std::string_view option, Duration time,
                        const std::string& otherwise)
{
    const TunnelSettings& tunnel = settings.tunnel;
    const std::optional<Duration>& given = option == "poll" ? settings.given_poll : settings.given_first_poll;
    const std::string source = source_of(settings, option, otherwise);
    const bool lowered = tunnel.max_lifetime && time == *tunnel.max_lifetime && given != time;
    return lowered ? fmt::format("{}, lowered to the max lifetime", source) : source;
}

Row login_row(const Explanation& explanation)
{
    std::string source = source_of(explanation.settings, "connect-timeout", "");
    if (!explanation.login_is_heard)
        source = "the log-in cannot be heard";
    else if (source.empty())
        source = explanation.login_limit ? "default where nobody can be asked"
                                         : "default where somebody may be asked";
    return {"connect timeout", limit(explanation.login_limit), source};
}

Row test_row(const Settings& settings)
{
    const TunnelSettings& tunnel = settings.tunnel;
    if (manner_of(tunnel).test_way == TestWay::loop)
        return {"test interval", with_unit(tunnel.test_interval), source_of(settings, "poll")};
    return {"first poll", with_unit(tunnel.first_poll),
            poll_source(settings, "first-poll", tunnel.first_poll, "as poll")};
}

Row backoff_row(const Settings& settings)
{
    const Duration longest = Backoff(settings.tunnel).longest();
    return {"longest wait", with_unit(longest),
            source_of(settings, "backoff-max", source_of(settings, "poll"))};
}

Rows our_times(const Explanation& explanation)
{
    const Settings& settings = explanation.settings;
    const TunnelSettings& tunnel = settings.tunnel;
    const bool short_poll = tunnel.net_timeout < TunnelSettings().net_timeout;
    Rows rows{
        {"monitor port", monitor_value(tunnel), source_of(settings, "port")},
        {"poll", with_unit(tunnel.poll), poll_source(settings, "poll", tunnel.poll, "default")},
        test_row(settings),
        backoff_row(settings),
        {"net timeout", with_unit(tunnel.net_timeout), short_poll ? "half the poll time" : "default"},
        {"gate time", with_unit(tunnel.gate_time), source_of(settings, "gate-time")},
        login_row(explanation),
        {"kill time", with_unit(tunnel.kill_time), source_of(settings, "kill-time")},
        {"max lifetime", limit(tunnel.max_lifetime), source_of(settings, "max-lifetime")},
    };
    if (tunnel.renew)
        rows.push_back({"renew", limit(tunnel.renew), source_of(settings, "renew")});
    return rows;
}

std::string added_words(const Explanation& explanation)
{
    Rows rows;
    for (const Addition& addition : explanation.additions)
        rows.push_back({shell_quoted(addition.words.all()), "", std::string(addition.reason)});
    std::string text = table(rows);
    if (!explanation.doubt.empty())
        text += fmt::format("    {}\n", explanation.doubt);
    return text.empty() ? "    nothing\n" : text;
}

/// Of the secret for what no pattern names. Each long option has a kind of source of its own.
std::string source_of_default_secret(const Settings& settings, const SecretSource& source)
{
    for (const auto& [option, given] : settings.given_secrets)
        if (given == source)
            return source_of(settings, option);
    return "default";
}

/// Those with a pattern stand in front, and of these the environment's behind the options'.
Rows secrets(const Settings& settings)
{
    const std::vector<SecretRule>& rules = settings.tunnel.secrets;
    const auto with_pattern = static_cast<std::size_t>(
        std::ranges::count_if(rules, [](const SecretRule& rule) { return !rule.pattern.empty(); }));
    Rows rows;
    for (const SecretRule& rule : rules) {
        const std::string what = in_words(rule.source);
        if (rule.pattern.empty())
            rows.push_back(
                {"whatever no pattern names", what, source_of_default_secret(settings, rule.source)});
        else if (rows.size() + settings.rules_of_environment >= with_pattern)
            rows.push_back({rule.pattern, what, "AUTOSSH_SECRETFOR"});
        else
            rows.push_back({rule.pattern, what, "--secret-for"});
    }
    return rows;
}

std::string sharing(const Explanation& explanation)
{
    const Offer& offer = explanation.offer;
    const std::string source = source_of(explanation.settings, "share");
    if (!offer.path.empty())
        return fmt::format("\nShared with other ssh:\n{}", table({{"at", offer.path, source}}));
    if (!offer.reason_against.empty())
        return fmt::format("\nShared with other ssh:\n    not: {}\n", offer.reason_against);
    return "";
}

std::string who_answers(const Askable& askable)
{
    // With secrets, ssh's askpass program is ours.
    const std::string unattended =
        askable.askpass && !askable.secrets ? "by the askpass program" : "by nobody";
    if (askable.caller)
        return "on the terminal until ssh has first logged in, later " + unattended;
    return askable.terminal ? "on the terminal" : unattended;
}

std::string questions(const Explanation& explanation)
{
    if (explanation.config && explanation.config->value("batchmode") == "yes")
        return "ssh asks no question: BatchMode is set.\n";
    const bool secrets = explanation.askable.secrets;
    return fmt::format("A question of ssh's {} is answered {}.\n",
                       secrets ? "that no secret answers (a host key)" : "(a password, a host key)",
                       who_answers(explanation.askable));
}

}  // namespace

std::string explain(const Explanation& explanation)
{
    std::string text = fmt::format("Runs:\n    {}\n", shell_quoted(explanation.argv));
    text += fmt::format("\nAdded to your words:\n{}", added_words(explanation));
    text += fmt::format("\nTimes of autossh:\n{}", table(our_times(explanation)));
    text += fmt::format("\nTimes of ssh:\n{}", table(ssh_times(explanation)));
    if (!explanation.settings.tunnel.secrets.empty())
        text += fmt::format("\nSecrets:\n{}", table(secrets(explanation.settings)));
    return text + sharing(explanation) + "\n" + questions(explanation);
}

}  // namespace autossh
