#include "autossh/settings/tunnel_file.hpp"

#include "autossh/base/text.hpp"
#include "autossh/settings/fleet_keys.hpp"

#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view line_blanks = " \t\r";

/// The states are those of systemd's parser.
class EnvironmentFileReader {
public:
    void take(char letter)
    {
        switch (state_) {
        case State::line: begin_line(letter); break;
        case State::comment:
            state_ = letter == '\\' ? State::comment_escape : letter == '\n' ? State::line : state_;
            break;
        case State::comment_escape: state_ = State::comment; break;
        case State::key: in_key(letter); break;
        case State::single: in_quotes(letter, '\''); break;
        case State::doubled: in_quotes(letter, '"'); break;
        case State::doubled_escape:
            if (letter != '\n')
                value_ += std::string(
                              std::string_view("\"\\`$").find(letter) == std::string_view::npos ? "\\" : "") +
                          letter;
            state_ = State::doubled;
            break;
        case State::before:
        case State::value: in_value(letter); break;
        case State::escape:
            if (letter != '\n')
                value_ += letter;
            keep_ = true;
            state_ = State::value;
            break;
        }
    }

    std::vector<std::pair<std::string, std::string>> end()
    {
        if (state_ != State::line && state_ != State::comment && state_ != State::comment_escape &&
            state_ != State::key)
            end_value();
        return std::move(variables_);
    }

private:
    enum class State {
        line,
        comment,
        comment_escape,
        key,
        before,  ///< a value
        value,
        escape,
        single,
        doubled,
        doubled_escape,
    };

    void begin_line(char letter)
    {
        if (letter == '#' || letter == ';') {
            state_ = State::comment;
        } else if (white_space.find(letter) == std::string_view::npos) {
            state_ = State::key;
            key_ = letter;
        }
    }

    void in_key(char letter)
    {
        if (letter == '=')
            state_ = State::before;
        else if (letter == '\n')
            state_ = State::line;
        else
            key_ += letter;
    }

    void in_quotes(char letter, char quote)
    {
        if (letter == quote)
            state_ = State::before;
        else if (letter == '\\' && quote == '"')
            state_ = State::doubled_escape;
        else
            value_ += letter;
    }

    void in_value(char letter)
    {
        const bool is_blank = line_blanks.find(letter) != std::string_view::npos;
        if (letter == '\n') {
            end_value();
            state_ = State::line;
        } else if (letter == '\\') {
            state_ = State::escape;
        } else if (state_ == State::before && (letter == '\'' || letter == '"')) {
            keep_ = true;
            state_ = letter == '"' ? State::doubled : State::single;
        } else if (state_ == State::value || !is_blank) {
            keep_ = keep_ && is_blank;
            value_ += letter;
            state_ = State::value;
        }
    }

    void end_value()
    {
        if (!keep_)
            value_.erase(value_.find_last_not_of(line_blanks) + 1);
        key_.erase(key_.find_last_not_of(line_blanks) + 1);
        variables_.emplace_back(std::exchange(key_, {}), std::exchange(value_, {}));
        keep_ = false;
    }

    State state_ = State::line;
    std::string key_;
    std::string value_;
    bool keep_ = false;  ///< the blanks at the end
    std::vector<std::pair<std::string, std::string>> variables_;
};

TomlValue text_value(std::string text, const FilePlace& at)
{
    return {TomlKind::text, std::move(text), {}, {}, at};
}

TomlEntry entry_of(std::string key, std::string text, const FilePlace& at)
{
    return {std::move(key), at, text_value(std::move(text), at)};
}

/// Of a variable of ours: the key of its option, with a value of the kind that it takes.
TomlEntry entry_of(const Setting& setting, std::string text, const FilePlace& at)
{
    if (setting.option == "port")
        return entry_of("monitor", std::move(text), at);
    TomlEntry entry = entry_of(std::string(setting.option), std::move(text), at);
    const std::string word = lower_case(entry.value.text);
    if (setting.argument == "N")
        entry.value.kind = TomlKind::integer;
    if (setting.argument.empty() && (word == "yes" || word == "no")) {
        entry.value.kind = TomlKind::truth;
        entry.value.text = word == "yes" ? "true" : "false";
    }
    return entry;
}

}  // namespace

std::vector<std::pair<std::string, std::string>> read_environment_file(std::string_view text)
{
    EnvironmentFileReader reader;
    for (const char letter : text)
        reader.take(letter);
    return reader.end();
}

std::vector<TomlEntry> keys_of_tunnel_file(std::string_view text, const FilePlace& begin, FleetErrors& errors)
{
    std::vector<TomlEntry> keys;
    TomlValue environment;
    environment.at = begin;
    for (auto& [variable, value] : read_environment_file(text)) {
        const Setting* const setting = setting_of_variable(variable);
        if (variable == "OPTIONS")
            keys.push_back(entry_of("autossh", std::move(value), begin));
        else if (setting == nullptr)
            environment.entries.push_back(entry_of(variable, std::move(value), begin));
        else if (setting->scope == Scope::process && setting->option != "name")
            errors.add(begin, fmt::format("{} is of the whole process", variable),
                       fmt::format("give --{} on the command line of the fleet", setting->option));
        else if (setting->scope == Scope::tunnel)
            keys.push_back(entry_of(*setting, std::move(value), begin));
    }
    if (find_entry(keys, "autossh") == nullptr)
        errors.add(begin, "the file sets no OPTIONS", "the tunnel needs at least a destination");
    if (!environment.entries.empty())
        keys.push_back({"environment", begin, std::move(environment)});
    return keys;
}

}  // namespace autossh
