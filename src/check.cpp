#include "autossh/check.hpp"

#include "autossh/command_line.hpp"
#include "autossh/pid_file.hpp"
#include "autossh/private_directory.hpp"
#include "autossh/socket_address.hpp"
#include "autossh/status_report.hpp"
#include "autossh/status_socket.hpp"
#include "autossh/time.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <iterator>

#include <fmt/core.h>
#include <poll.h>
#include <unistd.h>

namespace autossh {

namespace {

/// A supervisor answers in less than a millisecond, also on a small board under load.
constexpr Duration answer_is_due = std::chrono::seconds(2);
constexpr std::size_t longest_answer = 4096;

constexpr int not_running = static_cast<int>(Health::down);

/// One private directory that was found, and what came of asking there.
struct Finding {
    std::string place;  ///< where its private directory is
    pid_t pid = 0;      ///< 0: may not be known
    std::optional<StatusReport> report;
    int error = 0;  ///< why there is none; ETIMEDOUT: it is there and says nothing
};

CheckResult no(std::string why)
{
    return {std::move(why), not_running};
}

std::optional<StatusReport> read_report(int socket, int& error)
{
    const Time deadline = Clock::now() + answer_is_due;
    std::string text;
    std::array<char, 1024> part;
    while (text.size() < longest_answer) {
        const auto left = std::chrono::duration_cast<Duration>(deadline - Clock::now()).count();
        pollfd readable{socket, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&readable, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        error = ready == 0 ? ETIMEDOUT : errno;
        if (ready <= 0)
            return std::nullopt;
        const ssize_t size = ::recv(socket, part.data(), part.size(), 0);
        if (size <= 0)
            break;
        text.append(part.data(), static_cast<std::size_t>(size));
    }
    error = EPROTO;
    return status_report_from(text);
}

Finding ask(const PrivateDirectory::Found& found)
{
    Finding finding{.place = {}, .pid = found.pid, .report = {}, .error = found.error};
    if (found.error != 0)
        return finding;
    const UniqueFd socket = connect_to_socket(fmt::format("{}/{}", found.path, StatusSocket::name));
    if (socket)
        finding.report = read_report(socket.get(), finding.error);
    else
        finding.error = errno == EAGAIN ? ETIMEDOUT : errno;  // a full queue: nobody takes questions
    return finding;
}

/// What a killed one has left behind refuses connections.
bool is_there(const Finding& finding)
{
    return finding.report || finding.error == ETIMEDOUT || finding.error == EPROTO || finding.error == EACCES;
}

CheckResult told(const Finding& finding)
{
    if (finding.report) {
        const std::string& name = finding.report->name;
        return {fmt::format("{}{}{}", name, name.empty() ? "" : ": ", finding.report->words),
                static_cast<int>(finding.report->health)};
    }
    if (finding.error == ETIMEDOUT)
        return no(fmt::format("autossh (pid {}) does not answer: is it stopped?", finding.pid));
    if (finding.error == EACCES)
        return no(fmt::format("{}: only its own user and root may ask", finding.place));
    return no(fmt::format("autossh (pid {}) cannot be asked: {}", finding.pid, std::strerror(finding.error)));
}

using Findings = std::vector<Finding>;

/// By a pid file: a stale one names a process that does not answer, or is somebody else by now.
CheckResult check_pid(const std::string& pid_file, const Findings& findings)
{
    errno = 0;
    const pid_t pid = pid_in(pid_file);
    if (pid == 0)
        return no(fmt::format("not running: {}: {}", pid_file,
                              errno != 0 ? std::strerror(errno) : "there is no pid in it"));
    const auto found = std::ranges::find(findings, pid, &Finding::pid);
    if (found == findings.end())
        return no(fmt::format("not running: no autossh with the pid {} of {} answers", pid, pid_file));
    return told(*found);
}

bool has_name(const Finding& finding, const std::string& name)
{
    return finding.report ? finding.report->name == name : finding.place.ends_with("/" + name);
}

CheckResult check_name(const std::string& name, const Findings& findings)
{
    const auto found = std::ranges::find_if(findings, [&](const Finding& f) { return has_name(f, name); });
    if (found != findings.end())
        return told(*found);
    return no(fmt::format("not running: no autossh of the name \"{}\" answers", name));
}

CheckResult check_only_one(Findings findings)
{
    std::erase_if(findings, [](const Finding& finding) { return finding.error == EACCES; });
    if (findings.empty())
        return no("not running: no autossh of this user answers");
    if (findings.size() == 1)
        return told(findings.front());
    std::string names;
    for (const Finding& finding : findings)
        names += fmt::format("{}{}", names.empty() ? "" : ", ",
                             finding.report ? finding.report->name : std::to_string(finding.pid));
    return no(fmt::format("{} are running, name one of them: {}", findings.size(), names));
}

/// The directories in `parent`; nothing where it cannot be read.
std::vector<std::string> directories_in(const std::string& parent)
{
    std::vector<std::string> found;
    std::error_code error;
    std::filesystem::directory_iterator entry(parent, error);
    for (; !error && entry != std::filesystem::directory_iterator(); entry.increment(error))
        found.push_back(entry->path().string());
    return found;
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

std::vector<std::string> places_of_supervisors(const Environment& environment)
{
    std::vector<std::string> places = PrivateDirectory::candidates(environment);
    places.push_back(fmt::format("/run/user/{}", ::geteuid()));
    for (const std::string parent : {"/run/autossh", "/run/user"})
        if (parent == "/run/autossh" || ::geteuid() == 0)
            std::ranges::copy(directories_in(parent), std::back_inserter(places));
    std::ranges::sort(places);
    places.erase(std::unique(places.begin(), places.end()), places.end());
    return places;
}

CheckResult check(const CheckTarget& target, const std::vector<std::string>& places)
{
    Findings findings;
    for (const std::string& place : places)
        for (const PrivateDirectory::Found& found : PrivateDirectory::find(place)) {
            Finding finding = ask(found);
            finding.place = place;
            if (is_there(finding))
                findings.push_back(std::move(finding));
        }
    if (!target.pid_file.empty())
        return check_pid(target.pid_file, findings);
    if (!target.name.empty())
        return check_name(target.name, findings);
    return check_only_one(std::move(findings));
}

}  // namespace autossh
