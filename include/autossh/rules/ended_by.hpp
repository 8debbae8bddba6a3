// What has shown that an ssh is of no use any more.
#pragma once

#include <string_view>

namespace autossh {

/// autossh-fleet(5), "The ledger".
enum class EndedBy {
    exit,           ///< its own end
    test,           ///< of the connection
    silence,        ///< nothing has come from the server
    network,        ///< it has changed
    wake,           ///< time has passed unseen: sleep
    stopped_ssh,    ///< it hangs, or was stopped
    login_timeout,  ///< it has not logged in in time
    request,        ///< somebody's
    renewal,        ///< nothing is wrong: another takes over
};

/// "exit", "stopped ssh", ...
std::string_view name(EndedBy by);

}  // namespace autossh
