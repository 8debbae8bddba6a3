// Manual, "FILES": another user who owns a directory that our variables name has nothing of ours in it, and
// none of his programs run. He tries for a minute.
#include "e2e/support/secrets.hpp"
#include "support/machine/place_attacker.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>
#include <fmt/core.h>
#include <pwd.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

constexpr uid_t attacker_id = 65534;

/// A directory of an unprivileged user, with a locked key in it and all that an autossh of that user needs.
class Home {
public:
    explicit Home(uid_t user) : user_(user)
    {
        run({"ssh-keygen", "-q", "-a", "1", "-t", "ed25519", "-N", right_secret, "-f", path("key")});
        write_file(path("secret"), right_secret);
        // In place of a connection, which would have ssh ask the same.
        write_file(path("proxy"),
                   fmt::format("#!/bin/sh\necho \"${{AUTOSSH_ASKPASS_SOCKET:-$SSH_ASKPASS}}\" >{0}/socket\n"
                               "\"$SSH_ASKPASS\" \"Enter passphrase for key '{0}/key': \" >>{0}/answers\n"
                               "exec sleep 600\n",
                               directory_.path().string()));
        fs::create_directory(path("tmp"));
        for (const char* name : {".", "key", "secret", "proxy", "tmp"})
            REQUIRE(chown(path(name).c_str(), user, user) == 0);
        fs::permissions(path("secret"), fs::perms(0600));
        fs::permissions(path("proxy"), fs::perms(0700));
    }

    std::string path(const std::string& name) const { return directory_ / name; }

    ProcessOptions autossh(const fs::path& place) const
    {
        ProcessOptions how{.arguments = as_user(user_)};
        how.arguments.insert(how.arguments.end(),
                             {tested_autossh(), "-M", "0", "-N", "-F", "none", "-i", path("key"), "-o",
                              "ProxyCommand=" + path("proxy"), "--secret-file", path("secret"), "nowhere"});
        how.changes = {{"HOME", directory_.path()}, {"XDG_RUNTIME_DIR", place},
                       {"TMPDIR", place},           {"AUTOSSH_LOGFILE", path("log")},
                       {"AUTOSSH_GATETIME", "0"},   {"AUTOSSH_CONNECTTIMEOUT", "600s"}};
        return how;
    }

    /// How often ssh was answered.
    int answers() const { return occurrences(read_file(path("answers")), right_secret); }
    fs::path private_directory() const
    {
        const std::string socket = read_file(path("socket"));
        return fs::path(socket).parent_path();
    }

private:
    uid_t user_;
    TemporaryDirectory directory_;
};

/// autossh may be writing into it.
void take_away(const fs::path& directory)
{
    CHECK(wait_until([&] {
        std::error_code error;
        fs::remove_all(directory, error);
        return !error;
    }));
}

void check_harmless(const PlaceAttacker& attacker)
{
    CHECK(attacker.victims() == "");
    CHECK(attacker.has_seen_nothing());
}

}  // namespace

TEST_CASE(
    "Secrets: where no process is seen that hides its memory, our ssh's questions are known all the same")
{
    SKIP_UNLESS(getuid() == 0, "only root can mount /proc");
    const passwd* const user = getpwnam("games");
    SKIP_UNLESS(user != nullptr, "there is no user games");
    SKIP_UNLESS(can_run(user->pw_uid, tested_autossh()),
                "another user cannot run the program where it was built");
    const Home home(user->pw_uid);
    ProcessOptions how = home.autossh(home.path("tmp"));
    how.arguments.insert(how.arguments.begin(),
                         {"unshare", "--mount", "--propagation", "private", "sh", "-euc",
                          "mount -t proc -o hidepid=invisible none /proc\nexec \"$@\"\n", "sh"});
    const Process autossh(how);  // as under ProtectProc=invisible
    CHECK(wait_until([&] { return home.answers() == 1; }));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
}

TEST_CASE("Attack: another user swaps the directories that a user's XDG_RUNTIME_DIR and TMPDIR name")
{
    SKIP_UNLESS(getuid() == 0, "only root can be two other users");
    const passwd* const victim = getpwnam("games");
    SKIP_UNLESS(victim != nullptr, "there is no user games");
    SKIP_UNLESS(can_run(victim->pw_uid, tested_autossh()),
                "another user cannot run the program where it was built");
    const Home home(victim->pw_uid);
    const PlaceAttacker attacker(attacker_id, home.path("tmp"));
    const Process autossh(home.autossh(attacker.place()));
    const auto is_answered = [&](int times) {
        return wait_until([&] { return home.answers() == times; }, generous, std::chrono::milliseconds(100));
    };
    int starts = 0;
    bool is_well = true;
    while (is_well && !attacker.is_over()) {
        is_well = is_answered(++starts);
        take_away(home.private_directory());  // it is made anew, where the attacker waits
        autossh.signal(SIGUSR1);
    }
    CHECK(is_well);
    CHECK(starts > 5);
    check_harmless(attacker);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(!fs::exists(home.private_directory()));
    CHECK(fs::is_empty(home.path("tmp")));
}

TEST_CASE("Attack: a user swaps the directory that XDG_RUNTIME_DIR names for root, as behind sudo -E")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(getuid() == 0, "only root can be another user");
    Sshd sshd;
    use_locked_key(sshd);
    const fs::path safe = sshd.directory() / "safe";
    fs::create_directory(safe);
    const PlaceAttacker attacker(attacker_id, safe);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = {{"XDG_RUNTIME_DIR", attacker.place()}}});
    REQUIRE(tunnel.comes_up());
    int starts = 0;
    bool is_well = true;
    while (is_well && !attacker.is_over()) {
        ++starts;
        const pid_t ssh = tunnel.log().ssh_pid();
        const std::string socket = variable_of(ssh, "AUTOSSH_ASKPASS_SOCKET");
        const fs::path file = socket.empty() ? variable_of(ssh, "SSH_ASKPASS") : socket;
        take_away(file.parent_path());
        is_well = tunnel.comes_back();
    }
    CHECK(is_well);
    CHECK(starts > 5);
    check_harmless(attacker);
    CHECK(tunnel.end());
    CHECK(fs::is_empty(safe));
    check_nothing_left(sshd);
}
