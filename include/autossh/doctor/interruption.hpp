// A signal that would end us ends us at the end of a scope, when what was made there is gone.
#pragma once

#include <array>

#include <signal.h>

namespace autossh {

class Interruption {
public:
    Interruption();
    /// Has its way, if one has come.
    ~Interruption();
    Interruption(const Interruption&) = delete;
    Interruption& operator=(const Interruption&) = delete;

    bool has_come() const;

private:
    std::array<struct sigaction, 4> before_{};
};

}  // namespace autossh
