// A process of another user that attacks whoever makes directories where that user can change them.
#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/forked.hpp"

#include <chrono>
#include <filesystem>
#include <string>

#include <sys/types.h>

namespace autossh_test {

/// For a minute it moves away each of autossh's private directories that it can, with programs of its own in
/// its place, and swaps the directory around them for a link and back. Only root can start it.
class PlaceAttacker {
public:
    static constexpr std::chrono::seconds time{60};

    /// `safe`: a directory to which its link leads.
    PlaceAttacker(uid_t user, const std::filesystem::path& safe);

    /// The directory that the victim is told of. Anybody may write there.
    std::filesystem::path place() const { return top_ / "run"; }

    bool is_over() const { return exit_of(process_.pid()).has_value(); }
    /// Nothing of another user's was ever seen there.
    bool has_seen_nothing() const { return exit_of(process_.pid()) == exited(0); }
    /// The users that have run its program, one a line.
    std::string victims() const { return read_file(mark()); }

private:
    std::filesystem::path mark() const { return top_ / "mark"; }
    std::filesystem::path prepare(uid_t user) const;

    TemporaryDirectory top_;
    Forked process_;
};

}  // namespace autossh_test
