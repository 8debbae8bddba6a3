#include "autossh/settings/fleet_order.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <string>

#include <fmt/format.h>

namespace autossh {

namespace {

constexpr std::size_t most_at_a_time = 1000;

std::optional<std::size_t> limit_of(const TomlValue& value)
{
    const auto number = value.is(TomlKind::integer) ? parse_integer(value.text) : std::nullopt;
    if (!number || *number < 1 || *number > static_cast<std::int64_t>(most_at_a_time))
        return std::nullopt;
    return static_cast<std::size_t>(*number);
}

class OrderCheck {
public:
    OrderCheck(const std::list<FleetTunnel>& tunnels, FleetErrors& errors) : errors_(errors)
    {
        for (const FleetTunnel& tunnel : tunnels)
            tunnels_.emplace(tunnel.name, &tunnel);
    }

    void run(const FleetTunnel& tunnel)
    {
        for (const std::string& name : tunnel.settings.tunnel.after)
            check_name(tunnel, name);
        way_.clear();
        follow(tunnel);
    }

private:
    void check_name(const FleetTunnel& tunnel, const std::string& name)
    {
        if (name == tunnel.name) {
            errors_.add(tunnel.after_at, fmt::format("after: tunnel \"{}\" cannot wait for itself", name));
            return;
        }
        if (tunnels_.contains(name))
            return;
        std::vector<std::string_view> names;
        for (const auto& [known, its] : tunnels_)
            names.push_back(known);
        const auto meant = nearest(name, names);
        errors_.add(tunnel.after_at, fmt::format("after: there is no tunnel \"{}\"", name),
                    meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
    }

    /// Depth first, each tunnel once.
    void follow(const FleetTunnel& tunnel)
    {
        const auto begin = std::ranges::find(way_, tunnel.name);
        if (begin != way_.end() && way_.end() - begin > 1) {
            errors_.add(tunnel.after_at, fmt::format("after: these tunnels wait for each other: {}, {}",
                                                     fmt::join(begin, way_.end(), ", "), tunnel.name));
            return;
        }
        if (begin != way_.end() || !seen_.emplace(tunnel.name, true).second)
            return;
        way_.push_back(tunnel.name);
        for (const std::string& name : tunnel.settings.tunnel.after)
            if (const auto found = tunnels_.find(name); found != tunnels_.end())
                follow(*found->second);
        way_.pop_back();
    }

    FleetErrors& errors_;
    std::map<std::string_view, const FleetTunnel*> tunnels_ = {};
    std::map<std::string_view, bool> seen_ = {};
    std::vector<std::string_view> way_ = {};
};

}  // namespace

bool is_start_limit(std::string_view key)
{
    return key == "max-connecting" || key == "per-server";
}

void check_start_limit(const TomlEntry& entry, FleetErrors& errors)
{
    if (!limit_of(entry.value))
        errors.add(entry.value.at, fmt::format("{}: a whole number from 1 to {} is expected, not {}",
                                               entry.key, most_at_a_time, in_words(entry.value)));
}

StartLimits start_limits(const std::vector<TomlEntry>& fleet)
{
    StartLimits limits;
    if (const TomlEntry* const in_all = find_entry(fleet, "max-connecting"))
        limits.in_all = limit_of(in_all->value).value_or(limits.in_all);
    if (const TomlEntry* const per_server = find_entry(fleet, "per-server"))
        limits.per_server = limit_of(per_server->value).value_or(limits.per_server);
    return limits;
}

void check_order(const std::list<FleetTunnel>& tunnels, FleetErrors& errors)
{
    OrderCheck check(tunnels, errors);
    for (const FleetTunnel& tunnel : tunnels)
        check.run(tunnel);
}

}  // namespace autossh
