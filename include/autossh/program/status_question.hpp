// Asks running supervisors for their status, over the sockets in their private directories.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/status_report.hpp"
#include "autossh/system/private_directory.hpp"

#include <functional>
#include <optional>
#include <vector>

namespace autossh {

struct StatusAnswer {
    PrivateDirectory::Found asked;
    std::optional<StatusReport> report;      ///< of a fleet, of the whole
    std::vector<StatusReport> members = {};  ///< of a fleet: each tunnel, the worst first
    int error = 0;  ///< why there is none. ETIMEDOUT: it does not answer; EPROTO: not as a supervisor does

    /// Nobody listens there: it is what a killed one has left behind.
    bool nobody_is_there() const;
};

/// Asks all at once, and waits for no more than `limit`; when an answer is `enough`, only a moment for the
/// others, which are as quick. Who listens must be the process that the directory is named after, and belong
/// to the directory's owner (Linux).
std::vector<StatusAnswer> ask_for_status(const std::vector<PrivateDirectory::Found>& directories,
                                         Duration limit,
                                         const std::function<bool(const StatusAnswer&)>& enough);

}  // namespace autossh
