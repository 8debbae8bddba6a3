#include "autossh/control/selection.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/hubs.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/session.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Several thousand boxes, on a small machine.
constexpr Duration time_to_tell_boxes = std::chrono::seconds(10);

/// Leaves the boxes that are meant. False: some patterns mean none, which is told.
bool select_boxes(std::vector<SeenHub>& hubs, const std::vector<std::string>& patterns)
{
    std::vector<TunnelLabel> labels;
    for (const SeenHub& hub : hubs)
        for (const BoxFacts& box : hub.hub.boxes)
            labels.push_back({box.name});
    const Selection selection = selected(labels, patterns);
    for (const std::string& pattern : selection.strange)
        complain(fmt::format("no hub knows a box \"{}\"", pattern));
    const std::set<std::string> meant(selection.names.begin(), selection.names.end());
    for (SeenHub& hub : hubs)
        std::erase_if(hub.hub.boxes, [&](const BoxFacts& box) { return !meant.contains(box.name); });
    return selection.strange.empty();
}

/// At each hub that has it.
int forget_box(const std::vector<SeenHub>& hubs, const std::string& box)
{
    std::vector<CtlQuestion> questions;
    for (const SeenHub& hub : hubs)
        if (std::ranges::find(hub.hub.boxes, box, &BoxFacts::name) != hub.hub.boxes.end())
            questions.push_back({hub.daemon, {.id = "1", .ask = Ask::forget, .box = box}});
    int exit_status = 0;
    if (questions.empty() && !hubs.empty()) {
        complain(fmt::format("no hub knows a box \"{}\"", box));
        return ctl_exit::no_such_tunnel;
    }
    answers_to(questions, time_to_tell_boxes, exit_status);
    return exit_status;
}

}  // namespace

std::vector<SeenHub> hubs_among(const std::vector<SeenDaemon>& daemons)
{
    std::vector<LinkQuestion> questions;
    std::vector<const SeenDaemon*> asked;
    for (const SeenDaemon& daemon : daemons)
        if (daemon.is_fleet() && daemon.takes_orders && daemon.trouble.empty()) {
            questions.push_back({daemon.at, {.id = "1", .ask = Ask::hub}});
            asked.push_back(&daemon);
        }
    std::vector<SeenHub> hubs;
    const std::vector<LinkAnswer> answers = ask_each(questions, time_to_tell_boxes);
    for (std::size_t i = 0; i < answers.size(); ++i)
        if (answers[i].answer && answers[i].answer->hub)
            hubs.push_back({*asked[i], *answers[i].answer->hub});
        else if (!answers[i].answer)
            complain(fmt::format("{} does not answer", in_words(*asked[i])));
    return hubs;
}

int show_hub(const CtlCommand& command, const Environment& environment)
{
    CtlCommand about_all = command;
    about_all.tunnels.clear();
    const CtlAudience found = audience(about_all, environment);
    std::vector<SeenHub> hubs;
    if (!found.exit_status) {
        tell_of_silent(found.daemons);
        hubs = hubs_among(found.daemons);
    }
    if (!found.exit_status && hubs.empty())
        complain("no autossh here is a hub: one with [hub] in its file is, see autossh-hub(7)");
    int exit_status = hubs.empty() ? found.exit_status.value_or(ctl_exit::no_daemon) : 0;
    if (!command.forget.empty())
        return exit_status != 0 ? exit_status : forget_box(hubs, command.forget);
    if (!hubs.empty() && !command.tunnels.empty() && !select_boxes(hubs, command.tunnels))
        exit_status = ctl_exit::no_such_tunnel;
    if (exit_status == 0)
        exit_status = exit_status_of(hubs);
    if (command.json) {
        for (SeenHub& hub : hubs)
            if (command.down_only)
                std::erase_if(hub.hub.boxes, is_well);
        print_all(hub_json(hubs) + "\n");
        return exit_status;
    }
    print_all(hub_table(hubs, wants_colour(command.colour, environment), command.down_only,
                        std::chrono::system_clock::now()));
    return exit_status;
}

}  // namespace autossh
