#include "autossh/ctl/seen.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"

#include <array>
#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

/// How a status in words begins: name of the state, with a hyphen where the words have none.
constexpr std::array<std::string_view, 9> states{
    "authenticated", "connecting", "degraded", "gave up", "starting", "stopping", "suspect", "up", "waiting"};

constexpr std::array<std::string_view, 3> healths{"up", "impaired", "down"};

std::string state_at_the_front(std::string_view words)
{
    for (const std::string_view state : states)
        if (words.starts_with(state))
            return state == "gave up" ? "gave-up" : std::string(state);
    return "";
}

std::optional<std::chrono::seconds> unit_of(std::string_view word)
{
    if (word == "s")
        return std::chrono::seconds(1);
    if (word == "m")
        return std::chrono::minutes(1);
    if (word == "h")
        return std::chrono::hours(1);
    if (word == "d")
        return std::chrono::hours(24);
    return std::nullopt;
}

/// "up for 3 h 12 m; …": as for_people() has written it.
std::optional<std::chrono::seconds> time_behind_for(std::string_view words)
{
    constexpr std::string_view before = " for ";
    const std::size_t at = words.find(before);
    if (at == words.npos)
        return std::nullopt;
    words.remove_prefix(at + before.size());
    std::chrono::seconds time{};
    bool has_any = false;
    std::optional<std::int64_t> number;
    for (const std::string& word : words_of(words.substr(0, words.find_first_of(";:")))) {
        const auto unit = unit_of(word);
        if (number && unit) {
            time += *number * *unit;
            has_any = true;
        }
        number = parse_integer(word);
    }
    return has_any ? std::optional(time) : std::nullopt;
}

std::string cause_in(std::string_view words)
{
    const std::size_t colon = words.find(": ");
    return colon == words.npos ? "" : std::string(words.substr(colon + 2));
}

}  // namespace

SeenDaemon older_daemon(const std::string& name, pid_t pid, int health, const std::string& words,
                        WallTime now)
{
    TunnelFacts tunnel;
    tunnel.name = name;
    tunnel.state = state_at_the_front(words);
    tunnel.health = healths.at(static_cast<std::size_t>(health));
    tunnel.words = words;
    if (tunnel.state.empty())
        tunnel.state = tunnel.health;
    if (const auto time = time_behind_for(words); time && !tunnel.state.empty())
        tunnel.since = now - *time;
    if (tunnel.health != "up")
        tunnel.cause.text = cause_in(words);
    SeenDaemon daemon;
    daemon.facts.name = name;
    daemon.facts.kind = "single";
    daemon.facts.pid = pid;
    daemon.facts.tunnels.push_back(std::move(tunnel));
    daemon.takes_orders = false;
    return daemon;
}

std::vector<SeenDaemon> meant_daemons(std::vector<SeenDaemon> daemons, std::string_view daemon)
{
    if (!daemon.empty())
        std::erase_if(daemons, [&](const SeenDaemon& one) {
            return one.facts.name != daemon && std::to_string(one.facts.pid) != daemon;
        });
    return daemons;
}

std::string in_words(const SeenDaemon& daemon)
{
    if (daemon.is_fleet())
        return fmt::format("fleet \"{}\" (pid {})", daemon.facts.name, daemon.facts.pid);
    if (daemon.facts.name.empty())
        return fmt::format("autossh (pid {})", daemon.facts.pid);
    return fmt::format("{} (pid {})", daemon.facts.name, daemon.facts.pid);
}

}  // namespace autossh
