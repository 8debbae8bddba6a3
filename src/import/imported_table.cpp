#include "autossh/import/imported_table.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/text.hpp"
#include "autossh/import/imported_paths.hpp"
#include "autossh/import/imported_settings.hpp"
#include "autossh/import/readable_keys.hpp"
#include "autossh/import/same_outcome.hpp"
#include "autossh/import/ssh_words.hpp"
#include "autossh/import/toml_text.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/scan.hpp"

#include <algorithm>
#include <exception>

#include <fmt/core.h>

namespace autossh {

namespace {

class TableMaker {
public:
    TableMaker(const ImportedTunnel& tunnel, std::set<std::string>& taken) : tunnel_(tunnel), taken_(taken) {}

    ImportedTable make()
    {
        made_.ending = tunnel_.ending;
        if (!read())
            return std::move(made_);
        name_it();
        std::string difference;
        for (const auto& keys : {keys_of_words(), whole(tunnel_.words), whole(words_for_fleet())}) {
            if (!keys)
                continue;
            const std::string text = tunnel_as_toml(made_.name, *keys);
            difference = difference_from(expected_, made_.name, text);
            if (!difference.empty())
                continue;
            taken_.insert(made_.name);
            made_.text = comments() + text;
            return std::move(made_);
        }
        fail(difference);
        return std::move(made_);
    }

private:
    void fail(const std::string& why)
    {
        made_.error =
            fmt::format("{}: {}", tunnel_.source, printable(why.empty() ? "no destination is given" : why));
    }

    /// The words as autossh reads them. False: they are wrong, or ask for something else.
    bool read()
    {
        const auto strange = std::ranges::find_if_not(tunnel_.words, may_stand_in_toml);
        if (strange != tunnel_.words.end()) {
            fail(fmt::format("\"{}\" is not UTF-8, and cannot stand in a file of TOML", *strange));
            return false;
        }
        Settings settings;
        Scan scan(tunnel_.words, settings);
        try {
            const Action action = scan.run();
            if (action != Action::run) {
                fail("the words ask a question, and keep no tunnel");
                return false;
            }
        } catch (const ConfigError& error) {
            fail(error.what());
            return false;
        }
        settings_ = imported_settings(tunnel_, scan.given);
        option_ = scan.monitor_port;
        destination_ = scan.destination;
        no_command_ = scan.no_command;
        ssh_ = with_absolute_paths(scan.words, tunnel_.directory);
        if (ssh_ != scan.words)
            notes_.push_back(fmt::format("paths are made absolute, as they began in {}", tunnel_.directory));
        for (const std::string& path : relative_paths_in(ssh_))
            notes_.push_back(fmt::format(
                "{} is relative to where it was started, which is not known: write it out", path));
        note_message();
        expect(scan.given);
        return true;
    }

    /// A hub knows a box by the message of its tests, and without one by the name of its node. Which that is
    /// only the machine knows that it runs on.
    void note_message()
    {
        const std::string& port = settings_.monitor.empty() ? option_.value_or("") : settings_.monitor;
        const bool has_message =
            std::ranges::find(settings_.keys, "message", &TomlEntry::key) != settings_.keys.end();
        if (port.find(':') != port.npos && !has_message)
            notes_.emplace_back("a hub has known it by the node name of its machine, and knows a tunnel of a "
                                "fleet by its own: message = \"NODENAME\" keeps the old one");
    }

    /// What the table has to come to: the same, with the paths absolute.
    void expect(const std::vector<std::pair<const Setting*, std::string>>& given)
    {
        expected_ = tunnel_;
        std::erase_if(expected_.environment, [](const auto& variable) {
            const Setting* const setting = setting_of_variable(variable.first);
            return setting != nullptr && is_left_out(*setting);
        });
        for (auto& [variable, value] : expected_.environment)
            if (variable == "AUTOSSH_PATH" || variable == "AUTOSSH_SECRETFILE")
                value = imported_path(value, tunnel_.directory);
        expected_.words.clear();
        for (const auto& [setting, value] : given) {
            const bool is_path = setting->option == "ssh" || setting->option == "secret-file";
            if (is_left_out(*setting))
                continue;
            if (setting->argument.empty())
                expected_.words.push_back(fmt::format("--{}", setting->option));
            else
                expected_.words.push_back(fmt::format(
                    "--{}={}", setting->option, is_path ? imported_path(value, tunnel_.directory) : value));
        }
        const std::vector<std::string> ours = words_for_fleet();
        expected_.words.insert(expected_.words.end(), ours.begin(), ours.end());
    }

    static bool is_left_out(const Setting& setting)
    {
        return setting.scope == Scope::process && setting.option != "nt-service" && setting.option != "name";
    }

    void name_it()
    {
        std::string wanted = tunnel_.name.empty() ? settings_.name : tunnel_.name;
        if (wanted.empty())
            wanted = host_of_destination(destination_);
        made_.name = imported_name(wanted, taken_);
        if (made_.name != wanted)
            notes_.push_back(fmt::format("\"{}\" {}", wanted,
                                         is_fleet_name(wanted) ? "is the name of another one"
                                                               : "cannot be the name of a tunnel"));
    }

    static void put(std::vector<TomlEntry>& keys, std::string key, TomlValue value)
    {
        keys.push_back({std::move(key), {}, std::move(value)});
    }

    /// The most readable form. Nothing: a word has no key.
    std::optional<std::vector<TomlEntry>> keys_of_words()
    {
        auto words = read_ssh_words(ssh_);
        if (!words)
            return std::nullopt;
        words->no_command = words->no_command || settings_.is_service;
        const std::string monitor = settings_.monitor.empty() ? option_.value_or("") : settings_.monitor;
        auto keys = readable_keys(*words, made_.name, monitor, tunnel_.labels);
        if (keys)
            put_settings(*keys, !words->no_command);
        return keys;
    }

    /// What 1.4g does when ssh ends well is not what a fleet does.
    void put_settings(std::vector<TomlEntry>& keys, bool may_end)
    {
        keys.insert(keys.end(), settings_.keys.begin(), settings_.keys.end());
        const auto has_restart = std::ranges::find(settings_.keys, "restart", &TomlEntry::key);
        if (may_end && !settings_.is_service && has_restart == settings_.keys.end())
            put(keys, "restart", imported_text("on-failure"));
        if (!tunnel_.groups.empty())
            put(keys, "groups", imported_list(tunnel_.groups));
        if (!tunnel_.enabled) {
            TomlValue off;
            off.kind = TomlKind::truth;
            off.text = "false";
            put(keys, "enabled", off);
        }
    }

    std::optional<std::vector<TomlEntry>> whole(std::vector<std::string> words)
    {
        if (!settings_.monitor.empty())
            words.insert(words.begin(), fmt::format("--port={}", settings_.monitor));
        std::vector<TomlEntry> keys;
        put(keys, "autossh", imported_text(shell_quoted(words)));
        put_settings(keys, !no_command_);
        return keys;
    }

    /// Without what is of the process, and with no doubt about what is ssh's.
    std::vector<std::string> words_for_fleet() const
    {
        std::vector<std::string> words;
        if (option_)
            words.insert(words.end(), {"-M", *option_});
        words.emplace_back("--");
        if (settings_.is_service && !no_command_)
            words.emplace_back("-N");
        words.insert(words.end(), ssh_.begin(), ssh_.end());
        return words;
    }

    std::string comments() const
    {
        std::string text = fmt::format("# from {}\n", printable(tunnel_.source));
        for (const auto* const notes : {&tunnel_.notes, &settings_.notes, &notes_})
            for (const std::string& note : *notes)
                text += fmt::format("# {}\n", printable(note));
        if (!tunnel_.ending.empty())
            text += fmt::format("# to end it there: {}\n", printable(tunnel_.ending));
        return text;
    }

    const ImportedTunnel& tunnel_;
    std::set<std::string>& taken_;
    ImportedTable made_;
    ImportedSettings settings_;
    std::optional<std::string> option_;  ///< the value of -M
    std::vector<std::string> ssh_;
    std::string destination_;
    bool no_command_ = false;
    ImportedTunnel expected_;
    std::vector<std::string> notes_;
};

}  // namespace

ImportedTable imported_table(const ImportedTunnel& tunnel, std::set<std::string>& taken)
{
    return TableMaker(tunnel, taken).make();
}

}  // namespace autossh
