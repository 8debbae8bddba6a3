// What is true of a tunnel, for those who ask by the control socket.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/control/facts.hpp"
#include "autossh/ledger/book.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/tunnel/tunnel.hpp"

#include <string>
#include <vector>

namespace autossh {

/// One moment by both clocks.
struct TwoClocks {
    Time now;
    WallTime wall;

    WallTime at(Time time) const;
};

/// Without what only the process knows: name, groups, description and origin. `settings`: its own.
TunnelFacts facts_of(const Tunnel& tunnel, const TunnelSettings& settings, const TwoClocks& clocks);

/// The same for the ledger: as far as it counts there. Of a tunnel that is wanted.
SeenTunnel seen_of(const Tunnel& tunnel);

/// The destination, as the user has it in ssh's words. Pure.
std::string host_of(const TunnelSettings& settings, const SshChoices& choices);

/// Those of ssh's words as the file of a fleet has them, in the order of ssh's answer to -G: nobody has asked
/// ssh yet, whose configuration may have more. Pure.
std::vector<ForwardFacts> forwards_by_words(const TunnelSettings& settings);

/// The class as AUTOSSH_EXIT_ON has it: "authentication-refused". Pure.
std::string word_of(FailureClass failure);

}  // namespace autossh
