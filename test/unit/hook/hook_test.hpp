// What tests of hooks make news of.
#pragma once

#include "autossh/hook/news.hpp"

#include <string>
#include <vector>

namespace autossh_test {

inline autossh::HookSettings hook_on(std::vector<autossh::HookEvent> on)
{
    autossh::HookSettings hook;
    hook.name = "page";
    hook.run = {"/etc/page"};
    hook.on = std::move(on);
    hook.batch = autossh::Duration::zero();
    return hook;
}

inline autossh::HookNews about(const std::string& tunnel, autossh::HookEvent event)
{
    autossh::HookNews news;
    news.event = event;
    news.tunnel = tunnel;
    return news;
}

/// "down a, fleet-down 6, recovered b"
inline std::string in_words(const std::vector<autossh::HookCall>& calls)
{
    std::string words;
    for (const autossh::HookCall& call : calls) {
        const bool is_one = !call.is_about_many();
        const autossh::HookNews& first = call.about.front();
        words +=
            (words.empty() ? "" : ", ") + std::string(name(call.event)) + ' ' +
            (is_one ? (first.tunnel.empty() ? first.box : first.tunnel) : std::to_string(call.about.size()));
    }
    return words;
}

}  // namespace autossh_test
