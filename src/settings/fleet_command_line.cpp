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
    CommandLineWriter(const NamedTunnel& tunnel, const std::vector<TomlEntry>& keys, FleetErrors& errors)
        : tunnel_(tunnel), keys_(keys), errors_(errors)
    {}

    FleetCommandLine line()
    {
        line_.words = words();
        return std::move(line_);
    }

private:
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
        if (is_plain() && all_are_required())
            words.insert(words.end(), {"-o", "ExitOnForwardFailure=yes"});
        add_destination(words);
        return words;
    }

    const TomlEntry* find(std::string_view key) const { return find_entry(keys_, key); }

    void add_monitor(const TomlValue& value, std::vector<std::string>& words)
    {
        if (!value.is(TomlKind::text) && !value.is(TomlKind::integer))
            return;
        try {
            if (is_automatic_monitor(value.text))
                parse_echo_place(value.text);
            else if (const auto ports = parse_monitor_ports(value.text))
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
            if (forward.need != ForwardNeed::wanted && !first_of_need_)
                first_of_need_ = forward.at;
            if (const std::string mistake = mistake_in_forward(option, forward.specification);
                !mistake.empty())
                errors_.add(forward.at, mistake);
            const std::vector<std::string> its{std::string(letter_of(option)), forward.specification};
            note_listening(its, forward.at);
            note_need(option, forward);
            words.insert(words.end(), its.begin(), its.end());
        }
        if (forwards_ > most_forwards)
            errors_.add(forwards.at, fmt::format("tunnel \"{}\" has {} forwards, and there may be {}",
                                                 tunnel_.name, forwards_, most_forwards));
    }

    /// We see by ssh's log which one is refused, and find it there by where it listens.
    void note_need(ForwardOption option, const FleetForward& forward)
    {
        const bool has_need = forward.need != ForwardNeed::wanted;
        const auto listed = as_ssh_lists(option, forward.specification);
        if (listed && (has_need || !forward.name.empty()))
            line_.forwards.push_back({option, *listed, forward.name, forward.need});
        else if (has_need && !listed && mistake_in_forward(option, forward.specification).empty())
            errors_.add(
                forward.at,
                fmt::format("need: where \"{}\" listens is known to ssh alone", forward.specification),
                "write its port as a number, or its path, without %, ${} and the name of a service");
    }

    bool is_plain() const
    {
        const TomlEntry* const plain = find("plain");
        return plain != nullptr && plain->value.text == "true";
    }

    /// Of a plain tunnel, where only ssh itself sees a refusal, and ends for one as for any other.
    bool all_are_required()
    {
        if (first_of_need_ && required_ < forwards_)
            errors_.add(*first_of_need_, "need: not all forwards of a plain tunnel are \"required\"",
                        "ssh ends for all of them or for none: give each the need \"required\", or leave "
                        "plain or the need out");
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
            line_.listens.emplace_back(std::move(place), at);
    }

    const NamedTunnel& tunnel_;
    const std::vector<TomlEntry>& keys_;
    FleetErrors& errors_;
    FleetCommandLine line_ = {};
    std::size_t forwards_ = 0;
    std::size_t required_ = 0;
    std::optional<FilePlace> first_of_need_ = {};  ///< of another than by default
};

}  // namespace

bool is_of_connection(std::string_view key)
{
    constexpr std::array<std::string_view, 7> keys{"host",    "local",   "remote", "dynamic",
                                                   "options", "command", "monitor"};
    return std::ranges::find(keys, key) != keys.end();
}

FleetCommandLine fleet_command_line(const NamedTunnel& tunnel, const std::vector<TomlEntry>& keys,
                                    FleetErrors& errors)
{
    return CommandLineWriter(tunnel, keys, errors).line();
}

}  // namespace autossh
