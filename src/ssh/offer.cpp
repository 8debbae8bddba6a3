#include "autossh/ssh/offer.hpp"

#include "autossh/base/text.hpp"

#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <sys/un.h>

namespace autossh {

namespace {

/// What ssh itself would look for. (What is made there is a link, which has no such limit.)
constexpr std::size_t longest_path = sizeof(sockaddr_un::sun_path) - 1;

constexpr std::string_view none_configured =
    "--share: ssh's configuration has no ControlPath for this destination; put these two lines into "
    "~/.ssh/config: \"Host {}\" and \"    ControlPath ~/.ssh/cm-%C\"";

Offer mistake(std::string words)
{
    return {.path = "", .mistake = std::move(words), .reason_against = ""};
}

/// That there is no control line has reasons of its own.
Offer without_line(const SshChoices& choices, const SshConfig& config, const ControlLine& line)
{
    if (choices.sharing != Sharing::unasked)
        return mistake("--share: ssh's words have -M, -S, -O, ControlMaster, ControlPath or ControlPersist, "
                       "which --share takes over; leave them out; --share=PATH gives another path");
    if (!line.reason_against.empty())
        return mistake(fmt::format("--share: there is no control line: {}", line.reason_against));
    const bool no_session = choices.no_session || config.value("sessiontype") == "none";
    if (!no_session || choices.forwards_stdio || choices.subsystem)
        return mistake("--share: only a tunnel without a command or shell can be shared: give -N");
    return {.path = "", .mistake = "", .reason_against = "there is no private directory for its socket"};
}

}  // namespace

Offer offer_of(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
               const ControlLine& line)
{
    if (!settings.share)
        return {};
    if (line.path.empty())
        return without_line(choices, config, line);
    const std::string path = config.value("controlpath");
    const std::string host = config.value(config.value("host").empty() ? "hostname" : "host");
    if (!is_set(path))
        return mistake(fmt::format(none_configured, one_line(host)));
    if (!path.starts_with('/'))
        return mistake(fmt::format("--share: the ControlPath {} is not absolute, so that each ssh would look "
                                   "for it in its own directory",
                                   one_line(path)));
    if (path.size() > longest_path)
        return mistake(fmt::format("--share: the ControlPath {} is too long for a socket: {} bytes, {} at "
                                   "most",
                                   one_line(path), path.size(), longest_path));
    return {.path = path, .mistake = "", .reason_against = ""};
}

Offer offer_without_answer(const TunnelSettings& settings, const std::string& doubt)
{
    if (!settings.share)
        return {};
    return {.path = "", .mistake = "", .reason_against = doubt};
}

Offer offer_without_client(const TunnelSettings& settings, const std::string& doubt)
{
    if (!settings.share)
        return {};
    return mistake(fmt::format("--share: {}; AUTOSSH_PLAIN=no says that it is", doubt));
}

Command command_to_ask(const TunnelSettings& settings)
{
    Command command = settings.ssh;
    if (!settings.share || settings.share->empty())
        return command;
    const bool has_blank = settings.share->find_first_of(" \t") != std::string::npos;
    const std::string value = has_blank ? fmt::format("\"{}\"", *settings.share) : *settings.share;
    command.arguments.insert(command.arguments.begin() + 1, {"-o", "ControlPath=" + value});
    return command;
}

}  // namespace autossh
