// What has started this process: a unit of systemd, a person at a terminal, another program.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

struct Origin {
    std::string unit = {};  ///< "autossh@home.service"; empty: it is in none
    bool is_users_unit = false;
    std::string terminal = {};  ///< "/dev/pts/3"; empty: it has none
    bool in_background = false;
    std::string parent = {};  ///< the name of the process that has started it; empty: not known

    bool operator==(const Origin&) const = default;
};

/// `text`: of /proc/PID/cgroup. A session or an application of the desktop (a scope) is no service. Pure.
Origin origin_by_cgroup(std::string_view text);

/// Of this process. `in_background`: by -f.
Origin own_origin(bool in_background);

/// "autossh@home.service", "terminal /dev/pts/3", "cron", "-f". Pure.
std::string in_words(const Origin& origin);

/// What starts it again, once it is stopped: "systemctl start autossh@home.service". Pure.
std::string way_to_start(const Origin& origin);

/// Of our user, by the local files alone: no name service holds us up. Where they do not have it, its number.
std::string own_user_name();

}  // namespace autossh
