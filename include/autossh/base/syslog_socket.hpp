// Lines for syslog(3)'s daemon, sent without ever waiting for it: the one of the C library waits for ever
// where the daemon hangs, and a tunnel must not.
#pragma once

#include "autossh/base/log_settings.hpp"
#include "autossh/base/unique_fd.hpp"

#include <string_view>

namespace autossh {

/// Facility user, name autossh, with our pid. Elsewhere than on Linux it is the C library's after all.
class SyslogSocket {
public:
    /// False: the line is lost. A daemon that hangs is waited for once, for a moment, and again only after it
    /// has taken something.
    bool send(Level level, std::string_view text);

private:
    bool connect();

    UniqueFd socket_;
    bool stuck_ = false;
};

}  // namespace autossh
