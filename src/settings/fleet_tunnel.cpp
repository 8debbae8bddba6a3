#include "autossh/settings/fleet_tunnel.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/fleet_command_line.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_words.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/settings/poll_times.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

class TunnelReader {
public:
    TunnelReader(FleetTunnel& tunnel, const std::vector<TomlEntry>& keys, FleetErrors& errors)
        : tunnel_(tunnel), keys_(keys), errors_(errors)
    {}

    void read(const std::string& host, const Settings& process)
    {
        Settings& settings = tunnel_.settings;
        settings.ssh_path = process.ssh_path;
        settings.tunnel.attended = false;
        tunnel_.keys = keys_;
        const std::size_t found = errors_.all().size();
        give_defaults();
        for (const TomlEntry& entry : keys_)
            take(entry);
        FleetCommandLine line = fleet_command_line({tunnel_.name, tunnel_.at, host}, keys_, errors_);
        tunnel_.listens = std::move(line.listens);
        settings.tunnel.forwards = std::move(line.forwards);
        if (errors_.all().size() == found)
            settle(line.words);
    }

private:
    void give_defaults()
    {
        for (const auto& [option, value] :
             std::array<std::pair<std::string_view, std::string>, 4>{{{"name", tunnel_.name},
                                                                      {"message", tunnel_.name},
                                                                      {"gate-time", "0"},
                                                                      {"restart", "always"}}})
            give(*setting_of_option(option), value, "--fleet", tunnel_.settings);
    }

    void take(const TomlEntry& entry)
    {
        const TomlValue& value = entry.value;
        if (const Setting* const setting = setting_of_key(entry.key))
            take_setting(*setting, value);
        else if (entry.key == "enabled")
            tunnel_.enabled = value.text == "true";
        else if (entry.key == "priority")
            tunnel_.settings.tunnel.priority = parse_integer(value.text).value_or(0);
        else if (entry.key == "after")
            take_after(value);
        else if (entry.key == "description")
            tunnel_.description = value.text;
        else if (entry.key == "groups")
            take_groups(value);
        else if (entry.key == "environment" && value.is(TomlKind::table))
            for (const TomlEntry& variable : value.entries)
                environment_.push_back(fmt::format("{}={}", variable.key, variable.value.text));
    }

    void take_setting(const Setting& setting, const TomlValue& value)
    {
        const auto text = as_option_value(setting, value);
        if (!text)
            return;  // that has been reported
        try {
            give(setting, *text, line_in_words(value.at), tunnel_.settings);
        } catch (const ConfigError& error) {
            errors_.add(value.at, fmt::format("{}: {}", setting.option, error.what()));
        }
        for (const SecretRule& rule : tunnel_.settings.tunnel.secrets)
            if (rule.source.kind == SecretSource::Kind::prompt ||
                rule.source.kind == SecretSource::Kind::descriptor)
                errors_.add(value.at, fmt::format("{}: nobody is at the terminal of a fleet", setting.option),
                            "use file:, command: or credential:");
    }

    void take_groups(const TomlValue& value)
    {
        tunnel_.groups = as_texts(value).value_or(std::vector<std::string>());
        for (const std::string& group : tunnel_.groups)
            if (!is_fleet_name(group))
                errors_.add(value.at, fmt::format("\"{}\" is no name for a group", group),
                            "a name has letters, digits and _.@+-");
    }

    void take_after(const TomlValue& value)
    {
        tunnel_.settings.tunnel.after = as_texts(value).value_or(std::vector<std::string>());
        tunnel_.after_at = value.at;
    }

    const TomlEntry* find(std::string_view key) const { return find_entry(keys_, key); }

    const FilePlace& place_of_words() const
    {
        for (const std::string_view key : {"autossh", "options"})
            if (const TomlEntry* const entry = find(key))
                return entry->value.at;
        return tunnel_.at;
    }

    void settle(const std::vector<std::string>& words)
    {
        Settings& settings = tunnel_.settings;
        try {
            Settings read = settings;
            const Action action = read_command_line(words, read);
            if (const std::string mistake = mistake_in_fleet_words(action, read); !mistake.empty())
                errors_.add(place_of_words(), mistake);
            settings = std::move(read);
        } catch (const ConfigError& error) {
            const std::string_view message = error.what();
            if (message.empty() && settings.tunnel.plain.value_or(false) && find("monitor") == nullptr)
                errors_.add(
                    tunnel_.at,
                    fmt::format("tunnel \"{}\" is plain, and does not say how it is tested", tunnel_.name),
                    "write monitor = 0, or give it a port");
            else
                errors_.add(place_of_words(),
                            std::string(message.empty() ? "no destination is given" : message));
            return;
        }
        settings.tunnel.ssh.environment = environment_;
        name_sources();
        if (find("autossh") != nullptr)
            for (std::string& place : listening_places_in(settings.tunnel.ssh.arguments))
                tunnel_.listens.emplace_back(std::move(place), place_of_words());
        if (manner_of(settings.tunnel).test_way == TestWay::none)
            tunnel_.notices.emplace_back("port set to 0, monitoring disabled");
        std::ranges::copy(settle_poll_times(settings), std::back_inserter(tunnel_.notices));
        if (const auto notice = settle_net_timeout(settings.tunnel))
            tunnel_.notices.push_back(*notice);
    }

    /// What the words of our making say is said by a key.
    void name_sources()
    {
        const TomlEntry* const whole = find("autossh");
        SettingSources& sources = tunnel_.settings.sources;
        const SettingSources before = sources;
        for (const auto& [option, source] : before)
            if (whole != nullptr && source.starts_with('-') && source != "--fleet")
                sources[option] = fmt::format("{} in {}", source, line_in_words(whole->value.at));
        if (const TomlEntry* const monitor = find("monitor"))
            sources["port"] = line_in_words(monitor->value.at);
    }

    FleetTunnel& tunnel_;
    const std::vector<TomlEntry>& keys_;
    FleetErrors& errors_;
    std::vector<std::string> environment_;
};

}  // namespace

FleetTunnel fleet_tunnel(const std::string& name, const FilePlace& at, const std::string& host,
                         const std::vector<TomlEntry>& keys, const Settings& process, FleetErrors& errors)
{
    FleetTunnel tunnel{name, at};
    TunnelReader(tunnel, keys, errors).read(host, process);
    return tunnel;
}

}  // namespace autossh
