// Manual, "FILES": where the private directory is not made, and what becomes of the tunnel without one.
#include "e2e/support/secrets.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

constexpr uid_t stranger = 65534;

/// The words before a program's own that give it a /tmp that is read-only, with only these directories in it.
std::vector<std::string> with_read_only_tmp(const std::vector<std::string>& kept)
{
    const char* const script = "mount --rbind /tmp /mnt\n"
                               "mount -t tmpfs -o mode=1777 none /tmp\n"
                               "while [ \"$1\" != -- ]; do\n"
                               "    case $1 in\n"
                               "    /tmp/*)\n"
                               "        mkdir -p \"$1\"\n"
                               "        mount --bind \"/mnt${1#/tmp}\" \"$1\" ;;\n"
                               "    esac\n"
                               "    shift\n"
                               "done\n"
                               "shift\n"
                               "mount -o remount,ro /tmp\n"
                               "exec \"$@\"\n";
    std::vector<std::string> words{"unshare", "--mount", "--propagation", "private",
                                   "sh",      "-euc",    script,          "sh"};
    words.insert(words.end(), kept.begin(), kept.end());
    words.push_back("--");
    return words;
}

bool may_have_own_tmp()
{
    auto trial = with_read_only_tmp({});
    trial.push_back("true");
    return getuid() == 0 && Process({.arguments = trial}).wait_for_exit() == exited(0);
}

}  // namespace

TEST_CASE("Unsafe places: the next one is taken, and nothing is left in the first")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const fs::path bad = sshd.directory() / "bad";
    const fs::path good = sshd.directory() / "good";
    for (const auto& path : {bad, good})
        fs::create_directory(path);
    const std::string flaw =
        GENERATE("writable", "writable for the group", "of another user", "link", "below");
    CAPTURE(flaw);
    fs::path place = bad;
    if (flaw == "writable" || flaw == "below")
        fs::permissions(bad, fs::perms(0777));
    if (flaw == "below")
        fs::create_directory(place = bad / "below");
    if (flaw == "writable for the group")
        fs::permissions(bad, fs::perms(0770));
    if (flaw == "link") {
        place = bad / "link";
        fs::create_directory_symlink(good, place);
        fs::permissions(bad, fs::perms(0777));
    }
    if (flaw == "of another user") {
        SKIP_UNLESS(getuid() == 0, "only root can give a directory away");
        REQUIRE(chown(bad.c_str(), stranger, stranger) == 0);
    }
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = {{"XDG_RUNTIME_DIR", place}, {"TMPDIR", good}}});
    REQUIRE(tunnel.comes_up());
    const fs::path directory =
        fs::path(variable_of(tunnel.log().ssh_pid(), "AUTOSSH_ASKPASS_SOCKET")).parent_path();
    CHECK(directory.parent_path() == good);
    CHECK(tunnel.log().count("cannot make a directory") == 0);
    CHECK(tunnel.comes_back());
    CHECK(tunnel.end());
    CHECK(fs::is_empty(good));
    check_nothing_left(sshd);
}

TEST_CASE(
    "Unsafe places: where there is no other, that is said with directory and variable, and the tunnel runs")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(may_have_own_tmp(),
                "only root, where mount namespaces are allowed, can have a /tmp of his own");
    Sshd sshd;
    const fs::path open = sshd.directory() / "open";
    const fs::path foreign = sshd.directory() / "foreign";
    for (const auto& path : {open, foreign})
        fs::create_directory(path);
    fs::permissions(open, fs::perms(0777));
    REQUIRE(chown(foreign.c_str(), stranger, stranger) == 0);
    const LogFile log;
    const auto port = free_port_pair();
    ProcessOptions how{.arguments = with_read_only_tmp({sshd.directory(), log.path().parent_path(),
                                                        fs::path(tested_autossh()).parent_path()})};
    for (const std::string& word : command_line(sshd, {"-N", "-L", forwarding(port, sshd.port())}))
        how.arguments.push_back(word);
    how.changes = quick(log, {{"XDG_RUNTIME_DIR", foreign}, {"TMPDIR", open}});
    const Process autossh(how);
    CHECK(log.wait_for(fmt::format(
        "]: ssh cannot be heard, nor the connection be tested: cannot make a directory for sockets: "
        "XDG_RUNTIME_DIR={0}: {0} belongs to uid {2}; "
        "TMPDIR={1}: {1} can be written by others (mode 0777) and is not sticky; "
        "/tmp: Read-only file system\n",
        foreign.string(), open.string(), stranger)));
    CHECK(wait_until([&] { return !sshd.session_processes().empty(); }));
    CHECK(wait_until([&] { return !port_is_free(port); }));
    CHECK_FALSE(autossh.exit_result());
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(fs::is_empty(open));
    CHECK(fs::is_empty(foreign));
    check_nothing_left(sshd);
}
