#include "autossh/ctl/watch_details.hpp"

#include "autossh/ctl/columns.hpp"
#include "autossh/ctl/sparkline.hpp"

#include <fmt/core.h>
#include <fmt/format.h>

namespace autossh {

namespace {

/// "Label:      text", where there is a text.
void add_line(std::vector<std::string>& lines, std::string_view label, const std::string& text)
{
    if (!text.empty())
        lines.push_back(fmt::format("{:<14}{}", label.empty() ? "" : fmt::format("{}:", label), text));
}

std::string state_line(const WatchedDaemon& daemon, const TunnelFacts& tunnel, WallTime now)
{
    if (!daemon.lost.empty())
        return fmt::format("not known: {} {}; it was {}", in_words(daemon.seen), daemon.lost,
                           state_for_table(tunnel));
    std::string words = state_for_table(tunnel);
    if (tunnel.since)
        words += " for " + time_for_table(now - *tunnel.since);
    if (!tunnel.stopped.empty())
        words += ", " + tunnel.stopped;
    return words;
}

std::string server_line(const TunnelFacts& tunnel)
{
    const ServerFacts& server = tunnel.server;
    std::string words = tunnel.host;
    if (!server.name.empty() && server.name != tunnel.host)
        words += fmt::format(" ({})", server.name);
    if (!server.address.empty() && server.address != server.name)
        words += " at " + server.address;
    return server.port == 0 ? words : words + fmt::format(" port {}", server.port);
}

std::string tests_line(const RoundTripFacts& trips, bool utf8)
{
    if (trips.tests == 0)
        return "";
    std::string words = fmt::format("{} in this session, {} failed", trips.tests, trips.failed);
    if (trips.last)
        words +=
            fmt::format("; last {}, half of them within {}, 95 % within {}", round_trip_for_table(trips.last),
                        round_trip_for_table(trips.p50), round_trip_for_table(trips.p95));
    return trips.recent.empty() ? words : fmt::format("{}  {}", words, sparkline(trips.recent, utf8));
}

std::string availability_line(const AvailabilityFacts& availability)
{
    if (!availability.day && !availability.week && !availability.month)
        return "";
    return fmt::format("{} of a day, {} of 7 days, {} of 30 days", part_for_table(availability.day),
                       part_for_table(availability.week), part_for_table(availability.month));
}

std::string forward_line(const ForwardFacts& forward)
{
    std::string words = fmt::format("-{} {}", forward.kind, forward.listen);
    if (!forward.to.empty())
        words += " -> " + forward.to;
    if (!forward.name.empty())
        words += fmt::format(" \"{}\"", forward.name);
    if (forward.port)
        words += fmt::format(", port {}", *forward.port);
    words += fmt::format(", {}: {}", forward.need, forward.state);
    return forward.text.empty() ? words : fmt::format("{}: {}", words, forward.text);
}

std::string next_try_line(const TunnelFacts& tunnel, WallTime now)
{
    if (tunnel.tries == 0 && !tunnel.next_try)
        return "";
    std::string words = fmt::format("number {}", tunnel.tries + 1);
    if (tunnel.next_try && *tunnel.next_try > now)
        words += " in " + time_for_table(*tunnel.next_try - now);
    return words;
}

}  // namespace

std::vector<std::string> watch_details(const WatchedDaemon& daemon, const TunnelFacts& tunnel, bool utf8,
                                       WallTime now)
{
    std::vector<std::string> lines;
    add_line(lines, "State", state_line(daemon, tunnel, now));
    const bool has_trouble = daemon.lost.empty() && tunnel.health != "up" && tunnel.health != "stopped";
    if (has_trouble) {
        add_line(lines, "Cause", tunnel.cause.text);
        add_line(lines, "Class", tunnel.cause.failure_class);
        add_line(lines, "Remedy", tunnel.cause.remedy);
        add_line(lines, "Next try", next_try_line(tunnel, now));
        add_line(lines, "Before it", tunnel.queued == 0 ? "" : fmt::format("{}", tunnel.queued));
    }
    add_line(lines, "Server", server_line(tunnel));
    add_line(lines, "Description", tunnel.description);
    add_line(lines, "Groups", fmt::format("{}", fmt::join(tunnel.groups, ", ")));
    add_line(lines, "Kept by", in_words(daemon.seen));
    add_line(lines, "From", tunnel.origin);
    add_line(lines, "ssh", tunnel.pid == 0 ? "" : fmt::format("pid {}", tunnel.pid));
    add_line(lines, "Starts", tunnel.starts == 0 ? "" : fmt::format("{}", tunnel.starts));
    add_line(lines, "Up for", tunnel.up_since ? time_for_table(now - *tunnel.up_since) : "");
    add_line(lines, "Tests", tests_line(tunnel.round_trip, utf8));
    add_line(lines, "Was up", availability_line(tunnel.availability));
    for (std::size_t i = 0; i < tunnel.forwards.size(); ++i)
        add_line(lines, i == 0 ? "Forwards" : "", forward_line(tunnel.forwards[i]));
    return lines;
}

}  // namespace autossh
