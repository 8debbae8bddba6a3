// What tunnels with the same log-in have learned of it together: after a refusal one of them tries. Pure: the
// time is given.
#pragma once

#include "autossh/base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>

namespace autossh {

/// autossh-fleet(5), "Starting". The same server, user and keys, and whatever else decides a log-in.
class StartAccount {
public:
    std::size_t members = 0;
    std::size_t up = 0;  ///< how many are logged in

    void logged_in()
    {
        is_proven_ = true;
        trier_.reset();
    }
    /// While another one is logged in, it is a matter of that member's own.
    void refused(std::uint32_t member, Time now)
    {
        if (up > 0)
            return;
        is_proven_ = false;
        trier_ = Trier{member, now};
    }
    /// That member is gone.
    void left(std::uint32_t member)
    {
        if (trier_ && trier_->member == member)
            trier_->member = 0;
    }

    /// No log-in has shown that it is accepted, or the last one was not.
    bool is_in_doubt() const { return !is_proven_; }
    bool was_refused() const { return trier_.has_value(); }  ///< since its last log-in
    /// Who tries it for all, by the waits of its own; 0: nobody.
    std::uint32_t trier() const { return trier_ ? trier_->member : 0; }
    /// The next start of another one; Time{}: at any time. `asked_at`: when somebody has asked for it.
    Time next_start(std::uint32_t member, std::optional<Time> asked_at) const;

private:
    struct Trier {
        std::uint32_t member;
        Time refused;
    };

    bool is_proven_ = false;
    std::optional<Trier> trier_;
};

}  // namespace autossh
