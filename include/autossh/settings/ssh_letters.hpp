// The grammar of ssh's own command line.
#pragma once

namespace autossh {

/// What ssh(1) makes of an option letter (OpenSSH's ssh.c; older releases' letters included).
enum class SshOption { flag, takes_value, unknown };

SshOption ssh_option(char letter);

}  // namespace autossh
