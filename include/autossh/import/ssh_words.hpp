// The words for ssh, taken apart by its grammar: which of them are forwards, and what else there is. Pure.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// An option by a letter.
struct SshWordOption {
    char letter = 0;
    std::optional<std::string> value = {};  ///< nothing: it takes none

    bool operator==(const SshWordOption&) const = default;
};

struct SshWords {
    std::vector<SshWordOption> options = {};  ///< in order, but for -L, -R, -D and -N
    std::vector<std::string> local = {};
    std::vector<std::string> remote = {};
    std::vector<std::string> dynamic = {};
    bool no_command = false;  ///< -N
    std::string destination = {};
    std::vector<std::string> command = {};

    /// `options` as words.
    std::vector<std::string> option_words() const;
    /// All of them.
    std::vector<std::string> words() const;
};

/// `words`: without argv[0]. Nothing where a letter is not known, a value is missing, or no destination is
/// there.
std::optional<SshWords> read_ssh_words(std::span<const std::string> words);

/// Both have ssh do the same: what is not in order among the forwards does not matter to it, nor where they
/// stand, nor into how many words the command is divided.
bool have_same_meaning(SshWords one, SshWords other);

}  // namespace autossh
