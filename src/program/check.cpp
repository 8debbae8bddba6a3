#include "autossh/program/check.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/time.hpp"
#include "autossh/program/status_question.hpp"
#include "autossh/rules/status_report.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/system/pid_file.hpp"
#include "autossh/system/private_directory.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <functional>
#include <iterator>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// A supervisor answers in less than a millisecond, also on a small board under load.
constexpr Duration answer_is_due = std::chrono::seconds(2);

constexpr int not_running = static_cast<int>(Health::down);

using Directories = std::vector<PrivateDirectory::Found>;

Directories directories_in(const std::vector<std::string>& places)
{
    Directories directories;
    for (const std::string& place : places)
        std::ranges::copy(PrivateDirectory::find(place), std::back_inserter(directories));
    return directories;
}

CheckResult no(std::string why)
{
    return {std::move(why), not_running};
}

std::string line_of(const StatusReport& report)
{
    return fmt::format("{}{}{}", report.name, report.name.empty() ? "" : ": ", report.words);
}

/// `name`: of one tunnel of a fleet, which is then told alone.
CheckResult told(const StatusAnswer& answer, const std::string& name = {})
{
    const auto member = std::ranges::find(answer.members, name, &StatusReport::name);
    if (answer.report && answer.report->name != name && member != answer.members.end())
        return {line_of(*member), static_cast<int>(member->health)};
    if (answer.report) {
        std::string lines = answer.members.empty() ? line_of(*answer.report) : answer.report->words;
        for (const StatusReport& one : answer.members)
            lines += "\n" + line_of(one);
        return {lines, static_cast<int>(answer.report->health)};
    }
    if (answer.error == ETIMEDOUT)
        return no(fmt::format("autossh (pid {}) does not answer: is it stopped?", answer.asked.pid));
    if (answer.error == EACCES)
        return no(fmt::format("{}: only its own user and root may ask", answer.asked.parent));
    return no(
        fmt::format("autossh (pid {}) cannot be asked: {}", answer.asked.pid, std::strerror(answer.error)));
}

/// Of those that are asked, who is there.
std::vector<StatusAnswer> answers_of(const Directories& directories,
                                     const std::function<bool(const StatusAnswer&)>& enough)
{
    auto answers = ask_for_status(directories, answer_is_due, enough);
    std::erase_if(answers, [](const StatusAnswer& answer) { return answer.nobody_is_there(); });
    return answers;
}

/// That it is of the user whose process that is: anybody else may make directories that are named after it.
/// Where the system does not tell (not Linux), it is taken for that.
bool is_of_owner_of(pid_t pid, const PrivateDirectory::Found& directory)
{
    struct stat process {};
    return !system_tells_peers() ||
           (::stat(fmt::format("/proc/{}", pid).c_str(), &process) == 0 && process.st_uid == directory.owner);
}

/// By a pid file: a stale one names a process that does not answer, or is somebody else by now.
CheckResult check_pid(const std::string& pid_file, Directories directories)
{
    errno = 0;
    const pid_t pid = pid_in(pid_file);
    if (pid == 0)
        return no(fmt::format("not running: {}: {}", pid_file,
                              errno != 0 ? std::strerror(errno) : "there is no pid in it"));
    const auto is_another = [pid](const PrivateDirectory::Found& directory) {
        return directory.pid != pid || !(may_be_believed(directory) || is_of_owner_of(pid, directory));
    };
    std::erase_if(directories, is_another);
    if (directories.empty()) {  // it has another TMPDIR
        directories = directories_in(places_of_supervisor(pid));
        std::erase_if(directories, is_another);
    }
    const auto answers = answers_of(directories, [](const StatusAnswer&) { return true; });
    if (answers.empty())
        return no(fmt::format("not running: no autossh with the pid {} of {} answers", pid, pid_file));
    return told(answers.front());
}

bool has_name(const StatusAnswer& answer, const std::string& name)
{
    if (!answer.report)
        return answer.asked.parent.ends_with("/" + name);
    return answer.report->name == name ||
           std::ranges::find(answer.members, name, &StatusReport::name) != answer.members.end();
}

std::string pids_of(const std::vector<StatusAnswer>& answers)
{
    std::string pids;
    for (const StatusAnswer& answer : answers)
        pids += fmt::format("{}{}", pids.empty() ? "" : ", ", answer.asked.pid);
    return pids;
}

CheckResult check_name(const std::string& name, const Directories& directories)
{
    const auto is_meant = [&](const StatusAnswer& answer) { return has_name(answer, name); };
    auto answers = answers_of(directories, is_meant);
    auto meant = answers;
    std::erase_if(meant, std::not_fn(is_meant));
    // Whoever has a tunnel of that name himself does not mean one that he may not ask.
    if (std::ranges::any_of(meant, [](const StatusAnswer& answer) { return answer.report.has_value(); }))
        std::erase_if(meant, [](const StatusAnswer& answer) { return !answer.report; });
    if (meant.size() == 1)
        return told(meant.front(), name);
    if (meant.size() > 1)
        return no(
            fmt::format("{} of the name \"{}\" are running (pids {}): use --pid-file, or --name to tell them "
                        "apart",
                        meant.size(), name, pids_of(meant)));
    std::erase_if(answers,
                  [](const StatusAnswer& answer) { return answer.report || answer.error == EACCES; });
    const std::string silent =
        answers.empty()
            ? ""
            : fmt::format(" (an autossh that does not answer may be it: pid {})", pids_of(answers));
    return no(fmt::format("not running: no autossh of the name \"{}\" answers{}", name, silent));
}

CheckResult check_only_one(const Directories& directories)
{
    const auto answers = answers_of(directories, [](const StatusAnswer&) { return false; });
    if (answers.empty())
        return no("not running: no autossh of this user answers");
    if (answers.size() == 1)
        return told(answers.front());
    std::string names;
    for (const StatusAnswer& answer : answers)
        names += fmt::format("{}{}", names.empty() ? "" : ", ",
                             answer.report ? answer.report->name : std::to_string(answer.asked.pid));
    return no(fmt::format("{} are running, name one of them: {}", answers.size(), names));
}

}  // namespace

std::optional<CheckTarget> check_target(std::span<const std::string> arguments,
                                        const Environment& environment)
{
    constexpr std::string_view pid_file = "--pid-file";
    if (arguments.empty() || arguments.front() != "--check")
        return std::nullopt;
    CheckTarget target;
    for (arguments = arguments.subspan(1); !arguments.empty(); arguments = arguments.subspan(1)) {
        const std::string& word = arguments.front();
        const bool is_set = !target.name.empty() || !target.pid_file.empty();
        if (is_set || word.empty() || (word == pid_file && arguments.size() == 1))
            throw UsageError("usage: autossh --check [--pid-file FILE | NAME]");
        if (word == pid_file) {
            arguments = arguments.subspan(1);
            target.pid_file = arguments.front();
        } else if (word.starts_with(fmt::format("{}=", pid_file))) {
            target.pid_file = word.substr(pid_file.size() + 1);
        } else if (word.starts_with('-')) {
            throw UsageError(fmt::format("option {} does not go with --check", word));
        } else {
            target.name = word;
        }
    }
    if (target.name.empty() && target.pid_file.empty())
        target.pid_file = environment("AUTOSSH_PIDFILE").value_or("");
    if (target.name.empty() && target.pid_file.empty())
        target.name = environment("AUTOSSH_NAME").value_or("");
    return target;
}

CheckResult check(const CheckTarget& target, const std::vector<std::string>& places)
{
    Directories directories = directories_in(places);
    if (!target.pid_file.empty())
        return check_pid(target.pid_file, std::move(directories));
    if (target.name.empty())  // who may not look into a directory does not mean it
        std::erase_if(directories, [](const auto& directory) { return directory.error != 0; });
    std::erase_if(directories,
                  [](const auto& directory) { return directory.error == 0 && !may_be_believed(directory); });
    return target.name.empty() ? check_only_one(directories) : check_name(target.name, directories);
}

}  // namespace autossh
