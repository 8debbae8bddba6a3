#include "autossh/settings/fleet_command_line.hpp"

#include "autossh/settings/command_line.hpp"
#include "autossh/settings/fleet_forward.hpp"
#include "autossh/settings/fleet_words.hpp"

#include <algorithm>
#include <array>
#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

/// In a tunnel.
constexpr std::size_t most_forwards = 64;

class CommandLineWriter {
public:
    CommandLineWriter(const NamedTunnel& tunnel, const std::vector<TomlEntry>& keys, FleetListens& listens,
                      FleetErrors& errors)
        : tunnel_(tunnel), keys_(keys), listens_(listens), errors_(errors)
    {}

    std::vector<std::string> words()
    {
        if (const TomlEntry* const whole = find("autossh"))
            return words_of_command_line(whole->value);
        std::vector<std::string> words;
        if (const TomlEntry* const monitor = find("monitor"))
            add_monitor(monitor->value, words);
        words.emplace_back("--");  // the rest is ssh's
        if (const TomlEntry* const options = find("options"))
            add_options(options->value, words);
        if (find("command") == nullptr)
            words.emplace_back("-N");
        for (const auto& [key, option] :
             {std::pair("local", ForwardOption::local), std::pair("remote", ForwardOption::remote),
              std::pair("dynamic", ForwardOption::dynamic)})
            if (const TomlEntry* const forwards = find(key))
                add_forwards(option, *forwards, words);
        if (all_are_required())
            words.insert(words.end(), {"-o", "ExitOnForwardFailure=yes"});
        add_destination(words);
        return words;
    }

private:
    const TomlEntry* find(std::string_view key) const { return find_entry(keys_, key); }

    void add_monitor(const TomlValue& value, std::vector<std::string>& words)
    {
        if (!value.is(TomlKind::text) && !value.is(TomlKind::integer))
            return;
        try {
            if (value.text != "auto")
                if (const auto ports = parse_monitor_ports(value.text))
                    note_listening(forwardings(*ports), value.at);
        } catch (const ConfigError& error) {
            errors_.add(value.at, fmt::format("monitor: {}", error.what()));
            return;
        }
        words.insert(words.end(), {"-M", value.text});
    }

    void add_options(const TomlValue& value, std::vector<std::string>& words)
    {
        const auto given = words_in(value);
        if (!given) {
            errors_.add(value.at, "options: a quote or a backslash is left open");
            return;
        }
        if (const std::string mistake = mistake_in_options(*given); !mistake.empty())
            errors_.add(value.at, fmt::format("options: {}", mistake));
        note_listening(*given, value.at);
        words.insert(words.end(), given->begin(), given->end());
    }

    void add_forwards(ForwardOption option, const TomlEntry& forwards, std::vector<std::string>& words)
    {
        for (const FleetForward& forward : fleet_forwards(forwards, errors_)) {
            ++forwards_;
            required_ += forward.need == ForwardNeed::required ? 1 : 0;
            if (forward.need == ForwardNeed::required && !first_required_)
                first_required_ = forward.at;
            if (const std::string mistake = mistake_in_forward(option, forward.specification);
                !mistake.empty())
                errors_.add(forward.at, mistake);
            const std::vector<std::string> its{std::string(letter_of(option)), forward.specification};
            note_listening(its, forward.at);
            words.insert(words.end(), its.begin(), its.end());
        }
        if (forwards_ > most_forwards)
            errors_.add(forwards.at, fmt::format("tunnel \"{}\" has {} forwards, and there may be {}",
                                                 tunnel_.name, forwards_, most_forwards));
    }

    /// ssh ends for one that is refused as for any other.
    bool all_are_required()
    {
        if (required_ > 0 && required_ < forwards_)
            errors_.add(*first_required_, "need: a forward is \"required\" beside others that are not",
                        "ssh ends for all of them or for none: give each of this tunnel the same need, or "
                        "make a tunnel of its own for this one");
        return required_ > 0;
    }

    void add_destination(std::vector<std::string>& words)
    {
        const TomlEntry* const host = find("host");
        const std::string& destination = host != nullptr ? host->value.text : tunnel_.host;
        if (destination.empty() || destination.front() == '-')
            errors_.add(host != nullptr ? host->value.at : tunnel_.at,
                        fmt::format("host: \"{}\" is no destination", destination));
        words.push_back(destination);
        const TomlEntry* const command = find("command");
        if (command == nullptr)
            return;
        if (command->value.text.empty())
            errors_.add(command->value.at, "command: it is empty", "leave the key out to run none");
        if (command->value.text.starts_with('-'))
            words.emplace_back("--");
        words.push_back(command->value.text);
    }

    std::vector<std::string> words_of_command_line(const TomlValue& value)
    {
        const auto words = words_in(value);
        if (!words) {
            errors_.add(value.at, "autossh: a quote or a backslash is left open");
            return {};
        }
        return *words;
    }

    void note_listening(const std::vector<std::string>& words, const FilePlace& at)
    {
        for (std::string& place : listening_places_in(words))
            listens_.emplace_back(std::move(place), at);
    }

    const NamedTunnel& tunnel_;
    const std::vector<TomlEntry>& keys_;
    FleetListens& listens_;
    FleetErrors& errors_;
    std::size_t forwards_ = 0;
    std::size_t required_ = 0;
    std::optional<FilePlace> first_required_;
};

}  // namespace

bool is_of_connection(std::string_view key)
{
    constexpr std::array<std::string_view, 7> keys{"host",    "local",   "remote", "dynamic",
                                                   "options", "command", "monitor"};
    return std::ranges::find(keys, key) != keys.end();
}

std::vector<std::string> fleet_command_line(const NamedTunnel& tunnel, const std::vector<TomlEntry>& keys,
                                            FleetListens& listens, FleetErrors& errors)
{
    return CommandLineWriter(tunnel, keys, listens, errors).words();
}

}  // namespace autossh
