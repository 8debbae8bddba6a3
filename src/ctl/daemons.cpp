#include "autossh/ctl/daemons.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/ctl/control_link.hpp"
#include "autossh/program/status_question.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <iterator>
#include <tuple>

namespace autossh {

namespace {

using FoundDirectories = std::vector<PrivateDirectory::Found>;

/// Without an answer: what a person is told; empty: nobody is there.
std::string trouble_by(int error)
{
    switch (error) {
    case ECONNREFUSED:
    case ENOENT:
    case ENOTDIR:
    case EPERM: return "";
    case ETIMEDOUT: return "does not answer: is it stopped?";
    case EPROTO: return "does not answer as an autossh does";
    case ECONNRESET: return "has ended before it answered";
    case EACCES: return "only its own user and root may ask";
    default: return std::strerror(error);
    }
}

SeenDaemon seen_at(const PrivateDirectory::Found& at, SeenDaemon daemon)
{
    daemon.at = at;
    daemon.facts.pid = at.pid;  // which the system tells
    return daemon;
}

SeenDaemon seen_by(const LinkAnswer& answer)
{
    SeenDaemon daemon;
    if (answer.answer && answer.answer->daemon)
        daemon.facts = *answer.answer->daemon;
    else if (answer.answer && answer.answer->error)
        daemon.trouble = answer.answer->error->text;
    else
        daemon.trouble = trouble_by(answer.answer ? EPROTO : answer.error);
    return daemon;
}

SeenDaemon seen_by(const StatusAnswer& answer, WallTime now)
{
    SeenDaemon daemon;
    daemon.takes_orders = false;
    daemon.trouble = trouble_by(answer.error);
    if (!answer.report)
        return daemon;
    const auto older = [&](const StatusReport& report) {
        return older_daemon(report.name, answer.asked.pid, static_cast<int>(report.health), report.words,
                            now);
    };
    daemon = older(*answer.report);
    if (answer.members.empty())
        return daemon;
    daemon.facts.kind = "fleet";
    daemon.facts.tunnels.clear();
    for (const StatusReport& member : answer.members)
        daemon.facts.tunnels.push_back(older(member).facts.tunnels.front());
    return daemon;
}

/// A closed place is one that can only be looked at from outside.
bool may_be_asked(const PrivateDirectory::Found& directory)
{
    return directory.error == 0 ? may_be_believed(directory)
                                : directory_part(directory.parent) == directories_of_services;
}

/// Of an older one there may be a socket of that name which is its ssh's: a master's.
bool has_no_control(int error)
{
    return error == ENOENT || error == EPERM;
}

bool is_somebody(const SeenDaemon& daemon)
{
    return !daemon.trouble.empty() || !daemon.facts.kind.empty() || !daemon.facts.tunnels.empty();
}

}  // namespace

DaemonsAround look_around(const std::vector<std::string>& places, Duration limit)
{
    DaemonsAround around;
    const Time begin = Clock::now();
    FoundDirectories directories;
    for (const std::string& place : places)
        std::ranges::copy(PrivateDirectory::find(place), std::back_inserter(directories));
    const auto is_closed = [](const auto& directory) { return directory.error != 0; };
    around.others_run = std::ranges::any_of(directories, is_closed);
    std::erase_if(directories, std::not_fn(may_be_asked));

    FoundDirectories without_control;
    std::vector<LinkQuestion> questions;
    for (const PrivateDirectory::Found& directory : directories)
        questions.push_back({directory, {.id = "1", .ask = Ask::status}});
    const auto answers = ask_each(questions, limit);
    for (std::size_t i = 0; i < directories.size(); ++i) {
        if (is_closed(directories[i]) && answers[i].pid == 0)
            continue;  // it has no observers, or we are none of them
        if (is_closed(directories[i]))
            directories[i].pid = answers[i].pid;
        if (!answers[i].answer && has_no_control(answers[i].error))
            without_control.push_back(directories[i]);
        else
            around.daemons.push_back(seen_at(directories[i], seen_by(answers[i])));
    }
    constexpr Duration least = std::chrono::milliseconds(20);
    const auto left = std::chrono::floor<Duration>(begin + limit - Clock::now());
    const auto now = std::chrono::system_clock::now();
    for (const StatusAnswer& answer :
         ask_for_status(without_control, std::max(left, least), [](const StatusAnswer&) { return false; }))
        around.daemons.push_back(seen_at(answer.asked, seen_by(answer, now)));
    std::erase_if(around.daemons, std::not_fn(is_somebody));
    std::ranges::sort(around.daemons, {}, [](const SeenDaemon& daemon) {
        return std::tuple(!daemon.is_fleet(), daemon.facts.name, daemon.facts.pid);
    });
    return around;
}

}  // namespace autossh
