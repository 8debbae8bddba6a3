#include "autossh/ssh/jump_hosts.hpp"

#include "autossh/ssh/choices.hpp"

#include <algorithm>
#include <span>

namespace autossh {

namespace {

JumpHost jump_host(std::string_view text)
{
    constexpr std::string_view scheme = "ssh://";
    if (text.starts_with(scheme))
        text.remove_prefix(scheme.size());
    JumpHost host;
    const std::size_t at = text.rfind('@');
    if (at != std::string_view::npos) {
        host.user = text.substr(0, at);
        text.remove_prefix(at + 1);
    }
    const std::size_t bracket = text.find(']');
    const std::size_t colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
    const bool has_port =
        colon != std::string_view::npos && text.find(':', colon + 1) == std::string_view::npos;
    if (has_port) {
        host.port = text.substr(colon + 1);
        text = text.substr(0, colon);
    }
    if (text.starts_with('[') && text.ends_with(']'))
        text = text.substr(1, text.size() - 2);
    host.host = text;
    return host;
}

}  // namespace

std::vector<JumpHost> jump_hosts(std::string_view proxy_jump)
{
    std::vector<JumpHost> hosts;
    if (proxy_jump == "none")
        return hosts;
    while (!proxy_jump.empty()) {
        const std::string_view one = proxy_jump.substr(0, proxy_jump.find(','));
        proxy_jump.remove_prefix(std::min(one.size() + 1, proxy_jump.size()));
        if (JumpHost host = jump_host(one); !host.host.empty())
            hosts.push_back(std::move(host));
    }
    return hosts;
}

Command command_for(const JumpHost& host, const Command& ssh)
{
    Command command{.file = ssh.file,
                    .arguments = {ssh.arguments.empty() ? ssh.file : ssh.arguments.front()}};
    std::vector<std::string>& words = command.arguments;
    const auto add = [&words](const char* option, const std::string& value) {
        if (!value.empty())
            words.insert(words.end(), {option, value});
    };
    add("-F", choices_of(std::span(ssh.arguments).subspan(ssh.arguments.empty() ? 0 : 1)).configuration);
    add("-l", host.user);
    add("-p", host.port);
    add("--", host.host);
    return command;
}

}  // namespace autossh
