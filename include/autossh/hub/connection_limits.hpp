// How many connections the echo of a hub has at once, in all and of each account. Pure.
#pragma once

#include <cstddef>
#include <map>
#include <optional>

#include <sys/types.h>

namespace autossh {

class ConnectionLimits {
public:
    static constexpr std::size_t most_of_all = 2048;
    static constexpr std::size_t most_of_one = 64;

    /// `most`: in all, where the process may not have so many open files.
    explicit ConnectionLimits(std::size_t most = most_of_all) : most_(most) {}

    enum class Verdict { welcome, too_many, too_many_of_one };
    /// Counts it where it is welcome: else another one has to end first. `account`: those of whom the system
    /// does not tell are one.
    Verdict enter(std::optional<uid_t> account);
    void leave(std::optional<uid_t> account);
    /// Which account has to end one for another connection of `account`, after that verdict: itself, or at
    /// the limit of all the one that has most. That is `account` where others have no more.
    std::optional<uid_t> who_gives_way(Verdict verdict, std::optional<uid_t> account) const;

    std::size_t size() const { return size_; }

private:
    std::size_t most_;
    std::size_t size_ = 0;
    std::map<std::optional<uid_t>, std::size_t> by_account_;
};

}  // namespace autossh
