// Which private folder each ssh of a tunnel has: up to three live side by side. Pure.
#pragma once

#include <optional>

namespace autossh {

/// Manual, "A better connection first". A folder is a number from 0 on; 0 is the tunnel's own.
class SessionFolders {
public:
    /// Of the ssh that runs.
    int of_ssh() const { return of_ssh_; }

    /// Before a start of an ssh, when the last one has ended: the tunnel's own, if it is free.
    void ssh_starts();
    /// Gives one for another ssh, of none that lives; it keeps it, whoever ends meanwhile.
    int for_another();
    /// That other one takes the place of the last. `last_lives_on`: until predecessor_has_ended().
    void another_takes_over(bool last_lives_on);
    void predecessor_has_ended() { of_predecessor_.reset(); }

private:
    int of_ssh_ = 0;
    int of_another_ = 1;
    std::optional<int> of_predecessor_;
};

}  // namespace autossh
