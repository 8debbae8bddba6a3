// Manual, "Secrets": what goes wrong on our side costs no try on the server's, as too many lock an account.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "support/process/process_table.hpp"

#include <algorithm>
#include <csignal>

using namespace autossh_test;

TEST_CASE("Secrets: an ssh that does not say what it will do is not started, and asked again")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string mended = sshd.directory() / "mended";
    const std::string ssh = script_file(sshd, "ssh",
                                        fmt::format("case \" $* \" in *' -G '*) [ -e {} ] || exit 1 ;; esac\n"
                                                    "exec /usr/bin/ssh \"$@\"\n",
                                                    mended));
    const SecretTunnel tunnel(sshd, {"--ssh", ssh, "--secret-file", secret_file(sshd, right_secret)},
                              {.changes = {{"AUTOSSH_PLAIN", "no"}}});
    // No server has seen anything of it: no long wait.
    REQUIRE(tunnel.log().wait_for("]: ssh's questions cannot be answered, so it is not started: ", 2));
    CHECK(tunnel.log().count("ssh child pid is") == 0);
    write_file(mended, "");
    CHECK(tunnel.comes_up());
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host's ssh gives up with the autossh that it waits for")
{
    SKIP_WITHOUT_ACCOUNTS();
    const int number = GENERATE(SIGKILL, SIGTERM);
    PasswordSshd sshd;
    const SecretTunnel tunnel(sshd, {"-J", "jump", "--secret-for", "jump@jump=command:sleep 600"});
    REQUIRE(wait_until([&] {
        const auto family = tunnel.process().family();
        return std::ranges::any_of(family, [](const auto& entry) {
            return entry.command.find("autossh-askpass") != std::string::npos;
        });
    }));
    tunnel.process().signal(number);
    CHECK(tunnel.process().wait_for_exit());
    CHECK(wait_until([&] { return sshd.session_processes().empty(); }));
    CHECK(sshd.has_wrong_tries("jump", 0));
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host where we have the same name is not given the destination's secret")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    write_file(sshd.client_config(),
               read_file(sshd.client_config()) +
                   fmt::format("\nHost same\nHostName 127.0.0.1\nPort {}\nUser tunnel\n"
                               "HostKeyAlias server\nUserKnownHostsFile {}/known_hosts\n",
                               sshd.port(), sshd.directory().string()));
    const SecretTunnel tunnel(sshd, {"-J", "same", "--secret-file", secret_file(sshd, right_secret)},
                              {.changes = default_times()});
    CHECK(tunnel.waits_because("no secret is given for the password of tunnel@server"));
    CHECK(tunnel.log().count("answered from") == 0);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a wrong password is no matter of seconds also where only the end of ssh tells of it")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const std::string file = secret_file(sshd, wrong_secret);
    const SecretTunnel tunnel(sshd, {"-E", "/dev/null", "-o", "NumberOfPasswordPrompts=1", "--gate-time", "0",
                                     "--secret-file", file});
    REQUIRE(tunnel.log().wait_for("; the secret may be wrong; trying again in 30 s\n"));
    CHECK(sshd.has_wrong_tries("tunnel", 1));
    tunnel.process().signal(SIGHUP);  // tries at once
    REQUIRE(tunnel.log().wait_for("; the secret may be wrong; trying again in 15 m"));
    CHECK(sshd.has_wrong_tries("tunnel", 2));
    write_file(file, right_secret);
    CHECK(tunnel.log().wait_for(file + " has changed\n"));
    CHECK(tunnel.log().wait_for(
        " s, or on SIGHUP: more tries now could have the server ban us or lock the account\n"));
    CHECK(tunnel.starts() == 2);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host that refuses with its first word has us wait")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    sshd.set_password("jump", right_secret);
    write_file(sshd.client_config(),
               "Host jump\nNumberOfPasswordPrompts 1\n" + read_file(sshd.client_config()));
    const std::string file = secret_file(sshd, wrong_secret, "jump_secret");
    const SecretTunnel tunnel(sshd,
                              {"-J", "jump", "--gate-time", "0", "--secret-for", "jump@jump=file:" + file,
                               "--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.log().wait_for("; the secret may be wrong; trying again in 30 s\n"));
    CHECK(sshd.has_wrong_tries("jump", 1));
    write_file(file, right_secret);
    REQUIRE(tunnel.comes_up());

    CHECK(tunnel.comes_back());
    CHECK(tunnel.log().count("the secret may be wrong") == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a jump host's password that has been changed costs two wrong tries, and then waits")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    sshd.set_password("jump", right_secret);
    write_file(sshd.client_config(),
               "Host jump\nNumberOfPasswordPrompts 1\n" + read_file(sshd.client_config()));
    const SecretTunnel tunnel(sshd, {"-J", "jump", "--gate-time", "0", "--secret-for",
                                     "jump@jump=file:" + secret_file(sshd, right_secret, "jump_secret"),
                                     "--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.comes_up());
    sshd.set_password("jump", "changed");
    REQUIRE(process_table::send(tunnel.log().ssh_pid(), SIGKILL));
    REQUIRE(tunnel.log().wait_for("; the secret may be wrong; trying again in 30 s\n"));
    CHECK(sshd.has_wrong_tries("jump", 1));
    tunnel.process().signal(SIGHUP);
    REQUIRE(tunnel.log().wait_for("; the secret may be wrong; trying again in 15 m"));
    CHECK(sshd.has_wrong_tries("jump", 2));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: behind a jump host that lets us in, a target that is away puts no secret in doubt")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("jump", right_secret);
    const Server silent(Server::Manner::silent);  // the target, which never says who it is
    sshd.configure_client(fmt::format("Port {}\nConnectTimeout 2", silent.port()));
    const SecretTunnel tunnel(sshd, {"-J", "jump", "--gate-time", "0", "--secret-for",
                                     "jump@jump=file:" + secret_file(sshd, right_secret)});
    REQUIRE(tunnel.log().wait_for("]: starting ssh (count 3)\n"));
    CHECK(tunnel.asked("password of jump@jump: answered from ") >= 2);
    CHECK(tunnel.log().count("the secret may be wrong") == 0);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
