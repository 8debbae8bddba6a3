#include "autossh/program/fleet_explanation.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/program/explanation.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/program/fleet_start.hpp"
#include "autossh/program/text_table.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view explain_word = "--explain";

bool is_file(const std::string& word)
{
    return word.find('/') != word.npos || word.ends_with(".toml");
}

/// Takes the tunnel's name out of the words.
std::string take_tunnel(std::vector<std::string>& words)
{
    if (words.empty() || words.back().starts_with('-') || is_file(words.back()))
        return "";
    if (words.size() > 1 && words[words.size() - 2].starts_with("--") &&
        words[words.size() - 2].find('=') == std::string::npos && words[words.size() - 2] != "--debug")
        return "";  // the value of an option
    std::string name = std::move(words.back());
    words.pop_back();
    return name;
}

std::string keys_in_words(const FleetTunnel& tunnel)
{
    Rows rows;
    for (const TomlEntry& entry : tunnel.keys)
        rows.push_back({entry.key, to_toml(entry.value), line_in_words(entry.at)});
    return rows.empty() ? "    host is the name, and all else is ssh's configuration\n" : table(rows);
}

std::string in_words(const FleetTunnel& tunnel)
{
    return fmt::format("{}, {}{}:\n{}", tunnel.name, line_in_words(tunnel.at),
                       tunnel.enabled ? "" : ", not enabled", keys_in_words(tunnel));
}

std::string in_words(const HubSettings& hub)
{
    std::string places;
    for (const HubPlace& place : hub.listen)
        places += (places.empty() ? "" : ", ") + in_words(place);
    return fmt::format("hub: listens on {}; {}\n", places,
                       hub.expect.empty()
                           ? "each box that beats is expected"
                           : fmt::format("names and patterns that are expected: {}", hub.expect.size()));
}

std::string in_words(const MetricsSettings& metrics)
{
    std::string places = metrics.listen ? "http://" + in_words(*metrics.listen) + "/metrics" : "";
    if (!metrics.file.empty())
        places += fmt::format("{}{} every {}", places.empty() ? "" : ", ", metrics.file,
                              with_unit(metrics.interval));
    return fmt::format("metrics: {}\n", places);
}

FleetExplanation no_such_tunnel(const FleetPlan& plan, const std::string& name, const std::string& file)
{
    std::vector<std::string_view> names;
    for (const FleetTunnel& tunnel : plan.tunnels)
        names.push_back(tunnel.name);
    const auto meant = nearest(name, names);
    return {.exit_status = wrong_usage,
            .complaint = fmt::format("autossh: there is no tunnel \"{}\" in {}{}\n", name, file,
                                     meant ? fmt::format("; did you mean \"{}\"?", *meant) : "")};
}

}  // namespace

std::optional<std::vector<std::string>> words_of_fleet_explanation(std::span<const std::string> arguments)
{
    const auto is = [&](std::string_view one, std::string_view other) {
        return arguments.size() > 1 && arguments[0] == one && arguments[1] == other;
    };
    if (!is(explain_word, "--fleet") && !is("--fleet", explain_word))
        return std::nullopt;
    return std::vector<std::string>(arguments.begin() + 2, arguments.end());
}

FleetExplanation explain_fleet(const std::vector<std::string>& words, const Environment& environment,
                               const InheritedSignals& inherited, Log& log)
{
    Settings settings;
    std::vector<std::string> rest = words;
    const std::string name = take_tunnel(rest);
    std::string file;
    try {
        file = read_fleet_arguments(rest, environment, settings);
    } catch (const ConfigError& error) {
        return {.exit_status = wrong_usage, .complaint = fmt::format("autossh: {}\n", error.what())};
    }
    FleetPlan plan = read_fleet(file, fleet_files(), settings);
    if (!plan.errors.empty())
        return {.exit_status = wrong_configuration, .complaint = plan.errors.text()};
    FleetExplanation explained;
    if (name.empty()) {
        for (const FleetTunnel& tunnel : plan.tunnels)
            explained.output += (explained.output.empty() ? "" : "\n") + in_words(tunnel);
        if (plan.hub)
            explained.output += (explained.output.empty() ? "" : "\n") + in_words(*plan.hub);
        if (plan.metrics)
            explained.output += (explained.output.empty() ? "" : "\n") + in_words(*plan.metrics);
        return explained;
    }
    const auto found = std::ranges::find(plan.tunnels, name, &FleetTunnel::name);
    if (found == plan.tunnels.end())
        return no_such_tunnel(plan, name, file);
    try {
        explained.output = in_words(*found) + "\n" + explanation(found->settings, inherited, log);
    } catch (const ConfigError& error) {
        return {.exit_status = wrong_configuration,
                .complaint =
                    fmt::format("{}: error: tunnel \"{}\": {}\n", in_words(found->at), name, error.what())};
    }
    return explained;
}

}  // namespace autossh
