#include "autossh/settings/fleet_difference.hpp"

#include "autossh/settings/ssh_letters.hpp"

#include <algorithm>
#include <cstddef>

#include <fmt/core.h>

namespace autossh {

namespace {

using Words = std::vector<std::string>;

bool is_forward(const std::string& word)
{
    return word == "-L" || word == "-R" || word == "-D";
}

/// Takes the forwards out of words for ssh, as the file's keys put them there: a letter and a word.
Words take_forwards(Words& words)
{
    Words forwards;
    Words others;
    std::size_t i = 0;
    while (i < words.size()) {
        const std::string& word = words[i];
        if (i > 0 && !word.starts_with('-'))  // the destination: what follows is for the far side
            break;
        const bool has_value =
            word.size() == 2 && ssh_option(word[1]) == SshOption::takes_value && i + 1 < words.size();
        if (has_value && is_forward(word))
            forwards.push_back(fmt::format("{} {}", word[1], words[i + 1]));
        else
            others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(i),
                          words.begin() + static_cast<std::ptrdiff_t>(i + (has_value ? 2 : 1)));
        i += has_value ? 2 : 1;
    }
    others.insert(others.end(), words.begin() + static_cast<std::ptrdiff_t>(i), words.end());
    words = std::move(others);
    return forwards;
}

/// What may change while ssh runs, as `next` has it. The rest depends on these being given or not.
void take_over_times(TunnelSettings& settings, const TunnelSettings& next)
{
    settings.priority = next.priority;
    settings.after = next.after;
    settings.net_timeout = next.net_timeout;
    settings.backoff_max = next.backoff_max;
    settings.kill_time = next.kill_time;
    settings.max_lifetime = next.max_lifetime;
    settings.max_start = next.max_start;
    settings.renew = next.renew;
    settings.renew_grace = next.renew_grace;
    settings.gate_time = next.gate_time;
    settings.gate_given = next.gate_given;
    settings.exit_on = next.exit_on;
    if (settings.poll_given != next.poll_given)
        return;
    settings.poll = next.poll;
    settings.first_poll = next.first_poll;
    settings.test_interval = next.test_interval;
}

}  // namespace

std::vector<std::string> forwards_among(std::span<const std::string> words)
{
    Words all(words.begin(), words.end());
    return take_forwards(all);
}

FleetChange change_between(const FleetTunnel& now, const FleetTunnel& next)
{
    TunnelSettings settings = now.settings.tunnel;
    const TunnelSettings& wanted = next.settings.tunnel;
    settings.ssh_names_asker = wanted.ssh_names_asker;  // found out, and not in the file
    if (settings == wanted) {
        const bool is_same = now.groups == next.groups && now.description == next.description;
        return is_same ? FleetChange::none : FleetChange::labels;
    }
    take_over_times(settings, wanted);
    if (settings == wanted)
        return FleetChange::times;
    TunnelSettings stripped = wanted;
    static_cast<void>(take_forwards(settings.ssh.arguments));
    static_cast<void>(take_forwards(stripped.ssh.arguments));
    settings.forwards = stripped.forwards;  // their names and needs go with them
    return settings == stripped ? FleetChange::forwards : FleetChange::all;
}

std::string difference_of_forwards(const FleetTunnel& now, const FleetTunnel& next)
{
    const Words before = forwards_among(now.settings.tunnel.ssh.arguments);
    const Words after = forwards_among(next.settings.tunnel.ssh.arguments);
    std::string words;
    const auto tell = [&words](const Words& those, const Words& not_among, std::string_view verb) {
        for (const std::string& forward : those)
            if (std::ranges::find(not_among, forward) == not_among.end())
                words += fmt::format("{}{} {}", words.empty() ? "" : ", ", forward, verb);
    };
    tell(after, before, "opened");
    tell(before, after, "closed");
    return words;
}

}  // namespace autossh
