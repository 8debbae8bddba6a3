// A process with three tunnels, for tests of what its clients are answered.
#pragma once

#include "autossh/control/target.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace autossh_test {

/// "db" is in the group "prod"; "old" takes no orders.
class StandInTarget : public autossh::ControlTarget {
public:
    std::vector<std::string> orders;  ///< "stop db: WHO"
    std::vector<std::string> lines;   ///< of the log of each
    autossh::ReloadAnswer reloaded{.changes = {{"db", "start", "new"}}};
    std::string description;     ///< of each
    bool is_being_read = false;  ///< the ledger

    std::vector<autossh::TunnelLabel> labels() const override { return {{"db", {"prod"}}, {"web"}, {"old"}}; }

    autossh::DaemonFacts facts(const std::function<bool(const std::string&)>& is_meant) const override
    {
        autossh::DaemonFacts facts{.name = "lab", .kind = "fleet", .version = "2", .user = "me"};
        for (const autossh::TunnelLabel& label : labels()) {
            autossh::TunnelFacts tunnel;
            tunnel.name = label.name;
            tunnel.description = description;
            if (is_meant(label.name))
                facts.tunnels.push_back(tunnel);
        }
        return facts;
    }

    std::string give(autossh::Order order, const std::string& tunnel, const std::string& by) override
    {
        if (tunnel == "old")
            return "it is not enabled";
        constexpr const char* names[] = {"start", "stop", "restart", "try"};
        orders.push_back(names[static_cast<std::size_t>(order)] + (" " + tunnel) + ": " + by);
        return "";
    }

    autossh::ReloadAnswer reload(bool, const std::string&) override { return reloaded; }

    std::vector<std::string> last_lines(const std::string&, std::size_t most) const override
    {
        return {lines.end() - static_cast<std::ptrdiff_t>(std::min(most, lines.size())), lines.end()};
    }

    autossh::OutagesFacts outages(const autossh::OutagesQuestion& question,
                                  const std::vector<std::string>& tunnels) const override
    {
        autossh::OutagesFacts facts{.until = autossh::WallTime(std::chrono::hours(400000)),
                                    .is_being_read = is_being_read,
                                    .directory = "/s/ledger"};
        facts.since = facts.until - std::chrono::duration_cast<autossh::WallTime::duration>(question.back);
        for (const std::string& tunnel : tunnels)
            facts.tunnels.push_back({tunnel, {1.0, 0.5, {}, 0.25}, 0.125});
        if (!question.unplanned)
            facts.outages.push_back(
                {"db", 17, facts.since, autossh::Seconds(2.5), "up", "", "c", "request", 4});
        return facts;
    }

    std::string explain(const std::string& tunnel) const override { return "explained: " + tunnel; }
};

}  // namespace autossh_test
