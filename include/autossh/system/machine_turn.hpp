// One process of this machine at a time, without a file.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"

#include <string>

namespace autossh {

/// Turns at what the name says, each kept for a while: an abstract socket (Linux), which the kernel takes
/// back from whoever ends. On other systems nobody has one.
class MachineTurn {
public:
    /// `kept`: for so long from its beginning. `longest_wait`: from one try in vain to the next, at last.
    /// Waits are longer or shorter by chance, by up to a half, so that many do not always come together.
    MachineTurn(std::string name, Duration kept, Duration longest_wait);

    /// False: somebody else, of any user, has it, or we have had one just now; see next_try().
    bool take(Time now);
    /// It is over before its time, or nothing was done in it: another one may begin at once.
    void give_back();
    /// It is given back, and a later one is wanted.
    void postpone(Time now);
    void look(Time now);  ///< gives it back in its time
    Time next_look() const { return ends_; }
    Time next_try() const { return next_try_; }

private:
    std::string name_;
    Duration kept_;
    Duration longest_wait_;
    Duration wait_{};
    UniqueFd socket_;
    Time ends_ = never;
    Time next_try_{};
};

}  // namespace autossh
