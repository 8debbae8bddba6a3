#include "e2e/support/newer_root.hpp"

#include <unistd.h>

namespace autossh_test {
namespace {

constexpr const char* newer_root = NEWER_SSHD_ROOT;

/// Below that root, with our files where they are: $1 is their directory.
constexpr const char* enter_newer_root =
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

std::vector<std::string> below_newer_root(const std::filesystem::path& files)
{
    return {"unshare", "--mount",        "--propagation", "private",     "sh",
            "-euc",    enter_newer_root, newer_root,      files.string()};
}

bool newer_root_has(const std::string& program)
{
    return getuid() == 0 && access((newer_root + program).c_str(), X_OK) == 0;
}

}  // namespace autossh_test
