#include "autossh/ctl/order_plan.hpp"

#include "autossh/control/request.hpp"
#include "autossh/control/selection.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <map>

#include <fmt/core.h>

namespace autossh {

namespace {

std::vector<TunnelLabel> labels_of(const SeenDaemon& daemon)
{
    std::vector<TunnelLabel> labels;
    for (const TunnelFacts& tunnel : daemon.facts.tunnels)
        labels.push_back({tunnel.name, tunnel.groups});
    return labels;
}

std::vector<std::string> names_meant(const SeenDaemon& daemon, std::span<const std::string> patterns)
{
    const std::vector<TunnelLabel> labels = labels_of(daemon);
    if (!patterns.empty())
        return selected(labels, patterns).names;
    std::vector<std::string> names;
    for (const TunnelLabel& label : labels)
        names.push_back(label.name);
    return names;
}

}  // namespace

OrderPlan order_plan(std::span<const SeenDaemon> daemons, std::span<const std::string> patterns)
{
    OrderPlan plan;
    std::vector<TunnelLabel> all;
    std::map<std::string, std::size_t> times;
    for (std::size_t i = 0; i < daemons.size(); ++i) {
        for (TunnelLabel& label : labels_of(daemons[i]))
            all.push_back(std::move(label));
        OrderPart part{i, names_meant(daemons[i], patterns)};
        for (const std::string& name : part.tunnels)
            if (++times[name] == 2)
                plan.ambiguous.push_back(name);
        plan.tunnels += part.tunnels.size();
        // A fleet without a tunnel is a hub, which may be asked for all that there is.
        const bool is_whole_fleet = patterns.empty() && daemons[i].is_fleet() && daemons[i].trouble.empty();
        if (!part.tunnels.empty() || is_whole_fleet)
            plan.parts.push_back(std::move(part));
    }
    plan.strange = selected(all, patterns).strange;
    return plan;
}

std::vector<SeenDaemon> with_meant_tunnels(std::span<const SeenDaemon> daemons,
                                           std::span<const std::string> patterns)
{
    std::vector<SeenDaemon> meant(daemons.begin(), daemons.end());
    if (patterns.empty())
        return meant;
    for (SeenDaemon& daemon : meant) {
        const std::vector<std::string> names = names_meant(daemon, patterns);
        std::erase_if(daemon.facts.tunnels, [&](const TunnelFacts& tunnel) {
            return std::ranges::find(names, tunnel.name) == names.end();
        });
    }
    std::erase_if(meant, [](const SeenDaemon& daemon) {
        return daemon.facts.tunnels.empty() && daemon.trouble.empty();
    });
    return meant;
}

std::string no_such_tunnel(std::span<const SeenDaemon> daemons, const std::string& pattern)
{
    const bool is_group = pattern.starts_with('@');
    std::vector<std::string_view> known;
    for (const SeenDaemon& daemon : daemons)
        for (const TunnelFacts& tunnel : daemon.facts.tunnels) {
            if (!is_group)
                known.push_back(tunnel.name);
            else
                known.insert(known.end(), tunnel.groups.begin(), tunnel.groups.end());
        }
    const std::string_view asked = std::string_view(pattern).substr(is_group ? 1 : 0);
    const auto meant = nearest(asked, known);
    return fmt::format("no tunnel {} \"{}\"{}", is_group ? "is in a group" : "has the name", asked,
                       meant ? fmt::format("; did you mean \"{}{}\"?", is_group ? "@" : "", *meant) : "");
}

std::vector<std::vector<std::string>> in_requests(const std::vector<std::string>& tunnels)
{
    // Each byte may become six: \u001b.
    constexpr std::size_t most_bytes = longest_request / 8;
    std::vector<std::vector<std::string>> requests;
    std::size_t bytes = most_bytes;
    std::size_t patterns = 0;
    for (const std::string& name : tunnels) {
        const bool is_pattern = name.find_first_of("*?[@") != name.npos;
        bytes += name.size() + 1;
        patterns += is_pattern ? 1 : 0;
        if (requests.empty() || bytes > most_bytes || patterns > most_patterns) {
            requests.emplace_back();
            bytes = name.size() + 1;
            patterns = is_pattern ? 1 : 0;
        }
        requests.back().push_back(name);
    }
    return requests;
}

}  // namespace autossh
