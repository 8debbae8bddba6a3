#include "autossh/settings/usage.hpp"

#include "autossh/settings/nearest.hpp"
#include "autossh/settings/table.hpp"

#include <optional>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view synopsis =
    "usage: autossh [-V] [-M monitor_port[:echo_port]] [-f] [OPTIONS] [SSH_OPTIONS] destination [command]\n";

std::optional<std::string_view> nearest_option(std::string_view name)
{
    std::vector<std::string_view> names{"help", "version", "explain", "check", "doctor", "fleet"};
    for (const Setting& setting : setting_table())
        names.push_back(setting.option);
    return nearest(name, names);
}

std::string option_line(const Setting& setting)
{
    const bool is_attached = setting.argument.empty() || setting.argument.starts_with('[');
    const std::string option =
        fmt::format("--{}{}{}", setting.option, is_attached ? "" : " ", setting.argument);
    return fmt::format("    {:<22} {:<22}  {}\n", option, setting.variable, setting.help);
}

}  // namespace

std::string usage_text()
{
    return fmt::format("{}Try 'autossh --help' for the options and environment variables.\n", synopsis);
}

std::string help_text()
{
    std::string text(synopsis);
    text +=
        "\nStarts ssh, watches it, and starts it again when it dies or stops passing traffic.\n\n"
        "    -M PORT[:ECHO]  monitor port: test data is sent on PORT and must come back on PORT + 1,\n"
        "                    or from an echo service on the far end's port ECHO\n"
        "    -M auto         a loop of its own (so without -M, too); -M 0: no monitoring\n"
        "    -f              run in the background (ssh never sees this -f)\n"
        "    -V, --version   print the version\n"
        "    --explain       print what would be run, and with which times; connects nowhere\n"
        "    --check [--pid-file PATH | NAME]\n"
        "                    ask the autossh that runs: exit status 0 up, 1 degraded or coming up, 2 down\n"
        "    --doctor WORDS  what would keep this command line from coming up, and what helps\n"
        "    --fleet [FILE]  run all tunnels of this file (see autossh-fleet(5))\n"
        "    --help          print this\n"
        "    --              what follows is for ssh alone (autossh -M 0 -- -M host)\n"
        "\nLong options stand before the destination and win over the environment variable beside them:\n\n";
    for (const Setting& setting : setting_table())
        text += option_line(setting);
    text += "\nTIME is a number of seconds, or has a unit: 500ms, 30s, 10m, 2h.\n"
            "Everything else is passed to ssh. See autossh(1).\n";
    return text;
}

std::string unknown_option(std::string_view name)
{
    const auto meant = nearest_option(name);
    if (!meant)
        return fmt::format("unknown option --{} (ssh has no long options)", name);
    return fmt::format("unknown option --{}; did you mean --{}?", name, *meant);
}

}  // namespace autossh
