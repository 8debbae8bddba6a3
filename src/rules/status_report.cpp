#include "autossh/rules/status_report.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace autossh {

namespace {

/// As many are told as a line has room for.
constexpr std::size_t most_ports = 8;

/// In whole seconds: nobody wants to know more.
std::string lasted(Time from, Time now)
{
    return for_people(
        std::max(std::chrono::seconds(0), std::chrono::floor<std::chrono::seconds>(now - from)));
}

/// Where a forward was asked for without a port (-R 0:…), whoever wants to use it has to know.
std::string ports_in_words(const std::vector<std::string>& ports)
{
    if (ports.empty())
        return "";
    const std::size_t told = std::min(ports.size(), most_ports);
    std::string words =
        fmt::format("; allocated port{} {}", ports.size() == 1 ? "" : "s",
                    fmt::join(ports.begin(), ports.begin() + static_cast<std::ptrdiff_t>(told), ", "));
    if (told < ports.size())
        words += fmt::format(" and {} more", ports.size() - told);
    return words;
}

std::string forwards_in_words(const Status& status)
{
    return status.forwards.empty() ? "" : fmt::format("; forwards: {}", status.forwards);
}

std::string with_semicolon(const std::string& words)
{
    return words.empty() ? "" : "; " + words;
}

std::string up_in_words(const Status& status, Time now)
{
    std::string words = fmt::format("up for {}", lasted(status.up_since.value_or(status.since), now));
    if (status.last_test)
        words += fmt::format("; last test {} ms", std::max<std::int64_t>(1, status.last_test->count()));
    return words + with_semicolon(status.sharing) + ports_in_words(status.allocated_ports) +
           forwards_in_words(status);
}

std::string with_trouble(const Status& status, Time now)
{
    if (status.trouble.empty())
        return "";
    if (!status.down_since)
        return fmt::format("; not up before: {}", status.trouble);
    return fmt::format("; down for {}: {}", lasted(*status.down_since, now), status.trouble);
}

std::string waiting_in_words(const Status& status, Time now)
{
    if (!status.hold.empty())
        return fmt::format("waiting: {}{}", status.hold, with_trouble(status, now));
    if (!status.next_try)
        return fmt::format("waiting for a way to the server: {}", status.cause);
    if (*status.next_try <= now)
        return fmt::format("waiting: {}", status.cause);
    const auto left = std::chrono::ceil<std::chrono::seconds>(*status.next_try - now);
    return fmt::format("waiting {}: {}", for_people(left), status.cause);
}

std::string coming_up_in_words(const Status& status, Time now)
{
    std::string words(name(status.state));
    if (status.since == Time{})  // nothing has happened yet
        return words;
    words += fmt::format(" for {}", lasted(status.since, now));
    if (!status.silence.empty())
        words += "; " + status.silence;
    return words + with_trouble(status, now);
}

}  // namespace

Health health(const Status& status)
{
    switch (status.state) {
    case State::up: return Health::up;
    case State::degraded:
    case State::suspect: return Health::impaired;
    case State::starting:
    case State::connecting:
    case State::authenticated: return status.tried_in_vain ? Health::down : Health::impaired;
    case State::waiting:
        if (status.is_in_line && !status.tried_in_vain && !status.down_since)
            return Health::impaired;  // as it is when it is started
        return Health::down;
    case State::stopping:
    case State::gave_up: return Health::down;
    }
    return Health::down;
}

namespace {

std::string state_in_words(const Status& status, Time now)
{
    switch (status.state) {
    case State::up: return up_in_words(status, now);
    case State::degraded:
    case State::suspect:
        return fmt::format("{} for {}{}: {}{}", name(status.state), lasted(status.since, now),
                           ports_in_words(status.allocated_ports), status.cause,
                           with_semicolon(status.sharing) + forwards_in_words(status));
    case State::waiting: return waiting_in_words(status, now);
    case State::stopping: return fmt::format("stopping: {}", status.cause);
    case State::gave_up: return fmt::format("gave up: {}", status.cause);
    case State::starting:
    case State::connecting:
    case State::authenticated: return coming_up_in_words(status, now);
    }
    return "";
}

}  // namespace

std::string in_words(const Status& status, Time now)
{
    const std::string words = state_in_words(status, now);
    const bool helps = !status.remedy.empty() && status.state != State::up && status.state != State::stopping;
    return helps ? fmt::format("{}; remedy: {}", words, status.remedy) : words;
}

std::string to_text(const StatusReport& report)
{
    return fmt::format("name {}\npid {}\nhealth {}\nwords {}\nend\n", one_line(report.name), report.pid,
                       static_cast<int>(report.health), one_line(report.words));
}

std::optional<StatusReport> take_status_report(std::string_view& text)
{
    StatusReport report;
    bool has_pid = false;
    bool has_health = false;
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(end + 1);
        const std::size_t blank = std::min(line.find(' '), line.size());
        const std::string_view key = line.substr(0, blank);
        const std::string_view value = line.substr(std::min(blank + 1, line.size()));
        if (key == "end")
            return has_pid && has_health ? std::optional(report) : std::nullopt;
        const auto number = parse_integer(value);
        if (key == "name")
            report.name = one_line(value);
        if (key == "words")
            report.words = one_line(value);
        if (key == "pid" && number && *number > 0 && *number <= std::numeric_limits<pid_t>::max()) {
            report.pid = static_cast<pid_t>(*number);
            has_pid = true;
        }
        if (key == "health" && number && *number >= 0 && *number <= static_cast<int>(Health::down)) {
            report.health = static_cast<Health>(*number);
            has_health = true;
        }
    }
    return std::nullopt;
}

std::optional<StatusReport> status_report_from(std::string_view text)
{
    return take_status_report(text);
}

}  // namespace autossh
