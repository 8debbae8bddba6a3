// Manual, "Secrets": a secret that is wrong costs one try, and is tried again when there is reason to.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"

#include <csignal>
#include <filesystem>

using namespace autossh_test;

namespace {

constexpr const char* remedy = "]: remedy: check the user name and the secret, ";

/// The file gets other contents at once.
void mend(const std::string& file, const std::string& secret)
{
    write_file(file + ".next", secret + "\n");
    std::filesystem::permissions(file + ".next", std::filesystem::perms::owner_read);
    std::filesystem::rename(file + ".next", file);
}

}  // namespace

TEST_CASE("Secrets: a wrong password is one wrong try, and the right one is used as soon as it is there")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string file = secret_file(sshd, wrong_secret);
    const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = default_times()});
    REQUIRE(tunnel.waits_because("the server does not accept the secret for tunnel@server"));
    CHECK(tunnel.log().wait_for(remedy));
    CHECK(tunnel.log().count(remedy) == 1);
    CHECK(tunnel.asked("password of tunnel@server: answered from ") == 1);
    CHECK(tunnel.starts() == 1);
    CHECK(sshd.has_wrong_tries("tunnel", 1));

    mend(file, right_secret);
    CHECK(tunnel.comes_up());
    CHECK(tunnel.log().count(file + " has changed\n") == 1);
    CHECK(tunnel.starts() == 2);
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    CHECK(tunnel.log().count(wrong_secret) == 0);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a wrong password is one wrong try also where the server takes it in two ways")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.configure_server("PasswordAuthentication yes");
    sshd.ask("tunnel", {{.prompt = "Password: ", .answer = right_secret}});
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, wrong_secret)},
                              {.changes = default_times()});
    REQUIRE(tunnel.waits_because("the server does not accept the secret for tunnel@server"));
    CHECK(sshd.answers("tunnel") == std::vector<std::string>{wrong_secret});
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    CHECK(tunnel.starts() == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a wrong secret is a refused log-in, on which autossh gives up when asked to")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    const SecretTunnel tunnel(
        sshd, {"--exit-on", "authentication-refused", "--secret-file", secret_file(sshd, wrong_secret)});
    CHECK(tunnel.process().wait_for_exit() == exited(18));
    CHECK(tunnel.starts() == 1);
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host's wrong password is one wrong try there, and none at the server")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string jump = "jump@jump=file:" + secret_file(sshd, wrong_secret, "jump_secret");
    const SecretTunnel tunnel(
        sshd, {"-J", "jump", "--secret-for", jump, "--secret-file", secret_file(sshd, right_secret)},
        {.changes = default_times()});
    REQUIRE(tunnel.waits_because("the server does not accept the secret for jump@jump"));
    CHECK(sshd.has_wrong_tries("jump", 1));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.starts() == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: another password later is what a command says then")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string file = secret_file(sshd, right_secret);
    const CountedCommand command(sshd, file);
    const SecretTunnel tunnel(sshd, {"--secret-command", command.path()});
    REQUIRE(tunnel.comes_up());
    sshd.set_password("tunnel", "changed");
    mend(file, "changed");
    CHECK(tunnel.comes_back());
    CHECK(command.runs() == 2);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a command that fails gives the server nothing, and its words stay out of the log")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    const std::string command = script_file(sshd, "command", "echo the vault is locked >&2\nexit 3\n");
    const SecretTunnel tunnel(sshd, {"--secret-command", command}, {.changes = default_times()});
    REQUIRE(tunnel.waits_because(fmt::format("the secret command {} has failed (exit status 3)", command)));
    CHECK(tunnel.log().count("the vault is locked") == 0);
    CHECK(tunnel.process().errors().find("the vault is locked") != std::string::npos);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.starts() == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a wrong passphrase is tried once, and the key is named")
{
    SKIP_WITHOUT_SSHD();
    const std::string type = GENERATE("ed25519", "rsa");
    Sshd sshd;
    const std::string key = use_locked_key(sshd, type);
    const std::string file = secret_file(sshd, wrong_secret);
    const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = default_times()});
    REQUIRE(tunnel.waits_because(fmt::format("the secret is not the passphrase of the key {}", key)));
    CHECK(tunnel.log().wait_for(remedy));
    CHECK(tunnel.log().count(remedy) == 1);
    CHECK(tunnel.asked(fmt::format("passphrase of {}: answered from ", key)) == 1);
    CHECK(tunnel.asked(fmt::format("passphrase of {}: not answered\n", key)) >= 1);
    CHECK(tunnel.starts() == 1);
    mend(file, right_secret);
    CHECK(tunnel.comes_up());
    CHECK(tunnel.starts() == 2);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE(
    "Secrets: after two wrong tries the next is the third, and is made within 15 minutes on demand alone")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string file = secret_file(sshd, wrong_secret);
    const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = default_times()});
    REQUIRE(tunnel.waits_because("the server does not accept the secret for tunnel@server"));
    tunnel.process().signal(SIGHUP);  // tries at once; a third try could lock the account
    REQUIRE(tunnel.log().wait_for("; trying again in 15 m"));
    CHECK(tunnel.starts() == 2);
    CHECK(sshd.has_wrong_tries("tunnel", 2));
    mend(file, right_secret);
    CHECK(tunnel.log().wait_for(
        " s, or on SIGHUP: more tries now could have the server ban us or lock the account\n"));
    CHECK(tunnel.starts() == 2);
    tunnel.process().signal(SIGHUP);
    CHECK(tunnel.comes_up());
    CHECK(tunnel.starts() == 3);
    CHECK(sshd.has_wrong_tries("tunnel", 2));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
