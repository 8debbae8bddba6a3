#include "autossh/control/json_writer.hpp"
#include "autossh/control/wall_time.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/session.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// The audience and its questions, or an exit status.
struct Questions {
    std::vector<CtlQuestion> questions = {};
    int exit_status = 0;
    bool is_about_one = false;  ///< tunnel
};

Questions questions_for(const CtlCommand& command, const Environment& environment,
                        const ControlRequest& request)
{
    Questions made;
    const CtlAudience found = audience(command, environment);
    if (found.exit_status) {
        made.exit_status = *found.exit_status;
        return made;
    }
    tell_of_silent(found.daemons);
    made.questions = questions_to(found, command, request);
    made.is_about_one = found.plan.tunnels == 1;
    if (!found.plan.strange.empty())
        made.exit_status = ctl_exit::no_such_tunnel;
    else if (made.questions.empty())
        made.exit_status = ctl_exit::no_daemon;
    return made;
}

/// As tail(1) writes several files.
class LogPrinter {
public:
    explicit LogPrinter(bool is_about_one) : with_names_(!is_about_one) {}

    void print(const std::string& tunnel, const std::vector<std::string>& lines)
    {
        std::string text;
        if (with_names_ && (is_first_ || tunnel != tunnel_) && !lines.empty())
            text = fmt::format("{}==> {} <==\n", is_first_ ? "" : "\n", fit_for_screen(tunnel));
        for (const std::string& line : lines)
            text += fit_for_screen(line) + "\n";
        if (lines.empty())
            return;
        tunnel_ = tunnel;
        is_first_ = false;
        print_all(text);
    }

    void print(const ControlAnswer& answer)
    {
        for (const TunnelLines& log : answer.logs)
            print(log.tunnel, log.lines);
        if (answer.log_line)
            print(answer.log_line->tunnel, {answer.log_line->text});
    }

private:
    bool with_names_;
    bool is_first_ = true;
    std::string tunnel_;
};

/// `is_old`: it was so before anybody has listened.
std::string event_in_json(const SeenDaemon& daemon, const StateEvent& event, bool is_old)
{
    JsonWriter json;
    json.text("at", to_text(event.at));
    json.text("daemon", daemon.facts.name);
    json.number("pid", static_cast<std::uint64_t>(daemon.facts.pid));
    json.text(event.box.empty() ? "tunnel" : "box", event.box.empty() ? event.tunnel : event.box);
    json.text("state", event.state);
    json.text_or_null("before", event.before);
    json.text("health", event.health);
    json.text_or_null("class", event.cause.failure_class);
    json.text_or_null("cause", event.cause.text);
    json.text_or_null("remedy", event.cause.remedy);
    if (is_old)
        json.flag("snapshot", true);
    return json.take() + "\n";
}

/// How its tunnels are now. A change may be told a second time, and none is left out: its changes are heard
/// already.
std::string snapshot_of(const SeenDaemon& daemon, const std::vector<std::string>& patterns)
{
    const std::vector<LinkQuestion> question{{daemon.at, {.id = "1", .ask = Ask::status}}};
    const auto answer = ask_each(question, std::chrono::seconds(10)).front().answer;
    if (!answer || !answer->daemon)
        return "";
    SeenDaemon now = daemon;
    now.facts.tunnels = answer->daemon->tunnels;
    std::string lines;
    for (const SeenDaemon& meant : with_meant_tunnels({&now, 1}, patterns))
        for (const TunnelFacts& tunnel : meant.facts.tunnels)
            lines += event_in_json(daemon,
                                   {.at = tunnel.since.value_or(std::chrono::system_clock::now()),
                                    .tunnel = tunnel.name,
                                    .state = tunnel.state,
                                    .before = {},
                                    .health = tunnel.health,
                                    .cause = tunnel.cause},
                                   true);
    return lines;
}

void tell_of_error(const SeenDaemon& daemon, const ControlAnswer& answer)
{
    if (answer.error)
        complain(fmt::format("{}: {}", in_words(daemon), answer.error->text));
}

}  // namespace

int show_logs(const CtlCommand& command, const Environment& environment)
{
    Questions made =
        questions_for(command, environment,
                      {.id = "1", .ask = Ask::logs, .lines = command.lines, .follow = command.follow});
    LogPrinter printer(made.is_about_one);
    if (!command.follow) {
        for (const auto& [daemon, answer] :
             answers_to(made.questions, std::chrono::seconds(10), made.exit_status))
            printer.print(answer);
        return made.exit_status;
    }
    follow(made.questions, [&printer](const SeenDaemon& daemon, const ControlAnswer& answer) {
        printer.print(answer);
        tell_of_error(daemon, answer);
    });
    return made.exit_status;
}

int show_events(const CtlCommand& command, const Environment& environment)
{
    const Questions made = questions_for(command, environment, {.id = "1", .ask = Ask::events});
    std::vector<pid_t> told;
    follow(made.questions, [&](const SeenDaemon& daemon, const ControlAnswer& answer) {
        const pid_t pid = daemon.facts.pid;
        if (command.snapshot && answer.ok && std::ranges::find(told, pid) == told.end()) {
            told.push_back(pid);
            print_all(snapshot_of(daemon, command.tunnels));
        }
        if (answer.event)
            print_all(event_in_json(daemon, *answer.event, false));
        tell_of_error(daemon, answer);
    });
    return made.exit_status;
}

int show_explanations(const CtlCommand& command, const Environment& environment)
{
    Questions made = questions_for(command, environment, {.id = "1", .ask = Ask::explain});
    bool is_first = true;
    for (const auto& [daemon, answer] :
         answers_to(made.questions, std::chrono::seconds(30), made.exit_status))
        for (const TunnelText& explanation : answer.explanations) {
            std::string text = made.is_about_one ? ""
                                                 : fmt::format("{}==> {} <==\n", is_first ? "" : "\n",
                                                               fit_for_screen(explanation.tunnel));
            text += lines_fit_for_screen(explanation.text);
            print_all(text.ends_with('\n') ? text : text + "\n");
            is_first = false;
        }
    return made.exit_status;
}

}  // namespace autossh
