// Manual, "What is added": log-ins where nobody can answer, and none of them costs the account a wrong try.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

const std::string by_question = "Accepted keyboard-interactive/pam for tunnel from ";

bool has_word(pid_t process, const std::string& word)
{
    const auto words = command_line_of(process);
    return std::ranges::find(words, word) != words.end();
}

/// 1.4g in the same place. True where it is not installed.
bool reference_logs_in(const PasswordSshd& sshd)
{
    if (access(REFERENCE, X_OK) != 0)
        return true;
    const std::size_t before = sshd.log().size();
    const Process reference(
        {.arguments = {REFERENCE, "-M", "0", "-F", sshd.client_config(), "-N", "server"}});
    return wait_until([&] { return sshd.log().find(by_question, before) != std::string::npos; });
}

}  // namespace

TEST_CASE("Unattended log-in: a server that asks nothing lets in without a key, as with 1.4g")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.ask_nothing("tunnel");
    CHECK(reference_logs_in(sshd));
    const SecretTunnel tunnel(sshd, {});
    INFO(tunnel.log().text() << sshd.log());
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.comes_back());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Unattended log-in: a key, and then a server that asks nothing, as with 1.4g")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.configure_server("AuthenticationMethods publickey,keyboard-interactive");
    sshd.allow_key("tunnel", key_of(sshd));
    sshd.ask_nothing("tunnel");
    CHECK(reference_logs_in(sshd));
    const SecretTunnel tunnel(sshd, {});
    INFO(tunnel.log().text() << sshd.log());
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Unattended log-in: a person who takes longer elsewhere than ssh waits is waited for the next time")
{
    SKIP_WITHOUT_QUESTIONS();
    PasswordSshd sshd(PasswordSshd::Manner::questions);
    sshd.configure_server("AuthenticationMethods publickey,keyboard-interactive");
    sshd.allow_key("tunnel", key_of(sshd));
    sshd.ask_nothing("tunnel", std::chrono::seconds(14));
    const SecretTunnel tunnel(sshd, {"-o", "ServerAliveCountMax=1"});  // 10 s for an answer in place of 30
    INFO(tunnel.log().text() << sshd.log());
    REQUIRE(tunnel.log().wait_for(" timed out\n"));
    REQUIRE(tunnel.log().wait_for("]: up: ", 1, 3 * generous));
    CHECK(tunnel.starts() == 2);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Unattended log-in: a server that sends no first line is given twice as long the next time")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server silent(Server::Manner::silent);
    sshd.configure_client(fmt::format("Port {}", silent.port()));
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_GATETIME", "0"}});
    REQUIRE(autossh.log().wait_for("]: connecting: "));
    const pid_t first = autossh.log().ssh_pid();
    CHECK(wait_until([&] { return has_word(first, "ConnectTimeout=20"); }));
    REQUIRE(autossh.log().wait_for("]: connecting: ", 2, 2 * generous));
    const pid_t second = autossh.log().ssh_pid();
    CHECK(wait_until([&] { return has_word(second, "ConnectTimeout=40"); }));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Unattended log-in: a question of the server's is named, and no empty answer is sent")
{
    SKIP_WITHOUT_QUESTIONS();
    const auto manner = GENERATE(PasswordSshd::Manner::shadow, PasswordSshd::Manner::questions);
    const bool asks = manner == PasswordSshd::Manner::questions;
    INFO((asks ? "keyboard-interactive" : "password"));
    PasswordSshd sshd(manner);
    sshd.ask("tunnel", {{.prompt = "Number on the display: ", .answer = "1"}});
    sshd.configure_client("PubkeyAuthentication no");
    const SecretTunnel tunnel(sshd, {});
    INFO(tunnel.log().text() << sshd.log());
    CHECK(tunnel.waits_because(asks ? "no key is enough: tunnel@server asks \"Number on the display:\""
                                    : "no key is enough: the server asks for the password of tunnel@server"));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(sshd.answers("tunnel").empty());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE(
    "Unattended log-in: a host key that is not known is not accepted, and a key with a passphrase is named")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    std::string cause;
    if (GENERATE(false, true)) {
        sshd.configure_client("StrictHostKeyChecking ask\nUserKnownHostsFile " +
                              (sshd.directory() / "no_hosts").string());
        cause = "host key";
    } else {
        const std::string key = make_locked_key(sshd, "ed25519", right_secret, "locked");
        sshd.configure_server("PasswordAuthentication no");
        sshd.allow_key("tunnel", key);
        use_identity(sshd, key);
        cause = "locked needs a passphrase, and ";
    }
    const SecretTunnel tunnel(sshd, {});
    INFO(tunnel.log().text() << sshd.log());
    CHECK(tunnel.log().wait_for(cause));
    CHECK(tunnel.log().wait_for("; trying again in "));
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Unattended log-in: what keeps our key from being used is named, and not the password that the "
          "server would take, too")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    struct Case {
        std::string name;
        std::string cause;
    };
    const Case tried = GENERATE(
        Case{"locked key", "locked needs a passphrase, and nobody can be asked; "},
        Case{"agent gone", ": the agent cannot be reached; "},
        Case{"agent empty", ": no key was offered to 127.0.0.1: there is none, here or in an agent; "},
        Case{"not confirmed", ": the agent does not sign with key "},
        Case{"no key", ": no key is enough: the server asks for the password of tunnel@server; "});
    CAPTURE(tried.name);
    const std::string socket = sshd.directory() / "agent";
    std::optional<Agent> agent;
    ProcessOptions how;
    if (tried.name == "locked key") {
        const std::string key = make_locked_key(sshd, "ed25519", right_secret, "locked");
        sshd.allow_key("tunnel", key);
        use_identity(sshd, key);
    } else {
        use_identity(sshd, "none");
        if (tried.name != "no key") {
            sshd.configure_client("IdentityAgent SSH_AUTH_SOCK\nIdentitiesOnly no");
            how.changes = {{"SSH_AUTH_SOCK", socket}};
        }
        if (tried.name == "agent empty" || tried.name == "not confirmed")
            agent.emplace(socket);
        if (tried.name == "not confirmed") {
            sshd.allow_key("tunnel", key_of(sshd));
            agent->add({"-c", key_of(sshd)});
        }
    }
    const SecretTunnel tunnel(sshd, {}, how);
    INFO(tunnel.log().text() << sshd.log());
    CHECK(tunnel.log().wait_for("; trying again in "));
    CHECK(tunnel.log().count(tried.cause) >= 1);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    agent.reset();
    check_nothing_left(sshd);
}
