#include "autossh/ssh/version.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"

#include <filesystem>
#include <string>

using namespace autossh;
using namespace autossh_test;

namespace {

std::string script(const TemporaryDirectory& directory, const std::string& text)
{
    const std::string path = directory / "ssh";
    write_file(path, "#!/bin/sh\n" + text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
}

}  // namespace

TEST_CASE("Secrets: the version of OpenSSH from its own words")
{
    CHECK(ssh_version_from("OpenSSH_9.2p1 Debian-2+deb12u3, OpenSSL 3.0.15 3 Sep 2024\n") ==
          SshVersion{9, 2});
    CHECK(ssh_version_from("OpenSSH_8.4p1 Debian-5+deb11u3, OpenSSL 1.1.1w") == SshVersion{8, 4});
    CHECK(ssh_version_from("OpenSSH_10.0p2, OpenSSL 3.5.1") == SshVersion{10, 0});
    CHECK(ssh_version_from("OpenSSH_for_Windows_9.5p1, LibreSSL 3.8.2") == SshVersion{9, 5});
    CHECK(ssh_version_from("warning: something\nOpenSSH_9.8, LibreSSL") == SshVersion{9, 8});
    for (const char* const other : {"", "Dropbear v2022.83", "OpenSSH_", "OpenSSH_9", "OpenSSH_9.",
                                    "OpenSSH_x.y", "OpenSSH_9.x", "OpenSSH_99999999999999999999.1"})
        CHECK_FALSE(ssh_version_from(other));
    CHECK(SshVersion{8, 3} < can_force_askpass);
    CHECK_FALSE(SshVersion{8, 4} < can_force_askpass);
    CHECK(SshVersion{8, 4} < names_asker);
    CHECK_FALSE(SshVersion{10, 0} < names_asker);
}

TEST_CASE("Secrets: an ssh is asked for its version")
{
    const InheritedSignals inherited;
    const TemporaryDirectory directory;
    CHECK(ask_version(script(directory, "[ \"$*\" = -V ] && echo OpenSSH_8.2p1 >&2"), inherited) ==
          SshVersion{8, 2});
    CHECK(ask_version(script(directory, "cat; echo nothing; exit 3"), inherited) == std::nullopt);
    CHECK(ask_version(directory / "missing", inherited) == std::nullopt);
    // What it leaves behind must not hold us up.
    CHECK(ask_version(script(directory, "sleep 600 >/dev/null 2>&1 & echo OpenSSH_9.9p1 >&2"), inherited) ==
          SshVersion{9, 9});
}
