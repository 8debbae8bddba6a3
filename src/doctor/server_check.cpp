#include "autossh/doctor/server_check.hpp"

#include "autossh/base/text.hpp"
#include "autossh/doctor/told_cause.hpp"

#include <algorithm>
#include <set>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string server_in_words(const ServerLook& look)
{
    return look.address.empty() || look.address == look.host
               ? fmt::format("{} port {}", look.host, look.port)
               : fmt::format("{} ({}) port {}", look.host, look.address, look.port);
}

Finding unreachable(const ServerLook& look, Cause cause, const std::string& told)
{
    const CauseValues values{{"told", told},      {"subject", look.host},    {"host", look.host},
                             {"port", look.port}, {"address", look.address}, {"greeting", look.greeting}};
    return told_cause(Grade::fail, "server", cause, values);
}

Cause cause_of(const ServerLook& look)
{
    switch (look.reach) {
    case ServerLook::Reach::name_unknown: return Cause::name_unknown;
    case ServerLook::Reach::name_server_silent: return Cause::name_server_silent;
    case ServerLook::Reach::refused: return Cause::refused;
    case ServerLook::Reach::no_route: return Cause::no_route;
    case ServerLook::Reach::no_greeting: return Cause::no_greeting;
    case ServerLook::Reach::shut_out: return Cause::shut_out;
    case ServerLook::Reach::too_many: return Cause::too_many_startups;
    case ServerLook::Reach::stranger:
        return look.greeting.starts_with("HTTP/") ? Cause::web_server : Cause::no_sshd;
    default: return Cause::no_answer;
    }
}

std::string told_of(const ServerLook& look)
{
    const std::string server = server_in_words(look);
    switch (look.reach) {
    case ServerLook::Reach::name_unknown: return fmt::format("the name {} is not known", look.host);
    case ServerLook::Reach::name_server_silent:
        return fmt::format("the name server does not answer for {}", look.host);
    case ServerLook::Reach::refused: return fmt::format("connection refused by {}", server);
    case ServerLook::Reach::no_route: return fmt::format("no route to {}", server);
    case ServerLook::Reach::silent: return fmt::format("{} takes the connection, and says nothing", server);
    default: return fmt::format("no answer from {}", server);
    }
}

}  // namespace

Findings server_findings(const ServerLook& look)
{
    using enum ServerLook::Reach;
    switch (look.reach) {
    case not_tried:
        return {fine("server", fmt::format("{}: not tried, as {}", server_in_words(look), look.why))};
    case connected: return {fine("server", fmt::format("{}: a tunnel is up to it", server_in_words(look)))};
    case answers:
        return {fine("server", fmt::format("{} answers ({})", server_in_words(look), look.greeting))};
    case silent:
        return {failing("server", told_of(look),
                        fmt::format("look at {} by another way, such as its console: its sshd or all of it "
                                    "hangs; or another program has the port: -p PORT",
                                    look.host))};
    default: return {unreachable(look, cause_of(look), told_of(look))};
    }
}

/// sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT": each line below one that begins with #.
void note_known_keys(HostKeyLook& look, std::string_view found)
{
    std::set<std::string> known;
    std::set<std::string> revoked;
    for (const std::string& line : lines_of(found)) {
        const std::vector<std::string> words = words_of(line);
        const bool has_marker = line.starts_with('@');
        const std::size_t key = has_marker ? 3 : 2;
        if (line.starts_with('#') || words.size() <= key)
            continue;
        (words.front() == "@revoked" ? revoked : known).insert(words[key]);
    }
    look.is_known = !std::ranges::includes(revoked, known);
    look.is_revoked = !look.is_known && !revoked.empty();
}

Findings host_key_findings(const HostKeyLook& look)
{
    if (!look.can_be_known)
        return {fine("host key", fmt::format("{}: not looked up, as {}", look.name, look.why))};
    if (look.is_known)
        return {fine("host key", fmt::format("the host key of {} is known", look.name))};
    if (look.is_revoked)
        return {failing("host key", fmt::format("the host key of {} is revoked (@revoked)", look.name),
                        "have the server's administrator give it another host key, and enter that")};
    if (look.checking == "no" || look.checking == "false" || look.checking == "off" ||
        look.checking == "accept-new")
        return {fine("host key", fmt::format("the host key of {} is not known yet, and the first one is "
                                             "taken (StrictHostKeyChecking {})",
                                             look.name, look.checking))};
    const Cause cause = look.is_elsewhere ? Cause::host_key_unknown_elsewhere : Cause::host_key_unknown;
    return {told_cause(
        Grade::fail, "host key", cause,
        {{"told", fmt::format("the host key of {} is not known", look.name)}, {"login", look.login}})};
}

}  // namespace autossh
