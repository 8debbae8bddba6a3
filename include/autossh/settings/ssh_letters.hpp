// The grammar of ssh's own command line.
#pragma once

namespace autossh {

/// What ssh(1) makes of an option letter (OpenSSH's ssh.c; older releases' letters included).
enum class SshOption { flag, takes_value, unknown };

SshOption ssh_option(char letter);

/// What ssh answers itself, connecting nowhere.
enum class SshQuestion {
    none,
    of_host,  ///< -G: what it would do
    alone,    ///< -Q and -V: at once, whether there is a destination or not
};

SshQuestion ssh_question(char letter);

}  // namespace autossh
