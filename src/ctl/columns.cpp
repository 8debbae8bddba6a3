#include "autossh/ctl/columns.hpp"

#include "autossh/base/numbers.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string forward_in_short(const ForwardFacts& forward)
{
    std::string words = forward.name.empty() ? "" : forward.name + " ";
    words += fmt::format("{} {}", forward.kind, forward.listen);
    if (forward.port && !forward.listen.ends_with(fmt::format("{}", *forward.port)))
        words += fmt::format(" (port {})", *forward.port);
    return words;
}

bool is_refused(const ForwardFacts& forward)
{
    return forward.state == "refused";
}

std::string first_refused(const TunnelFacts& tunnel)
{
    const auto refused = std::ranges::count_if(tunnel.forwards, is_refused);
    const auto first = std::ranges::find_if(tunnel.forwards, is_refused);
    if (first == tunnel.forwards.end())
        return "";
    std::string words = fmt::format("{}: {}", forward_in_short(*first),
                                    first->text.empty() ? std::string("refused") : first->text);
    return refused == 1 ? words : words + fmt::format(", +{}", refused - 1);
}

std::string forwards_in_short(const TunnelFacts& tunnel)
{
    if (tunnel.forwards.empty())
        return tunnel.description.empty() ? tunnel.host : tunnel.description;
    const ForwardFacts& first = tunnel.forwards.front();
    std::string words = forward_in_short(first);
    if (!first.to.empty())
        words += " -> " + first.to;
    if (tunnel.forwards.size() > 1)
        words += fmt::format(", +{}", tunnel.forwards.size() - 1);
    const std::string refused = first_refused(tunnel);  // one that may be: it is up all the same
    return refused.empty() ? words : fmt::format("{}; {}", words, refused);
}

std::string trouble_of(const TunnelFacts& tunnel, WallTime now)
{
    std::string words = tunnel.cause.text;
    if (words.empty() && tunnel.health == "impaired")
        words = first_refused(tunnel);
    const auto add = [&words](const std::string& more) { words += (words.empty() ? "" : "; ") + more; };
    if (tunnel.queued > 0 && words.find(" before it)") == words.npos)
        add(fmt::format("for its turn ({} before it)", tunnel.queued));
    if (tunnel.tries == 0 || tunnel.state == "gave-up")
        return words;
    const auto left = tunnel.next_try ? std::chrono::ceil<std::chrono::seconds>(*tunnel.next_try - now)
                                      : std::chrono::seconds(0);
    add(fmt::format("try {}{}", tunnel.tries + 1, left.count() > 0 ? " in " + for_people(left) : ""));
    return words;
}

std::string with_remedy(std::string words, const TunnelFacts& tunnel)
{
    if (tunnel.cause.remedy.empty())
        return words;
    return fmt::format("{}{}remedy: {}", words, words.empty() ? "" : "; ", tunnel.cause.remedy);
}

bool is_up(const TunnelFacts& tunnel)
{
    return tunnel.health == "up";
}

}  // namespace

std::string time_for_table(Seconds time)
{
    const auto seconds = std::max<std::int64_t>(0, std::chrono::floor<std::chrono::seconds>(time).count());
    constexpr std::int64_t minute = 60;
    constexpr std::int64_t hour = 60 * minute;
    constexpr std::int64_t day = 24 * hour;
    if (seconds < minute)
        return fmt::format("{} s", seconds);
    if (seconds < 10 * minute)
        return fmt::format("{} m {:02}s", seconds / minute, seconds % minute);
    if (seconds < hour)
        return fmt::format("{} m", seconds / minute);
    if (seconds < day)
        return fmt::format("{} h {:02}m", seconds / hour, seconds % hour / minute);
    if (seconds < 100 * day)
        return fmt::format("{} d {:02}h", seconds / day, seconds % day / hour);
    return fmt::format("{} d", seconds / day);
}

std::string round_trip_for_table(const std::optional<Seconds>& time)
{
    if (!time || !std::isfinite(time->count()) || time->count() < 0 || time->count() > 1e6)
        return "-";
    const double milliseconds = time->count() * 1000;
    if (milliseconds < 1)
        return "<1ms";
    if (milliseconds < 1000)
        return fmt::format("{}ms", static_cast<int>(milliseconds));
    return fmt::format("{:.1f}s", time->count());
}

std::string part_for_table(const std::optional<double>& part)
{
    if (!part || !(*part >= 0 && *part <= 1))
        return "-";
    constexpr double rounding = 1e-9;  // 0.9998 is 9997.999… ten-thousandths
    const auto hundredths = static_cast<int>(std::floor(*part * 10'000 + rounding));
    return fmt::format("{}.{:02}%", hundredths / 100, hundredths % 100);
}

std::string state_for_table(const TunnelFacts& tunnel)
{
    return tunnel.state == "gave-up" ? "gave up" : tunnel.state;
}

std::string detail_for_table(const TunnelFacts& tunnel, WallTime now, bool wide)
{
    if (tunnel.health == "stopped")
        return fmt::format("{}{}(autosshctl start {})", tunnel.stopped, tunnel.stopped.empty() ? "" : " ",
                           tunnel.name);
    std::string words = is_up(tunnel) ? "" : trouble_of(tunnel, now);
    if (words.empty())
        words = forwards_in_short(tunnel);
    return wide && !is_up(tunnel) ? with_remedy(std::move(words), tunnel) : words;
}

std::string single_detail_for_table(const SeenDaemon& daemon, const TunnelFacts& tunnel, WallTime now,
                                    bool wide)
{
    std::string words = fmt::format("pid {}", daemon.facts.pid);
    if (!daemon.takes_orders)
        words += ", an older autossh: takes no orders";
    else if (!tunnel.origin.empty())
        words += ", " + tunnel.origin;
    if (is_up(tunnel))
        return words;
    const std::string trouble = detail_for_table(tunnel, now, wide);
    return trouble.empty() ? words : fmt::format("{}; {}", trouble, words);
}

std::string coloured(const std::string& state, const std::string& health)
{
    const std::string_view code = health == "up"         ? "32"
                                  : health == "impaired" ? "33"
                                  : health == "stopped"  ? "2"
                                                         : "31";
    return fmt::format("\x1b[{}m{}\x1b[0m", code, state);
}

int rank_for_table(const TunnelFacts& tunnel)
{
    if (tunnel.health == "down")
        return tunnel.state == "gave-up" ? 0 : 1;
    constexpr std::array<std::string_view, 3> others{"impaired", "up", "stopped"};
    const auto found = std::ranges::find(others, tunnel.health);
    return found == others.end() ? 1 : 2 + static_cast<int>(found - others.begin());
}

}  // namespace autossh
