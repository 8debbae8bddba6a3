#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/reload_fleets.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A thousand tunnels, on a small machine.
constexpr Duration time_to_reload = std::chrono::seconds(30);

std::string mistakes_in_words(const std::vector<ReloadMistake>& mistakes)
{
    std::string text;
    for (const ReloadMistake& mistake : mistakes) {
        text += fmt::format("{}:{}:{}: error: {}\n", fit_for_screen(mistake.file), mistake.line,
                            mistake.column, fit_for_screen(mistake.text));
        if (!mistake.remedy.empty())
            text += fmt::format("  {}\n", fit_for_screen(mistake.remedy));
    }
    return text;
}

std::string changes_in_words(const std::vector<ReloadChange>& changes)
{
    std::string text;
    for (const ReloadChange& change : changes)
        text += fit_for_screen(fmt::format("{}: {}{}{}", change.tunnel, change.what,
                                           change.text.empty() ? "" : ": ", change.text)) +
                "\n";
    return text;
}

}  // namespace

int reload_fleets(const std::vector<SeenDaemon>& fleets, bool dry_run)
{
    int exit_status = 0;
    std::vector<CtlQuestion> questions;
    for (const SeenDaemon& fleet : fleets)
        questions.push_back({fleet, {.id = "1", .ask = Ask::reload, .dry_run = dry_run}});
    for (const auto& [fleet, answer] : answers_to(questions, time_to_reload, exit_status)) {
        complain_lines(mistakes_in_words(answer.reload.mistakes));
        if (!answer.reload.mistakes.empty())
            complain(fmt::format("{}: all goes on as it was", in_words(fleet)));
        if (answer.error)
            continue;
        const auto& changes = answer.reload.changes;
        print_all(changes.empty()
                      ? fit_for_screen(fmt::format("{}: nothing has changed", in_words(fleet))) + "\n"
                      : changes_in_words(changes));
    }
    return exit_status;
}

int reload(const CtlCommand& command, const Environment& environment)
{
    CtlAudience found = audience(command, environment);
    if (found.exit_status)
        return *found.exit_status;
    tell_of_silent(found.daemons);
    std::erase_if(found.daemons, [](const SeenDaemon& daemon) { return !daemon.is_fleet(); });
    for (const SeenDaemon& daemon : found.daemons)
        if (!daemon.takes_orders)
            complain(fmt::format("{}: an older autossh takes no orders", in_words(daemon)));
    std::erase_if(found.daemons, [](const SeenDaemon& daemon) { return !daemon.takes_orders; });
    if (found.daemons.empty()) {
        complain("no fleet runs: only \"autossh --fleet\" has a file to reload");
        return ctl_exit::no_daemon;
    }
    return reload_fleets(found.daemons, command.dry_run);
}

}  // namespace autossh
