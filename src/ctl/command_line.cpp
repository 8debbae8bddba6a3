#include "autossh/ctl/command_line.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/ctl/command_values.hpp"
#include "autossh/ctl/option_values.hpp"
#include "autossh/ctl/word_meaning.hpp"
#include "autossh/settings/fleet_keys.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Reads the words one by one.
class CtlReader {
public:
    explicit CtlReader(std::span<const std::string> words) : words_(words) {}

    CtlCommand read()
    {
        while (!words_.empty()) {
            const std::string word = take();
            if (options_end_ || word == "-" || !word.starts_with('-'))
                take_word(word);
            else if (word == "--")
                end_options();
            else if (word.starts_with("--"))
                take_long(word.substr(2));
            else
                take_letters(word.substr(1));
            if (command_.verb == CtlVerb::complete)
                break;
        }
        check();
        return std::move(command_);
    }

private:
    std::string take()
    {
        std::string word = words_.front();
        words_ = words_.subspan(1);
        return word;
    }

    /// Of import and doctor, a command line follows.
    void end_options()
    {
        options_end_ = true;
        if (command_.verb != CtlVerb::adopt && command_.verb != CtlVerb::doctor)
            return;
        command_.words.assign(words_.begin(), words_.end());
        words_ = {};
        const bool has_more = command_.words.empty() || !names_.empty() || is_all_;
        if (command_.verb == CtlVerb::doctor && has_more)
            throw UsageError("doctor takes TUNNELS, or -- autossh WORDS");
    }

    void take_word(const std::string& word)
    {
        if (word.empty())
            throw UsageError("an empty word is neither a command nor a tunnel");
        if (!has_verb_) {
            command_.verb = verb_of(word);
            has_verb_ = true;
            return;
        }
        names_.push_back(word);
    }

    void take_long(const std::string& text)
    {
        const std::size_t equals = std::min(text.find('='), text.size());
        if (text == "complete" && !has_verb_) {
            command_.verb = CtlVerb::complete;
            command_.words.assign(words_.begin(), words_.end());
            return;
        }
        const CtlOption& option = long_option(std::string_view(text).substr(0, equals));
        if (equals == text.size()) {
            give(option, option.argument.empty() ? "" : value_of(option));
            return;
        }
        if (option.argument.empty())
            throw UsageError(fmt::format("option --{} takes no value", option.name));
        give(option, text.substr(equals + 1));
    }

    /// "import autossh -M 0 ..."
    void check_for_command_line() const
    {
        if (command_.verb == CtlVerb::adopt && !names_.empty() &&
            (names_.back() == "autossh" || names_.back().ends_with("/autossh")))
            throw UsageError("a command line stands behind --: import -- autossh WORDS");
    }

    void take_letters(std::string letters)
    {
        check_for_command_line();
        while (!letters.empty()) {
            const CtlOption& option = short_option(letters.front());
            letters.erase(0, 1);
            if (option.argument.empty()) {
                give(option, "");
                continue;
            }
            give(option, letters.empty() ? value_of(option) : letters);
            return;
        }
    }

    std::string value_of(const CtlOption& option)
    {
        if (words_.empty())
            throw UsageError(fmt::format("option {} requires a value", in_words(option)));
        return take();
    }

    void give(const CtlOption& option, const std::string& value)
    {
        given_.push_back(&option);
        const std::string_view name = option.name;
        if (name == "daemon" && value.empty())
            throw UsageError("option --daemon requires a name or a pid");
        if (name == "from")
            command_.from = kind_of_import(value);
        if (name == "color")
            command_.colour = colour_when(value);
        if (name == "wait")
            command_.wait = wait_time(value);
        if (name == "since")
            command_.since = look_back(value);
        if (name == "output" && value.empty())
            throw UsageError("option --output requires the path of a file");
        if (name == "lines")
            command_.lines = number_of_lines(value);
        if (name == "warning")
            command_.warning = health_limit("--warning", value);
        if (name == "critical")
            command_.critical = health_limit("--critical", value);
        if (std::string* const text = text_for(name, command_))
            *text = value;
        if (bool* const flag = flag_for(name, command_))
            *flag = true;
        is_all_ = is_all_ || name == "all";
        has_help_ = has_help_ || name == "help";
        has_version_ = has_version_ || name == "version";
    }

    void check()
    {
        if (command_.verb == CtlVerb::complete)
            return;
        if (has_help_ || has_version_ || command_.verb == CtlVerb::help) {
            command_.verb = has_version_ ? CtlVerb::version : CtlVerb::help;
            return;
        }
        for (const CtlOption* const option : given_)
            if (!goes_with(*option, command_.verb))
                throw UsageError(
                    fmt::format("option {} does not go with {}", in_words(*option), name(command_.verb)));
        const auto entry = std::ranges::find(ctl_verbs(), command_.verb, &CtlVerbEntry::verb);
        if (entry->arguments == "[FILE]")
            take_file();
        else if (command_.verb == CtlVerb::adopt)
            take_sources();
        else
            take_tunnels(*entry);
    }

    void take_file()
    {
        if (names_.size() > 1)
            throw UsageError(fmt::format("{} takes one file", name(command_.verb)));
        if (!names_.empty())
            command_.file = names_.front();
    }

    void take_sources()
    {
        command_.sources = std::move(names_);
        if (command_.sources.empty() && command_.words.empty() && !command_.running)
            throw UsageError("import needs a file, - for standard input, --running, or -- autossh WORDS");
        if (!command_.file.empty() && !command_.write)
            throw UsageError("--file goes with --write");
        if (!command_.name.empty() && !is_fleet_name(command_.name))
            throw UsageError(
                fmt::format("--name: a name has letters, digits and _.@+-, no - at its beginning, "
                            "and at most 64 of them, not \"{}\"",
                            command_.name));
    }

    void take_tunnels(const CtlVerbEntry& entry)
    {
        if (entry.arguments.empty() && !names_.empty())
            throw UsageError(fmt::format("{} takes no tunnels, it is about {}", entry.name,
                                         entry.verb == CtlVerb::reload ? "the whole file" : "all of them"));
        if ((is_all_ || !command_.forget.empty()) && !names_.empty())
            throw UsageError(is_all_ ? "--all and names do not go together" : "--forget takes one box alone");
        if (entry.arguments == "TUNNELS" && names_.empty() && !is_all_)
            throw UsageError(fmt::format("{} needs the names of tunnels, or --all", entry.name));
        command_.tunnels = std::move(names_);
        if (is_all_)
            command_.tunnels = {"*"};
    }

    std::span<const std::string> words_;
    CtlCommand command_;
    std::vector<std::string> names_;
    std::vector<const CtlOption*> given_;
    bool has_verb_ = false;
    bool options_end_ = false;
    bool is_all_ = false;
    bool has_help_ = false;
    bool has_version_ = false;
};

}  // namespace

CtlCommand read_ctl_command(std::span<const std::string> words)
{
    return CtlReader(words).read();
}

}  // namespace autossh
