#include "autossh/settings/fleet_hooks.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_parts.hpp"
#include "autossh/settings/nearest.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 7> hook_keys{"run",   "on",    "tunnels", "after",
                                                    "every", "batch", "timeout"};

/// Words for a program have no end of their own, and a call is no place for data.
constexpr std::size_t most_words = 64;

bool is_pattern(const std::string& name)
{
    return name.starts_with('@') || name.find_first_of("*?[\\") != name.npos;
}

class HookReader {
public:
    HookReader(const std::string& path, const std::list<FleetTunnel>& tunnels, bool is_hub,
               const FleetFiles& files, FleetErrors& errors)
        : path_(path), tunnels_(tunnels), is_hub_(is_hub), files_(files), errors_(errors)
    {}

    HookSettings read(const TomlValue& table)
    {
        hook_ = HookSettings();
        hook_.at = table.at;
        for (const TomlEntry& entry : table.entries) {
            if (entry.key == "run")
                read_program(entry);
            else if (entry.key == "on")
                read_events(entry);
            else if (entry.key == "tunnels")
                read_tunnels(entry);
            else if (Duration* const time = time_of(entry.key))
                read_time(entry, *time);
            else
                report_unknown(entry, "[[hook]]", hook_keys, errors_);
        }
        for (const char* const key : {"run", "on"})
            if (find_entry(table.entries, key) == nullptr)
                errors_.add(table.at, fmt::format("[[hook]] without \"{}\"", key),
                            key == std::string_view("run") ? "write run = [\"PROGRAM\", \"WORD\"]"
                                                           : "write on = [\"down\", \"recovered\"]");
        if (hook_.is_on(HookEvent::fleet_down) && hook_.batch == Duration::zero())
            errors_.add(table.at,
                        "[[hook]] is on \"fleet-down\", and batch = 0 has each tunnel told of alone");
        return std::move(hook_);
    }

private:
    void expected(const TomlEntry& entry, std::string_view what)
    {
        errors_.add(entry.value.at,
                    fmt::format("{}: {} is expected, not {}", entry.key, what, in_words(entry.value)));
    }

    Duration* time_of(std::string_view key)
    {
        return key == "after"     ? &hook_.after
               : key == "every"   ? &hook_.every
               : key == "batch"   ? &hook_.batch
               : key == "timeout" ? &hook_.timeout
                                  : nullptr;
    }

    void read_time(const TomlEntry& entry, Duration& time)
    {
        const bool is_time = entry.value.is(TomlKind::text) || entry.value.is(TomlKind::integer);
        const auto given = is_time ? parse_duration(entry.value.text) : std::nullopt;
        if (!given || given->count() < 0)
            return expected(entry, "a time such as \"30s\"");
        if (entry.key == "timeout" && *given == Duration::zero())
            return expected(entry, "a time above 0");
        time = *given;
    }

    /// autossh-fleet(5), "Hooks": a path means a file beside this one, a name a program of PATH.
    void read_program(const TomlEntry& entry)
    {
        auto words = as_texts(entry.value);
        if (!words || words->empty() || words->front().empty() || words->size() > most_words)
            return expected(entry, "a list of a program and its words");
        std::string& program = words->front();
        if (program.find('\0') != program.npos)
            return expected(entry, "the path of a program");
        if (program.find('/') != program.npos)
            program = beside(path_, with_home(program));
        hook_.name = program.substr(program.rfind('/') + 1);
        if (files_.look_at_program)
            if (const FleetFile seen = files_.look_at_program(program); !seen.error.empty())
                errors_.add(entry.value.at, fmt::format("run: {}", seen.error), seen.remedy);
        hook_.run = std::move(*words);
    }

    void read_events(const TomlEntry& entry)
    {
        const auto names = as_texts(entry.value);
        if (!names || names->empty())
            return expected(entry, "a list of events such as [\"down\", \"recovered\"]");
        for (std::size_t i = 0; i < names->size(); ++i) {
            const auto event = hook_event((*names)[i]);
            if (event && !hook_.is_on(*event))
                hook_.on.push_back(*event);
            if (event)
                continue;
            const auto meant = nearest((*names)[i], hook_event_names());
            errors_.add(entry.value.items[i].at, fmt::format("on: there is no event \"{}\"", (*names)[i]),
                        meant ? fmt::format("did you mean \"{}\"?", *meant)
                              : fmt::format("there are {}", fmt::join(hook_event_names(), ", ")));
        }
    }

    /// A name that is none is a mistake: of that tunnel nobody would ever be told. Nobody need be in a group,
    /// and boxes of a hub come and go.
    void read_tunnels(const TomlEntry& entry)
    {
        const auto names = as_texts(entry.value);
        if (!names || names->empty())
            return expected(entry, "a list of names, patterns and @groups");
        for (std::size_t i = 0; i < names->size(); ++i) {
            const std::string& name = (*names)[i];
            if (is_hub_ || is_pattern(name) ||
                std::ranges::find(tunnels_, name, &FleetTunnel::name) != tunnels_.end())
                continue;
            std::vector<std::string_view> known;
            for (const FleetTunnel& tunnel : tunnels_)
                known.push_back(tunnel.name);
            const auto meant = nearest(name, known);
            errors_.add(entry.value.items[i].at, fmt::format("tunnels: there is no tunnel \"{}\"", name),
                        meant ? fmt::format("did you mean \"{}\"?", *meant) : "");
        }
        hook_.tunnels = *names;
    }

    const std::string& path_;
    const std::list<FleetTunnel>& tunnels_;
    bool is_hub_;
    const FleetFiles& files_;
    FleetErrors& errors_;
    HookSettings hook_;
};

}  // namespace

const std::vector<std::string_view>& hook_event_names()
{
    static const std::vector<std::string_view> names{
        "up",         "down",         "degraded",        "recovered",
        "gave-up",    "needs-person", "forward-refused", "port-allocated",
        "fleet-down", "box-lost",     "box-back",        "reload"};
    return names;
}

std::string_view name(HookEvent event)
{
    return hook_event_names()[static_cast<std::size_t>(event)];
}

std::optional<HookEvent> hook_event(std::string_view name)
{
    const auto found = std::ranges::find(hook_event_names(), name);
    if (found == hook_event_names().end())
        return std::nullopt;
    return static_cast<HookEvent>(found - hook_event_names().begin());
}

bool HookSettings::is_on(HookEvent event) const
{
    return std::ranges::find(on, event) != on.end();
}

bool HookSettings::operator==(const HookSettings& other) const
{
    return name == other.name && run == other.run && on == other.on && tunnels == other.tunnels &&
           after == other.after && every == other.every && batch == other.batch && timeout == other.timeout;
}

std::vector<HookSettings> fleet_hooks(const std::string& path, const TomlEntry& entry,
                                      const std::list<FleetTunnel>& tunnels, bool is_hub,
                                      const FleetFiles& files, FleetErrors& errors)
{
    std::vector<HookSettings> hooks;
    const bool is_list = entry.value.is(TomlKind::list) &&
                         std::ranges::all_of(entry.value.items,
                                             [](const TomlValue& item) { return item.is(TomlKind::table); });
    if (!is_list) {
        errors.add(begin_of(entry),
                   fmt::format("hook: a list of tables is expected, not {}", in_words(entry.value)),
                   "write [[hook]], with two brackets");
        return hooks;
    }
    if (entry.value.items.size() > HookSettings::most)
        errors.add(entry.value.items.back().at, fmt::format("{} hooks, and there may be {}",
                                                            entry.value.items.size(), HookSettings::most));
    HookReader reader(path, tunnels, is_hub, files, errors);
    for (const TomlValue& table : entry.value.items) {
        HookSettings hook = reader.read(table);
        const auto same = std::ranges::count_if(hooks, [&](const HookSettings& other) {
            return other.name.substr(0, other.name.find('#')) == hook.name;
        });
        if (same > 0)
            hook.name += fmt::format("#{}", same + 1);
        hooks.push_back(std::move(hook));
    }
    return hooks;
}

}  // namespace autossh
