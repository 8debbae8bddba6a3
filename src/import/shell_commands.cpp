#include "autossh/base/text.hpp"
#include "autossh/import/shell_state.hpp"
#include "autossh/import/wrappers.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

bool names_autossh(std::string_view text)
{
    return text.find("autossh") != text.npos;
}

/// "$(COMMAND)" whose command may start one: "$(pgrep autossh)" does not.
bool may_start_autossh(const std::string& unknown)
{
    if (!names_autossh(unknown) || (!unknown.starts_with("$(") && !unknown.starts_with('`')))
        return false;
    return !starts_nothing(words_of(unknown.substr(unknown.starts_with('`') ? 1 : 2)));
}

/// The tunnels of the commands of one line, one after the other.
class ShellLine {
public:
    ShellLine(const ImportedTunnel& like, ShellState& state) : like_(like), state_(state) {}

    Imported read(std::string_view line)
    {
        const bool good = read_shell_commands(
            line, [this](std::string_view name) { return state_.lookup(name); },
            [this](const ShellCommand& command, char end) { take(command, end); });
        if (!good)
            return {{}, {fmt::format("{}: a quote is left open", like_.source)}};
        if (commands_ > 1)
            for (ImportedTunnel& tunnel : found_.tunnels)
                tunnel.notes.insert(tunnel.notes.begin() + static_cast<std::ptrdiff_t>(like_.notes.size()),
                                    "the line has other commands, which are not carried over");
        return std::move(found_);
    }

private:
    void take(const ShellCommand& command, char end)
    {
        if (!state_.is_name(command, end) && !command.words.empty())
            run(command);
        state_.take_end(command, end);
    }

    void run(ShellCommand command)
    {
        state_.take_keywords(command);
        ++commands_;
        if (may_start_autossh(command.unknown))
            refuse(command);
        else if (state_.take(command))
            --commands_;
        else
            start(command);
    }

    void start(const ShellCommand& command)
    {
        Imported found = tunnels_of_command(command.words, like_now(command),
                                            [this](std::string_view name) { return state_.lookup(name); });
        const bool is_error =
            found.tunnels.empty() && found.errors.empty() &&
            (names_autossh(command.unknown) || std::ranges::any_of(command.words, names_autossh)) &&
            !starts_nothing(command.words) && !state_.is_function(command.words.front());
        if (is_error)
            refuse(command);
        else if (!found.tunnels.empty() && !command.unknown.empty())
            refuse_unknown(command.unknown);
        else
            add(std::move(found));
    }

    ImportedTunnel like_now(const ShellCommand& command) const
    {
        ImportedTunnel like = like_;
        like.directory = state_.directory();
        if (state_.has_condition())
            like.notes.emplace_back("it was started on a condition, which is not carried over");
        if (command.is_redirected)
            like.notes.emplace_back("where its output went to is not carried over: see [log]");
        for (const auto& variable : state_.exported()) {
            std::erase_if(like.environment, [&](const auto& other) { return other.first == variable.first; });
            like.environment.push_back(variable);
        }
        return like;
    }

    void add(Imported found)
    {
        for (const std::string& name : state_.unknown_exports())
            if (name.starts_with("AUTOSSH_") && !found.tunnels.empty()) {
                refuse_unknown("$" + name);
                return;
            } else {
                for (ImportedTunnel& tunnel : found.tunnels)
                    tunnel.notes.push_back(
                        fmt::format("{} is not carried over: only the shell knows its value", name));
            }
        found_.add(std::move(found));
    }

    void refuse_unknown(const std::string& unknown)
    {
        found_.errors.push_back(fmt::format(
            "{}: what {} stands for only the shell knows: write it out", like_.source,
            unknown.starts_with("$(") || unknown.starts_with('`') ? "a command in the line" : unknown));
    }

    /// Its words are not told: there may be a password among them.
    void refuse(const ShellCommand& command)
    {
        const auto program = std::ranges::find_if_not(
            command.words, [](const auto& word) { return assignment_in(word).has_value(); });
        const std::string name = program == command.words.end() ? "" : file_name_of(*program);
        found_.errors.push_back(fmt::format(
            "{}: a command with autossh in it is not understood: {}: write it out as autossh WORDS",
            like_.source, name.empty() ? "a command in the line" : printable(name)));
    }

    const ImportedTunnel& like_;
    ShellState& state_;
    int commands_ = 0;  ///< that did more than to change the state
    Imported found_;
};

}  // namespace

Imported tunnels_of_shell_line(std::string_view line, const ImportedTunnel& like, ShellState& state)
{
    return ShellLine(like, state).read(line);
}

Imported tunnels_of_shell_line(std::string_view line, const ImportedTunnel& like, const ImportLookup& lookup)
{
    ShellState state(like.directory, lookup);
    return tunnels_of_shell_line(line, like, state);
}

}  // namespace autossh
