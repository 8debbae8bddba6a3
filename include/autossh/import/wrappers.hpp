// Programs that run another one, as far as their words are known: env, nohup, tmux, start-stop-daemon. Pure.
#pragma once

#include "autossh/import/imported.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// A program whose own words stand before the command that it runs.
struct Wrapper {
    std::string_view name;
    std::string_view with_value;  ///< its options that have a word of their own
    int words;                    ///< of its own, before the command
};

/// By the last part of its path. Null: it is none.
const Wrapper* wrapper_of(const std::string& word);

/// What is left of `words`, which follow the wrapper's name, from the command on.
std::span<const std::string> without_words_of(const Wrapper& wrapper, std::span<const std::string> words);

/// Whether the wrapper with these words of its own keeps the variables from the command: sudo without -E.
bool clears_environment(std::string_view wrapper, std::span<const std::string> words);

/// The command that start-stop-daemon with these words starts. Nothing: it starts none.
std::optional<std::vector<std::string>> command_of_start_stop_daemon(std::span<const std::string> words);

/// What tmux runs in a new session or window; one word is a line for a shell. Empty: nothing.
std::vector<std::string> command_of_tmux(std::span<const std::string> words);

/// Whether the program only looks at others, ends them, or writes: "pgrep autossh" starts none.
bool starts_nothing(std::span<const std::string> words);

}  // namespace autossh
