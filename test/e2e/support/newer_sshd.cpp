#include "e2e/support/newer_sshd.hpp"

#include <crypt.h>
#include <unistd.h>

#include <fmt/format.h>

namespace autossh_test {
namespace {

constexpr const char* newer_root = NEWER_SSHD_ROOT;

/// Below that root, with our files where they are: $1 is their directory.
constexpr const char* below_newer_root =
    "root=$0 files=$1\n"
    "shift\n"
    "mount -t tmpfs none \"$root/tmp\"\n"
    "mkdir -p \"$root$files\"\n"
    "mount --bind \"$files\" \"$root$files\"\n"
    "mount --bind /dev \"$root/dev\"\n"
    "mount -t proc none \"$root/proc\"\n"
    "[ ! -e \"$files/shadow\" ] || mount --bind \"$files/shadow\" \"$root/etc/shadow\"\n"
    "exec chroot \"$root\" \"$@\"\n";

}  // namespace

NewerSshd::NewerSshd(const std::string& password)
{
    run_by({"unshare", "--mount", "--propagation", "private", "sh", "-euc", below_newer_root, newer_root,
            directory().string()});
    std::string lines = "PerSourcePenalties yes\nUsePAM no\n";
    if (!password.empty()) {
        write_file(directory() / "shadow",
                   fmt::format("root:{}:19000::::::\n", crypt(password.c_str(), "$6$rounds=1000$autossh$")));
        lines += "PasswordAuthentication yes\nAuthenticationMethods password\n";
    }
    configure_server(lines);
}

bool NewerSshd::is_there()
{
    return getuid() == 0 && access(fmt::format("{}/usr/sbin/sshd", newer_root).c_str(), X_OK) == 0;
}

}  // namespace autossh_test
