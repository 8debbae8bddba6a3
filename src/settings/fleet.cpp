#include "autossh/settings/fleet.hpp"

#include "autossh/settings/fleet_forward.hpp"
#include "autossh/settings/fleet_hooks.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_log.hpp"
#include "autossh/settings/fleet_order.hpp"
#include "autossh/settings/fleet_parts.hpp"
#include "autossh/settings/fleet_range.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A tunnel as a range, or its own table, or both describe it.
struct Draft {
    std::string name;
    FilePlace at;
    const FleetSection* tunnel = nullptr;
    const FleetSection* range = nullptr;
    FleetVariables variables;  ///< with "name"
};

class FleetReader {
public:
    FleetReader(const FleetFiles& files, const Settings& process) : files_(files), process_(process) {}

    FleetPlan read(const std::string& path)
    {
        parts_ = read_fleet_parts(path, files_, plan_.errors);
        for (const FleetSection& range : parts_.ranges)
            for (RangeMember& member : members_of(range, files_, FleetPlan::most_tunnels, plan_.errors))
                add({member.name, range.at, nullptr, &range, std::move(member.variables)});
        for (const FleetSection& tunnel : parts_.tunnels)
            add({tunnel.name, tunnel.at, &tunnel, nullptr, {{"name", tunnel.name}}});
        if (drafts_.size() > FleetPlan::most_tunnels)
            plan_.errors.add(drafts_.back().at, fmt::format("{} tunnels, and there may be {}", drafts_.size(),
                                                            FleetPlan::most_tunnels));
        for (const Draft& draft : drafts_)
            make(draft);
        if (drafts_.empty() && !parts_.hub && plan_.errors.empty())
            plan_.errors.add({std::make_shared<const std::string>(path), 1, 1},
                             "there is no tunnel in the file",
                             "write [tunnel.NAME]: that alone is ssh -N NAME");
        look_for_conflicts();
        check_order(plan_.tunnels, plan_.errors);
        plan_.tunnels.sort([](const FleetTunnel& one, const FleetTunnel& other) {
            return one.settings.tunnel.priority > other.settings.tunnel.priority;
        });
        plan_.starts = start_limits(parts_.fleet);
        plan_.ledger = fleet_ledger(path, parts_.fleet);
        if (parts_.hub)
            plan_.hub = fleet_hub(parts_.hub->at, parts_.hub->keys, files_, plan_.errors);
        if (parts_.metrics)
            plan_.metrics = fleet_metrics(path, parts_.metrics->at, parts_.metrics->keys, plan_.errors);
        if (parts_.hook)
            plan_.hooks =
                fleet_hooks(path, *parts_.hook, plan_.tunnels, parts_.hub.has_value(), files_, plan_.errors);
        plan_.name = name_of(path);
        plan_.log = fleet_log(path, parts_.log, process_, plan_.errors);
        if (const TomlEntry* const observers = find_entry(parts_.fleet, "observers")) {
            plan_.observers = observers->value.text;
            plan_.observers_at = observers->value.at;
            if (observers->value.is(TomlKind::text) && !plan_.observers.empty() && files_.has_group &&
                !files_.has_group(plan_.observers))
                plan_.errors.add(plan_.observers_at,
                                 fmt::format("observers: there is no group \"{}\"", plan_.observers));
        }
        return std::move(plan_);
    }

private:
    std::string name_of(const std::string& path) const
    {
        if (const TomlEntry* const name = find_entry(parts_.fleet, "name"))
            return name->value.text;
        const std::string_view file = std::string_view(path).substr(path.rfind('/') + 1);
        return std::string(file.substr(0, file.rfind('.')));
    }

    /// A table of its own changes what a range has made; otherwise a second one is a mistake.
    void add(Draft draft)
    {
        const auto [known, is_new] = index_.emplace(draft.name, drafts_.size());
        if (is_new) {
            drafts_.push_back(std::move(draft));
            return;
        }
        Draft& before = drafts_[known->second];
        if (draft.tunnel != nullptr && before.tunnel == nullptr) {
            before.tunnel = draft.tunnel;
            before.at = draft.at;
            return;
        }
        plan_.errors.add(
            draft.at, fmt::format("tunnel \"{}\" is there already, at {}", draft.name, in_words(before.at)));
    }

    void make(const Draft& draft)
    {
        const std::size_t known = plan_.errors.all().size();
        const std::vector<TomlEntry> keys = keys_of(draft);
        if (plan_.errors.all().size() == known)
            plan_.tunnels.push_back(
                fleet_tunnel(draft.name, draft.at, host_of(draft), keys, process_, plan_.errors));
    }

    static std::string host_of(const Draft& draft)
    {
        const bool by_hosts = draft.range != nullptr && find_entry(draft.range->keys, "hosts") != nullptr;
        return by_hosts ? draft.variables.at("host") : draft.name;
    }

    const FleetSection* template_of(const Draft& draft)
    {
        for (const FleetSection* const section : {draft.tunnel, draft.range}) {
            const TomlEntry* const entry =
                section == nullptr ? nullptr : find_entry(section->keys, "template");
            if (entry == nullptr)
                continue;
            const auto found = parts_.templates.find(entry->value.text);
            if (found != parts_.templates.end())
                return &found->second;
            std::vector<std::string_view> names;
            for (const auto& [name, pattern] : parts_.templates)
                names.push_back(name);
            const auto meant = nearest(entry->value.text, names);
            plan_.errors.add(entry->value.at, fmt::format("there is no template \"{}\"", entry->value.text),
                             meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
            return nullptr;
        }
        return nullptr;
    }

    /// Key by key: the tunnel's own, the range's, the template's, the defaults'.
    std::vector<TomlEntry> keys_of(const Draft& draft)
    {
        std::vector<TomlEntry> keys;
        const auto take = [&](const std::vector<TomlEntry>& entries, bool has_variables) {
            const std::size_t stronger = keys.size();
            for (const TomlEntry& entry : entries)
                if (!is_settled(keys, stronger, entry) && is_for_tunnel(entry.key))
                    keys.push_back({entry.key, entry.at,
                                    has_variables ? substituted(entry.value, draft.variables, plan_.errors)
                                                  : entry.value});
        };
        if (draft.tunnel != nullptr)
            take(draft.tunnel->keys, false);
        if (draft.range != nullptr)
            take(draft.range->keys, true);
        if (const FleetSection* const pattern = template_of(draft))
            take(pattern->keys, true);
        take(parts_.defaults, false);
        return keys;
    }

    /// `stronger`: how many of the keys have precedence. One that says how ssh is run beside "autossh", which
    /// says all of it, is a mistake in the same part, and else of no account.
    bool is_settled(const std::vector<TomlEntry>& keys, std::size_t stronger, const TomlEntry& entry)
    {
        const auto end = keys.begin() + static_cast<std::ptrdiff_t>(stronger);
        const auto has = [&](std::string_view key) {
            return std::find_if(keys.begin(), end, [&](const TomlEntry& one) { return one.key == key; }) !=
                   end;
        };
        if (has(entry.key) || (has("autossh") && is_of_connection(entry.key)))
            return true;
        const TomlEntry* const whole = find_entry(keys, "autossh");
        if (whole != nullptr && is_of_connection(entry.key))
            plan_.errors.add(
                entry.at,
                fmt::format("\"{}\" beside \"autossh\", which is the whole command line", entry.key));
        return false;
    }

    static bool is_for_tunnel(std::string_view key)
    {
        constexpr std::array<std::string_view, 5> of_range{"template", "name", "vars", "table", "hosts"};
        return std::ranges::find(of_range, key) == of_range.end();
    }

    void look_for_conflicts()
    {
        struct Taken {
            std::string_view place;
            const FleetTunnel* tunnel;
            const FilePlace* at;
        };
        std::multimap<std::string_view, Taken> taken;  // by port or path
        for (const FleetTunnel& tunnel : plan_.tunnels) {
            if (!tunnel.enabled)
                continue;
            for (const auto& [place, at] : tunnel.listens) {
                const std::string_view port = std::string_view(place).substr(place.rfind(':') + 1);
                const auto [first, last] = taken.equal_range(port);
                for (auto other = first; other != last; ++other)
                    if (other->second.tunnel != &tunnel && are_in_conflict(other->second.place, place))
                        plan_.errors.add(at, fmt::format("tunnels \"{}\" and \"{}\" both listen on {} (the "
                                                         "other at {})",
                                                         other->second.tunnel->name, tunnel.name, place,
                                                         in_words(*other->second.at)));
                taken.emplace(port, Taken{place, &tunnel, &at});
            }
        }
    }

    const FleetFiles& files_;
    const Settings& process_;
    FleetParts parts_;
    FleetPlan plan_;
    std::vector<Draft> drafts_;
    std::map<std::string, std::size_t, std::less<>> index_;
};

}  // namespace

FleetPlan read_fleet(const std::string& path, const FleetFiles& files, const Settings& process)
{
    return FleetReader(files, process).read(path);
}

}  // namespace autossh
