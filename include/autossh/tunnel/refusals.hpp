// The forwards of a session that do not work, with what ssh does not know: who holds a local port.
#pragma once

#include "autossh/ssh/transcript.hpp"

#include <span>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

class Refusals {
public:
    /// Takes in those that are new; who holds a port is looked up now. It is not our own `ssh`, which may
    /// have the port on another address.
    void note(std::span<const Word> refused, pid_t ssh);

    /// In the order in which ssh has told of them.
    const std::vector<Failure>& all() const { return in_full_; }

    /// The cause, with the port's holder, who may have been told for the same port on another address.
    std::string in_full(const Word& word) const;

    /// The one that tells most: the transcript's reason if that is a forward, else the last.
    Failure gravest(const Transcript& transcript) const;

private:
    std::vector<Word> words_;
    std::vector<std::string> holders_;  ///< of each one's port; empty: none is known
    std::vector<Failure> in_full_;
};

}  // namespace autossh
