// Where secrets come from, and for whom: as the user says it, without any of them. Plain data.
#pragma once

#include <string>
#include <vector>

namespace autossh {

/// Manual, "Secrets": where one is read from. It never holds the secret itself.
struct SecretSource {
    enum class Kind {
        file,        ///< the first line of the file `name`
        descriptor,  ///< read once from `fd`
        command,     ///< the first line that `command` prints, run anew for each question
        credential,  ///< the first line of the file `name` in $CREDENTIALS_DIRECTORY
        prompt,      ///< asked once on the terminal
    };
    Kind kind = Kind::file;
    std::string name = {};
    int fd = -1;
    std::vector<std::string> command = {};

    bool operator==(const SecretSource&) const = default;
};

/// Which secret answers which question of ssh's.
struct SecretRule {
    std::string pattern;  ///< of a key's path, or of `USER@HOST` with or without the question; empty: the
                          ///< secret for what no pattern names
    SecretSource source;

    bool operator==(const SecretRule&) const = default;
};

}  // namespace autossh
