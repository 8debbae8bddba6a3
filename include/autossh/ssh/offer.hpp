// --share: the path at which a tunnel's control socket is offered to other ssh. Pure.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/control_socket.hpp"

#include <string>

namespace autossh {

/// Of a tunnel without --share all are empty; of one with it, all but one.
struct Offer {
    std::string path;            ///< absolute, as ssh will look for it
    std::string mistake;         ///< why it cannot be, for a person to mend: nothing is started
    std::string reason_against;  ///< why it is not, which may pass

    bool operator==(const Offer&) const = default;
};

/// Manual, "Sharing". `line`: the tunnel's control line.
Offer offer_of(const TunnelSettings& settings, const SshChoices& choices, const SshConfig& config,
               const ControlLine& line);

/// The same of an ssh that has not answered, for this reason.
Offer offer_without_answer(const TunnelSettings& settings, const std::string& doubt);

/// The same of an ssh that is not asked, as it may be another program.
Offer offer_without_client(const TunnelSettings& settings, const std::string& doubt);

/// The words about which ssh is asked what it will do: the user's, with the path of --share=PATH, in which
/// ssh resolves its tokens.
Command command_to_ask(const TunnelSettings& settings);

}  // namespace autossh
