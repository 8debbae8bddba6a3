#include "autossh/import/command.hpp"

#include "autossh/import/shell_line.hpp"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A program that runs another.
struct Wrapper {
    std::string_view name;
    std::string_view with_value;  ///< its options that have a word of their own
    int words;                    ///< of its own, before the command
};

constexpr std::array wrappers{
    Wrapper{"env", "uCS", 0},      Wrapper{"nohup", "", 0},
    Wrapper{"exec", "a", 0},       Wrapper{"command", "", 0},
    Wrapper{"setsid", "", 0},      Wrapper{"nice", "n", 0},
    Wrapper{"ionice", "cn", 0},    Wrapper{"time", "fo", 0},
    Wrapper{"timeout", "ks", 1},   Wrapper{"sudo", "ugCDhpRrTtU", 0},
    Wrapper{"doas", "Cu", 0},      Wrapper{"runuser", "ugG", 0},
    Wrapper{"sshpass", "pfdP", 0}, Wrapper{"stdbuf", "ioe", 0},
    Wrapper{"screen", "cSeht", 0}, Wrapper{"start-stop-daemon", "", 99},
    Wrapper{"chronic", "", 0},     Wrapper{"flock", "Ewc", 1},
    Wrapper{"dumb-init", "", 0},   Wrapper{"tini", "", 0},
};

constexpr std::array<std::string_view, 6> shells{"sh", "bash", "dash", "ash", "zsh", "su"};

const Wrapper* wrapper_of(const std::string& word)
{
    const auto found = std::ranges::find(wrappers, file_name_of(word), &Wrapper::name);
    return found == wrappers.end() ? nullptr : &*found;
}

bool is_autossh(const std::string& word)
{
    const std::string name = file_name_of(word);
    return name == "autossh" || name == "autossh.exe";
}

class CommandReader {
public:
    CommandReader(std::span<const std::string> words, const ImportedTunnel& like, const ImportLookup& lookup)
        : rest_(words), tunnel_(like), lookup_(lookup)
    {}

    Imported read()
    {
        while (!rest_.empty()) {
            const std::string word = rest_.front();
            rest_ = rest_.subspan(1);
            if (auto assignment = assignment_in(word)) {
                tunnel_.environment.push_back(std::move(*assignment));
            } else if (is_autossh(word)) {
                tunnel_.words.assign(rest_.begin(), rest_.end());
                return {.tunnels = {tunnel_}};
            } else if (std::ranges::find(shells, file_name_of(word)) != shells.end()) {
                return by_shell(file_name_of(word));
            } else if (const Wrapper* const wrapper = wrapper_of(word)) {
                note(*wrapper);
                skip_words_of(*wrapper);
            } else {
                return {};
            }
        }
        return {};
    }

private:
    /// Its words are not told: there may be a password among them.
    void note(const Wrapper& wrapper)
    {
        if (wrapper.name == "env" || wrapper.name == "exec" || wrapper.name == "command" ||
            wrapper.name == "nohup" || wrapper.name == "setsid")
            return;  // a fleet needs none of them
        tunnel_.notes.push_back(wrapper.name == "sshpass"
                                    ? "sshpass before autossh is not carried over: use secret-file, "
                                      "secret-command or secret-credential"
                                    : fmt::format("{} before autossh is not carried over", wrapper.name));
    }

    void skip_words_of(const Wrapper& wrapper)
    {
        int words = wrapper.words;
        while (!rest_.empty()) {
            const std::string& word = rest_.front();
            const bool is_option = word.size() > 1 && word.front() == '-';
            if (!is_option && (words == 0 || is_autossh(word)))
                return;
            words -= is_option ? 0 : 1;
            const bool has_value =
                is_option && word[1] != '-' && word.find_first_of(wrapper.with_value, 1) == word.size() - 1;
            rest_ = rest_.subspan(has_value && rest_.size() > 1 ? 2 : 1);
            if (word == "--" && words == 0)
                return;
        }
    }

    /// sh -c LINE
    Imported by_shell(const std::string& shell)
    {
        for (std::size_t i = 0; i + 1 < rest_.size(); ++i) {
            const std::string& word = rest_[i];
            const bool is_line = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
            if (!is_line)
                continue;
            if (shell == "su")
                tunnel_.notes.emplace_back("su before autossh is not carried over: a fleet is of one user");
            return tunnels_of_shell_line(rest_[i + 1], tunnel_, lookup_);
        }
        return {};
    }

    std::span<const std::string> rest_;
    ImportedTunnel tunnel_;
    const ImportLookup& lookup_;
};

}  // namespace

std::optional<std::pair<std::string, std::string>> assignment_in(std::string_view word)
{
    const auto is_of_name = [](char letter) {
        return letter == '_' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9');
    };
    const std::size_t equals = word.find('=');
    if (equals == word.npos || equals == 0 || (word.front() >= '0' && word.front() <= '9') ||
        !std::ranges::all_of(word.substr(0, equals), is_of_name))
        return std::nullopt;
    return std::pair(std::string(word.substr(0, equals)), std::string(word.substr(equals + 1)));
}

Imported tunnels_of_command(std::span<const std::string> words, const ImportedTunnel& like,
                            const ImportLookup& lookup)
{
    return CommandReader(words, like, lookup).read();
}

Imported tunnels_of_shell_line(std::string_view line, const ImportedTunnel& like, const ImportLookup& lookup)
{
    const auto commands = read_shell_line(line, lookup);
    if (!commands)
        return {{}, {fmt::format("{}: a quote is left open", like.source)}};
    Imported all;
    for (const ShellCommand& command : *commands) {
        ImportedTunnel tunnel = like;
        if (commands->size() > 1)
            tunnel.notes.emplace_back("the line has other commands, which are not carried over");
        if (command.is_redirected)
            tunnel.notes.emplace_back("where its output went to is not carried over: see [log]");
        Imported found = tunnels_of_command(command.words, tunnel, lookup);
        if (!found.tunnels.empty() && !command.unknown.empty())
            all.errors.push_back(
                fmt::format("{}: what {} stands for only the shell knows: write it out", like.source,
                            command.unknown.starts_with("$(") || command.unknown.starts_with('`')
                                ? "a command in the line"
                                : command.unknown));
        else
            all.add(std::move(found));
    }
    return all;
}

}  // namespace autossh
