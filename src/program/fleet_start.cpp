#include "autossh/program/fleet_start.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/program/observer_socket.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/table.hpp"
#include "autossh/settings/usage.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::string_view fleet_word = "--fleet";

/// Of the options of the process, those that make sense without a tunnel of its own.
bool is_of_fleet(const Setting& setting)
{
    constexpr std::array<std::string_view, 6> options{"pid-file",  "log-file", "log-format",
                                                      "log-level", "debug",    "state-directory"};
    return std::ranges::find(options, setting.option) != options.end();
}

/// A long option with its value, or that of the next word.
void take_option(const std::string& word, std::span<const std::string>& rest, Settings& settings)
{
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == word.npos ? equals : equals - 2);
    const Setting* const setting = setting_of_option(name);
    if (setting == nullptr)
        throw UsageError(unknown_option(name));
    if (!is_of_fleet(*setting))
        throw UsageError(fmt::format("option --{} does not go with --fleet{}", name,
                                     setting->scope == Scope::tunnel ? ": it is a key in its file" : ""));
    std::string value = "yes";
    if (setting->argument.empty() && equals != word.npos)
        throw UsageError(fmt::format("option --{} takes no value", name));
    if (equals != word.npos) {
        value = word.substr(equals + 1);
    } else if (!setting->argument.empty()) {
        if (rest.empty())
            throw UsageError(fmt::format("option --{} requires a value", name));
        value = rest.front();
        rest = rest.subspan(1);
    }
    give(*setting, value, "--" + name, settings);
}

void read_variables(const Environment& environment, Settings& settings)
{
    const bool debug = environment("AUTOSSH_DEBUG").has_value();
    for (const Setting& setting : setting_table())
        if ((is_of_fleet(setting) || setting.option == "ssh") && !(debug && setting.option == "log-level"))
            if (const auto value = environment(setting.variable))
                give(setting, *value, std::string(setting.variable), settings);
}

}  // namespace

bool asks_for_fleet(std::span<const std::string> arguments)
{
    return (!arguments.empty() && arguments[0] == fleet_word) ||
           (arguments.size() > 1 && arguments[0] == "-f" && arguments[1] == fleet_word);
}

std::string read_fleet_arguments(std::span<const std::string> arguments, const Environment& environment,
                                 Settings& settings)
{
    read_variables(environment, settings);
    std::string file;
    while (!arguments.empty()) {
        const std::string word = arguments.front();
        arguments = arguments.subspan(1);
        if (word == fleet_word)
            continue;
        if (word == "-f")
            settings.background = true;
        else if (word.starts_with("--"))
            take_option(word, arguments, settings);
        else if (word.starts_with('-') || word.empty() || !file.empty())
            throw UsageError("usage: autossh --fleet [-f] [OPTIONS] [FILE]");
        else
            file = word;
    }
    settle_background(settings);
    settings.log.to_pipe = !settings.background;
    return file.empty() ? default_fleet_file(environment) : file;
}

std::vector<std::string> warnings_for_fleet(const Environment& environment, std::size_t tunnels,
                                            std::size_t open_files)
{
    std::vector<std::string> warnings;
    for (const Setting& setting : setting_table()) {
        if (is_of_fleet(setting) || setting.option == "ssh" || !environment(setting.variable))
            continue;
        const std::string_view key = setting.option == "port" ? "monitor" : setting.option;
        std::string words = fmt::format("{} is not read by a fleet: it is for one tunnel", setting.variable);
        if (setting.scope == Scope::tunnel)
            words += fmt::format("; write the key \"{}\"", key);
        warnings.push_back(std::move(words));
    }
    if (const std::size_t needed = descriptors_for(tunnels); open_files < needed)
        warnings.push_back(fmt::format("{} tunnels may need {} open files, and the limit is {}: raise it "
                                       "(ulimit -n {}, or LimitNOFILE={} in the unit)",
                                       tunnels, needed, open_files, needed, needed));
    return warnings;
}

namespace {

/// In the background the directory is /.
KeptTunnels kept_fleet(FleetPlan& plan, const std::string& file, const Settings& settings)
{
    KeptTunnels kept;
    kept.fleet = plan.name;
    kept.starts = plan.starts;
    kept.observers = plan.observers;
    kept.hub = plan.hub;
    kept.metrics = plan.metrics;
    std::error_code error;
    if (kept.metrics && !kept.metrics->file.empty())
        kept.metrics->file = absolute_path(kept.metrics->file, error);
    kept.directory = absolute_path(".", error);
    kept.hooks = plan.hooks;
    for (HookSettings& hook : kept.hooks)  // as the reader of the absolute path below has them
        if (hook.run.front().find('/') != std::string::npos)
            hook.run.front() = absolute_path(hook.run.front(), error);
    kept.tunnels = kept_tunnels(plan);
    kept.file = absolute_path(file, error);
    kept.read_again = [path = kept.file, &settings] { return read_fleet_files(path, settings); };
    kept.files_have_changed = plan.files_have_changed;
    return kept;
}

/// The default place is nobody's wish: that a fleet cannot keep a ledger there is no reason not to start it.
void take_ledger(FleetStart& start, const Settings& settings, FleetErrors& errors)
{
    const FleetLedger& ledger = start.plan.ledger;
    start.kept.ledger_size = ledger.size;
    const bool is_given = !settings.state_directory.empty();
    const std::string given = is_given ? settings.state_directory : ledger.state_directory;
    const std::string state =
        given.empty() ? default_state_directory(environment_variable, start.plan.name) : given;
    std::error_code error;
    if (!state.empty())
        start.kept.state_directory = absolute_path(state, error);
    try {
        if (state.empty())
            throw ConfigError("none of STATE_DIRECTORY, XDG_STATE_HOME and HOME is set");
        start.kept.ledger.emplace(start.kept.state_directory);
    } catch (const ConfigError& mistake) {
        if (is_given)
            throw;
        if (!given.empty())
            errors.add(ledger.at, mistake.what(), "name another directory, which nobody else can write");
        start.kept.ledger_complaint = mistake.what();
    }
}

}  // namespace

FleetStart start_of_fleet(std::span<const std::string> arguments, InheritedSignals& inherited,
                          Settings& settings, Log& log)
{
    FleetStart start;
    std::string file;
    try {
        file = read_fleet_arguments(arguments, environment_variable, settings);
        log.configure(settings.log);
        start.plan = read_fleet_files(file, settings);
        if (std::exchange(settings.log, start.plan.log) != start.plan.log)
            log.configure(settings.log);
    } catch (const ConfigError& error) {
        write_all(STDERR_FILENO, fmt::format("autossh: {}\n", error.what()));
        start.exit_status = wrong_usage;
        return start;
    }
    FleetErrors& errors = start.plan.errors;
    if (const std::string& group = start.plan.observers; !group.empty() && errors.empty())
        if (const std::string reason = reason_against_observers(group, environment_variable); !reason.empty())
            errors.add(start.plan.observers_at, fmt::format("observers: {}", reason));
    if (errors.empty())
        start.kept = kept_fleet(start.plan, file, settings);
    start.kept.versions.emplace(inherited);
    for (KeptTunnel& tunnel : start.kept.tunnels)
        if (tunnel.is_enabled())
            take_secrets(tunnel, *start.kept.versions, errors);
    if (errors.empty())
        take_ledger(start, settings, errors);
    if (!errors.empty()) {
        write_all(STDERR_FILENO, errors.text());
        log.write(Level::warning, "no tunnel is started, as the file has mistakes; the first: {}",
                  errors.first());
        start.exit_status = wrong_configuration;
        return start;
    }
    if (!start.kept.hub && std::ranges::none_of(start.kept.tunnels, &KeptTunnel::is_enabled)) {
        log.error("no tunnel of the fleet is enabled");
        start.exit_status = wrong_configuration;
        return start;
    }
    settings.log.tunnel = start.plan.name;
    for (const std::string& warning :
         warnings_for_fleet(environment_variable, start.kept.tunnels.size(), inherited.raise_open_files()))
        log.write(Level::warning, "{}", warning);
    return start;
}

std::size_t descriptors_for(std::size_t tunnels)
{
    constexpr std::size_t each = 6;
    constexpr std::size_t ours = 64;
    return tunnels * each + ours;
}

}  // namespace autossh
