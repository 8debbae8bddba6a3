// The link at a ControlPath of the user's that leads to the control socket of a tunnel.
#pragma once

#include "autossh/rules/sharing.hpp"
#include "autossh/ssh/offer.hpp"

#include <string>

namespace autossh {

/// What is at the path, and who or why.
struct FoundAtPath {
    AtPath what = AtPath::nothing;
    std::string reason;  ///< of AtPath::strange
};

/// Never waits. `socket`: where the link is to lead.
FoundAtPath look_at_path(const std::string& path, const std::string& socket);

/// Puts the link there. Empty: it has; else why not.
std::string make_link(const std::string& path, const std::string& socket);
/// In the place of what is there, so that at no moment there is nothing.
std::string replace_by_link(const std::string& path, const std::string& socket);
/// Unless it leads elsewhere.
void remove_link(const std::string& path, const std::string& socket);

/// With the path that is looked at from now on, without a link of somebody else's in it; or with the mistake:
/// its directory is not the user's alone, or something stands there that is not ours.
Offer checked(Offer offer);

}  // namespace autossh
