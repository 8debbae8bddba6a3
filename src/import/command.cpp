#include "autossh/import/command.hpp"

#include "autossh/import/imported_paths.hpp"
#include "autossh/import/wrappers.hpp"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 6> shells{"sh", "bash", "dash", "ash", "zsh", "su"};

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
            const std::string name = file_name_of(word);
            rest_ = rest_.subspan(1);
            if (auto assignment = assignment_in(word)) {
                set(std::move(*assignment));
            } else if (is_autossh(word)) {
                tunnel_.words.assign(rest_.begin(), rest_.end());
                return {.tunnels = {tunnel_}};
            } else if (std::ranges::find(shells, name) != shells.end() ||
                       (name == "runuser" && !line_of_shell().empty())) {
                return by_shell(name);
            } else if (name == "start-stop-daemon" || name == "tmux") {
                return by_command(name);
            } else if (name == "eval") {
                return tunnels_of_shell_line(fmt::format("{}", fmt::join(rest_, " ")), tunnel_, lookup_);
            } else if (const Wrapper* const wrapper = wrapper_of(word)) {
                note(wrapper->name);
                skip_words_of(*wrapper);
            } else {
                return {};
            }
        }
        return {};
    }

private:
    void set(std::pair<std::string, std::string> variable)
    {
        std::erase_if(tunnel_.environment, [&](const auto& other) { return other.first == variable.first; });
        tunnel_.environment.push_back(std::move(variable));
    }

    /// Its words are not told: there may be a password among them.
    void note(std::string_view wrapper)
    {
        if (wrapper == "env" || wrapper == "exec" || wrapper == "command" || wrapper == "nohup" ||
            wrapper == "setsid")
            return;  // a fleet needs none of them
        tunnel_.notes.push_back(wrapper == "sshpass"
                                    ? "sshpass before autossh is not carried over: use secret-file, "
                                      "secret-command or secret-credential"
                                    : fmt::format("{} before autossh is not carried over", wrapper));
    }

    void skip_words_of(const Wrapper& wrapper)
    {
        const auto all = rest_;
        rest_ = without_words_of(wrapper, rest_);
        const auto own = all.first(all.size() - rest_.size());
        if (clears_environment(wrapper.name, own))
            tunnel_.environment.clear();
        if (wrapper.name == "systemd-run" || wrapper.name == "daemonize")
            tunnel_.directory.clear();
        for (std::size_t i = 0; i < own.size(); ++i) {
            const std::string next = i + 1 < own.size() ? own[i + 1] : "";
            if (wrapper.name == "env")
                take_word_of_env(own[i], next);
            else if (wrapper.name == "systemd-run")
                take_assignment(own[i].starts_with("--setenv=") ? own[i].substr(9)
                                : own[i] == "-E"                ? next
                                                                : "");
        }
    }

    void take_assignment(const std::string& word)
    {
        if (auto assignment = assignment_in(word))
            set(std::move(*assignment));
    }

    void take_word_of_env(const std::string& word, const std::string& next)
    {
        const std::string value = word.starts_with("--")
                                      ? word.substr(std::min(word.find('='), word.size() - 1) + 1)
                                  : word.size() > 2 ? word.substr(2)
                                                    : next;
        if (word.starts_with("-u") || word.starts_with("--unset="))
            std::erase_if(tunnel_.environment, [&](const auto& variable) { return variable.first == value; });
        if (word.starts_with("-C") || word.starts_with("--chdir="))
            tunnel_.directory = value.starts_with('/') || !tunnel_.directory.empty()
                                    ? imported_path(value, tunnel_.directory)
                                    : "";
    }

    /// start-stop-daemon --exec PROGRAM -- WORDS, tmux new-session COMMAND
    Imported by_command(const std::string& name)
    {
        const std::vector<std::string> command =
            name == "tmux" ? command_of_tmux(rest_)
                           : command_of_start_stop_daemon(rest_).value_or(std::vector<std::string>());
        note(name);
        const bool stays = name == "tmux" && std::ranges::find(rest_, "-c") == rest_.end();
        if (!stays)
            tunnel_.directory.clear();
        if (name == "tmux" && command.size() == 1)
            return tunnels_of_shell_line(command.front(), tunnel_, lookup_);
        return tunnels_of_command(command, tunnel_, lookup_);
    }

    /// The one behind -c. Empty: none is given.
    std::string line_of_shell() const
    {
        for (std::size_t i = 0; i < rest_.size(); ++i) {
            const std::string& word = rest_[i];
            if (word.starts_with("--command="))
                return word.substr(word.find('=') + 1);
            const bool is_line = word.starts_with('-') && !word.starts_with("--") && word.ends_with('c');
            if ((is_line || word == "--command") && i + 1 < rest_.size())
                return rest_[i + 1];
        }
        return "";
    }

    /// sh -c LINE, su - USER -c LINE
    Imported by_shell(const std::string& shell)
    {
        const std::string line = line_of_shell();
        if (line.empty())
            return {};
        if (shell != "su" && shell != "runuser")
            return tunnels_of_shell_line(line, tunnel_, lookup_);
        tunnel_.notes.push_back(
            fmt::format("{} before autossh is not carried over: a fleet is of one user", shell));
        const bool is_login = std::ranges::any_of(rest_, [](const std::string& word) {
            return word == "-" || word == "-l" || word == "--login" || word.starts_with("-l");
        });
        if (is_login) {
            tunnel_.directory.clear();  // that user's home
            tunnel_.environment.clear();
        }
        return tunnels_of_shell_line(line, tunnel_, [this](std::string_view name) {
            const bool is_users = name == "HOME" || name == "USER" || name == "LOGNAME";
            return is_users ? std::nullopt : lookup_(name);
        });
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

}  // namespace autossh
