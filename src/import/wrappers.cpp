#include "autossh/import/wrappers.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>

namespace autossh {

namespace {

constexpr std::array wrappers{
    Wrapper{"env", "uCS", 0},
    Wrapper{"nohup", "", 0},
    Wrapper{"exec", "a", 0},
    Wrapper{"command", "", 0},
    Wrapper{"setsid", "", 0},
    Wrapper{"nice", "n", 0},
    Wrapper{"ionice", "cn", 0},
    Wrapper{"time", "fo", 0},
    Wrapper{"timeout", "ks", 1},
    Wrapper{"sudo", "ugCDhpRrTtU", 0},
    Wrapper{"doas", "Cu", 0},
    Wrapper{"runuser", "ugG", 0},
    Wrapper{"gosu", "", 1},
    Wrapper{"su-exec", "", 1},
    Wrapper{"sshpass", "pfdP", 0},
    Wrapper{"stdbuf", "ioe", 0},
    Wrapper{"screen", "cSeht", 0},
    Wrapper{"ssh-agent", "aEOPt", 0},
    Wrapper{"systemd-run", "pudEHMGsP", 0},
    Wrapper{"daemonize", "aceoplu", 0},
    Wrapper{"chronic", "", 0},
    Wrapper{"flock", "Ewc", 1},
    Wrapper{"dumb-init", "", 0},
    Wrapper{"tini", "", 0},
};

/// Long options whose value is the next word.
constexpr std::array<std::string_view, 9> long_with_value{"--unit",  "--property",  "--description",
                                                          "--slice", "--uid",       "--gid",
                                                          "--nice",  "--user-unit", "--service-type"};

constexpr std::array<std::string_view, 32> idle{"pkill",
                                                "pgrep",
                                                "killall",
                                                "pidof",
                                                "ps",
                                                "grep",
                                                "egrep",
                                                "fgrep",
                                                "echo",
                                                "printf",
                                                "logger",
                                                "test",
                                                "[",
                                                "[[",
                                                "which",
                                                "type",
                                                "kill",
                                                "rm",
                                                "touch",
                                                "mkdir",
                                                "chmod",
                                                "chown",
                                                "cat",
                                                "tail",
                                                "mv",
                                                "cp",
                                                "ln",
                                                "exit",
                                                "killproc",
                                                "pidofproc",
                                                "log_daemon_msg",
                                                "status_of_proc"};

/// Options of start-stop-daemon that have a value: a letter and a name each.
constexpr std::string_view daemon_letters = "xapnusocgrdkNPIR";
constexpr std::array<std::string_view, 19> daemon_options{
    "exec",    "startas", "pidfile", "name",  "user",          "signal",    "output",
    "chuid",   "group",   "chroot",  "chdir", "umask",         "nicelevel", "procsched",
    "iosched", "retry",   "ppid",    "pid",   "notify-timeout"};

class DaemonWords {
public:
    std::optional<std::vector<std::string>> read(std::span<const std::string> words)
    {
        while (!words.empty()) {
            const std::string word = words.front();
            words = words.subspan(1);
            if (word == "--") {
                arguments_.insert(arguments_.end(), words.begin(), words.end());
                break;
            }
            if (word.size() < 2 || word.front() != '-')
                arguments_.push_back(word);
            else if (const bool takes_next = take_option(word, words.empty() ? "" : words.front());
                     takes_next && !words.empty())
                words = words.subspan(1);
        }
        const std::string program = as_.empty() ? exec_ : as_;
        if (!starts_ || only_tests_)
            return std::nullopt;
        arguments_.insert(arguments_.begin(), program);
        return arguments_;
    }

private:
    /// Whether the next word is its value.
    bool take_option(const std::string& word, const std::string& next)
    {
        if (word.starts_with("--")) {
            const std::size_t equals = std::min(word.find('='), word.size());
            const std::string name = word.substr(2, equals - 2);
            const bool has_value = std::ranges::find(daemon_options, name) != daemon_options.end();
            const bool is_apart = has_value && equals == word.size();
            set(name, is_apart ? next : word.substr(std::min(equals + 1, word.size())));
            return is_apart;
        }
        for (std::size_t i = 1; i < word.size(); ++i) {
            starts_ = starts_ || word[i] == 'S';
            only_tests_ = only_tests_ || word[i] == 't';
            if (daemon_letters.find(word[i]) == std::string_view::npos)
                continue;
            const std::string attached = word.substr(i + 1);
            set(word[i] == 'x'   ? "exec"
                : word[i] == 'a' ? "startas"
                                 : "",
                attached.empty() ? next : attached);
            return attached.empty();
        }
        return false;
    }

    void set(const std::string& name, const std::string& value)
    {
        if (name == "start")
            starts_ = true;
        if (name == "test")
            only_tests_ = true;
        if (name == "exec")
            exec_ = value;
        if (name == "startas")
            as_ = value;
    }

    bool starts_ = false;
    bool only_tests_ = false;
    std::string exec_;
    std::string as_;
    std::vector<std::string> arguments_;
};

}  // namespace

const Wrapper* wrapper_of(const std::string& word)
{
    const auto found = std::ranges::find(wrappers, file_name_of(word), &Wrapper::name);
    return found == wrappers.end() ? nullptr : &*found;
}

std::span<const std::string> without_words_of(const Wrapper& wrapper, std::span<const std::string> words)
{
    int left = wrapper.words;
    while (!words.empty()) {
        const std::string& word = words.front();
        const bool is_option = word.size() > 1 && word.front() == '-';
        if (!is_option && left == 0)
            return words;
        left -= is_option ? 0 : 1;
        const bool is_long = word.starts_with("--");
        const bool has_value =
            is_long ? std::ranges::find(long_with_value, word) != long_with_value.end()
                    : is_option && word.find_first_of(wrapper.with_value, 1) == word.size() - 1;
        words = words.subspan(has_value && words.size() > 1 ? 2 : 1);
        if (word == "--" && left == 0)
            break;
    }
    return words;
}

bool clears_environment(std::string_view wrapper, std::span<const std::string> words)
{
    const auto has = [words](std::string_view begin) {
        return std::ranges::any_of(words, [&](const std::string& word) { return word.starts_with(begin); });
    };
    if (wrapper == "env")
        return has("-i") || has("--ignore-environment") || std::ranges::find(words, "-") != words.end();
    if (wrapper == "systemd-run")
        return !has("--scope");
    return wrapper == "doas" || (wrapper == "sudo" && !has("-E") && !has("--preserve-env"));
}

std::optional<std::vector<std::string>> command_of_start_stop_daemon(std::span<const std::string> words)
{
    return DaemonWords().read(words);
}

std::vector<std::string> command_of_tmux(std::span<const std::string> words)
{
    words = without_words_of({"tmux", "cfLST", 0}, words);
    constexpr std::array<std::string_view, 4> makers{"new-session", "new", "new-window", "neww"};
    if (words.empty() || std::ranges::find(makers, words.front()) == makers.end())
        return {};
    words = without_words_of({"new-session", "ceFfnstxy", 0}, words.subspan(1));
    return {words.begin(), words.end()};
}

bool starts_nothing(std::span<const std::string> words)
{
    if (words.empty())
        return true;
    const std::string name = file_name_of(words.front());
    if (name == "command")
        return words.size() > 1 && (words[1] == "-v" || words[1] == "-V");
    if (name == "start-stop-daemon")
        return !command_of_start_stop_daemon(words.subspan(1));
    if (name == "trap" && words.size() > 1)
        return starts_nothing(words_of(words[1]));
    return std::ranges::find(idle, name) != idle.end();
}

}  // namespace autossh
