#include "autossh/ssh/login_identity.hpp"

#include "autossh/ssh/jump_hosts.hpp"

#include <algorithm>
#include <array>
#include <functional>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

namespace {

/// They say nothing of the log-in.
constexpr std::array<std::string_view, 6> not_of_login{"localforward",   "remoteforward",
                                                       "dynamicforward", "exitonforwardfailure",
                                                       "gatewayports",   "streamlocalbindunlink"};

/// A path with the name as it was typed, or by which known_hosts has it, makes that name matter.
bool depends_on_name(std::string_view lines)
{
    return lines.find("%n") != std::string_view::npos || lines.find("%k") != std::string_view::npos;
}

std::string lines_of_login(std::string_view lines)
{
    std::string kept;
    const bool name_counts = depends_on_name(lines);
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(std::min(line.size() + 1, lines.size()));
        const std::string_view keyword = line.substr(0, line.find(' '));
        const bool counts =
            keyword == "host" ? name_counts : std::ranges::find(not_of_login, keyword) == not_of_login.end();
        if (counts)
            kept.append(line).append("\n");
    }
    return kept;
}

}  // namespace

std::uint64_t login_identity(const SshConfig& config, const TunnelSettings& settings)
{
    std::string all = lines_of_login(config.text());
    all.append(settings.ssh.file).append("\n");
    for (const std::string& variable : settings.ssh.environment)
        all.append(variable).append("\n");
    for (const SecretRule& rule : settings.secrets) {
        all += fmt::format("{} {} {} {}\n", rule.pattern, static_cast<int>(rule.source.kind), rule.source.fd,
                           rule.source.name);
        for (const std::string& word : rule.source.command)
            all.append(word).append("\n");
    }
    return std::max<std::uint64_t>(1, std::hash<std::string>()(all));
}

std::string first_server(const SshConfig& config)
{
    const auto jumps = jump_hosts(config.value("proxyjump"));
    if (!jumps.empty())
        return fmt::format("{} {}", jumps.front().host,
                           jumps.front().port.empty() ? "22" : jumps.front().port);
    return fmt::format("{} {}", config.value("hostname"), config.value("port"));
}

}  // namespace autossh
