#include "autossh/ctl/session.hpp"

#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/next_step.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

std::string known_daemons(const std::vector<SeenDaemon>& daemons)
{
    std::string words;
    for (const SeenDaemon& daemon : daemons)
        words += (words.empty() ? "" : ", ") + in_words(daemon);
    return words;
}

int nobody_runs(const Environment& environment, bool others_run)
{
    const std::string file = default_fleet_file_or_none(environment);
    complain_lines(next_step(file, !file.empty() && ::access(file.c_str(), F_OK) == 0, others_run));
    return ctl_exit::no_daemon;
}

std::string trouble_of_link(int error)
{
    if (error == ETIMEDOUT)
        return "does not answer: is it stopped?";
    if (error == ECONNRESET)
        return "has closed the connection";
    if (error == ECONNREFUSED || error == ENOENT)
        return "has ended";
    return error == EPROTO ? "does not answer as an autossh does" : std::strerror(error);
}

int exit_status_of(ErrorCode code)
{
    switch (code) {
    case ErrorCode::no_such_tunnel: return ctl_exit::no_such_tunnel;
    case ErrorCode::not_permitted: return ctl_exit::not_permitted;
    case ErrorCode::configuration: return ctl_exit::configuration;
    default: return ctl_exit::refused;
    }
}

}  // namespace

void tell_of_silent(const std::vector<SeenDaemon>& daemons)
{
    for (const SeenDaemon& daemon : daemons)
        if (!daemon.trouble.empty())
            complain(fmt::format("{}: {}", in_words(daemon), daemon.trouble));
}

CtlAudience audience(const CtlCommand& command, const Environment& environment)
{
    CtlAudience found;
    DaemonsAround around = look_around(places_of_supervisors(environment), answer_is_due);
    if (around.daemons.empty()) {
        found.exit_status = nobody_runs(environment, around.others_run);
        return found;
    }
    found.daemons = meant_daemons(around.daemons, command.daemon);
    if (found.daemons.empty()) {
        complain(fmt::format("no autossh has the name or pid \"{}\"; there are: {}", command.daemon,
                             known_daemons(around.daemons)));
        found.exit_status = ctl_exit::no_daemon;
        return found;
    }
    found.plan = order_plan(found.daemons, command.tunnels);
    for (const std::string& pattern : found.plan.strange)
        complain(no_such_tunnel(found.daemons, pattern));
    return found;
}

std::vector<CtlQuestion> questions_to(const CtlAudience& audience, const CtlCommand& command,
                                      const ControlRequest& request)
{
    std::vector<CtlQuestion> questions;
    for (const OrderPart& part : audience.plan.parts) {
        const SeenDaemon& daemon = audience.daemons[part.daemon];
        if (!daemon.takes_orders) {
            complain(fmt::format("{} is an older autossh, which cannot be asked for this", in_words(daemon)));
            continue;
        }
        const bool is_all = command.tunnels.empty();
        for (std::vector<std::string>& names :
             is_all ? std::vector<std::vector<std::string>>(1) : in_requests(part.tunnels)) {
            questions.push_back({daemon, request});
            questions.back().request.tunnels = std::move(names);
        }
    }
    return questions;
}

std::vector<std::pair<SeenDaemon, ControlAnswer>> answers_to(const std::vector<CtlQuestion>& questions,
                                                             Duration limit, int& exit_status)
{
    std::vector<LinkQuestion> put;
    for (const CtlQuestion& question : questions)
        put.push_back({question.daemon.at, question.request});
    std::vector<std::pair<SeenDaemon, ControlAnswer>> answers;
    const std::vector<LinkAnswer> come = ask_each(put, limit);
    for (std::size_t i = 0; i < come.size(); ++i) {
        const SeenDaemon& daemon = questions[i].daemon;
        if (!come[i].answer) {
            complain(fmt::format("{} {}", in_words(daemon), trouble_of_link(come[i].error)));
            exit_status = std::max(exit_status, ctl_exit::down);
            continue;
        }
        const ControlAnswer& answer = *come[i].answer;
        if (answer.error && answer.reload.mistakes.empty())
            complain(fmt::format("{}: {}", in_words(daemon), answer.error->text));
        if (answer.error)
            exit_status = std::max(exit_status, exit_status_of(answer.error->code));
        answers.emplace_back(daemon, answer);
    }
    return answers;
}

void follow(const std::vector<CtlQuestion>& questions,
            const std::function<void(const SeenDaemon&, const ControlAnswer&)>& take)
{
    std::vector<ControlLink> links;
    for (const CtlQuestion& question : questions)
        links.emplace_back(question.daemon.at, question.request);
    std::vector<bool> told(links.size());
    for (bool any_lives = true; any_lives;) {
        any_lives = false;
        for (std::size_t i = 0; i < links.size(); ++i) {
            while (const auto answer = links[i].take_answer())
                take(questions[i].daemon, *answer);
            any_lives = any_lives || links[i].fd() >= 0;
            if (links[i].fd() < 0 && !told[i])
                complain(
                    fmt::format("{} {}", in_words(questions[i].daemon), trouble_of_link(links[i].error())));
            told[i] = links[i].fd() < 0;
        }
        if (any_lives)
            wait_for_links(links, std::chrono::hours(1));
    }
}

}  // namespace autossh
