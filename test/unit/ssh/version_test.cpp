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

TEST_CASE("Secrets: each ssh is asked for its version once, and again where its file has changed")
{
    const InheritedSignals inherited;
    const TemporaryDirectory directory;
    const std::string asked = directory / "asked";
    const std::string says = "echo >>" + asked + "; echo OpenSSH_";
    const auto times = [&] { return std::ranges::count(read_file(asked), '\n'); };
    const std::string ssh = script(directory, says + "9.2p1 >&2");
    SshVersions versions(inherited);
    CHECK(versions.of(ssh) == SshVersion{9, 2});
    CHECK(versions.of(ssh) == SshVersion{9, 2});
    CHECK(times() == 1);

    std::optional<SshVersions> later(std::in_place, inherited);
    later->learn(std::nullopt);
    later->learn(versions);
    CHECK(later->of(ssh) == SshVersion{9, 2});
    CHECK(times() == 1);

    std::filesystem::remove(ssh);
    REQUIRE(script(directory, says + "10.0p2 >&2") == ssh);
    CHECK(later->of(ssh) == SshVersion{10, 0});
    CHECK(times() == 2);

    std::filesystem::remove(ssh);
    REQUIRE(script(directory, "echo >>" + asked + "; echo another program >&2") == ssh);
    CHECK_FALSE(later->of(ssh));
    CHECK_FALSE(later->of(ssh));  // many tunnels may name it
    CHECK(times() == 3);
}

TEST_CASE("Secrets: a silent ssh does not hold up the tunnels that run")
{
    const InheritedSignals inherited;
    const TemporaryDirectory directory;
    SshVersions versions(inherited, std::chrono::milliseconds(20));
    const auto before = Clock::now();
    CHECK_FALSE(versions.of(script(directory, "exec sleep 600")));
    CHECK(Clock::now() - before < version_patience);
}
