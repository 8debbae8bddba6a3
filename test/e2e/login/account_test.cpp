// Manual, "Causes and remedies": a server that takes our key, and then does not let the account in, or not
// whole.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "support/machine/ports.hpp"

#include <csignal>

#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

const std::string maintenance = "Down for maintenance until five.";

/// An sshd that lets tunnel in by a key, unless PAM says otherwise of the account.
class AccountServer : public PasswordSshd {
public:
    AccountServer() : PasswordSshd(Manner::questions) { allow_key("tunnel", key_of(*this)); }
};

/// Wakes a wait until the tunnel is up.
bool comes_up(const Autossh& autossh)
{
    return wait_until(
        [&] { return autossh.log().count("]: up: ") > 0 || (autossh.process().signal(SIGHUP), false); },
        std::chrono::minutes(1), std::chrono::milliseconds(500));
}

}  // namespace

TEST_CASE("Causes: a server that lets no account in says why, and the tunnel is up when it does again")
{
    SKIP_WITHOUT_QUESTIONS();
    AccountServer sshd;
    sshd.judge("tunnel", PasswordSshd::Account::refused, maintenance);
    const Autossh autossh(sshd, {"-N"}, default_times());
    CHECK(autossh.log().wait_for(
        fmt::format(": 127.0.0.1 takes our key, but does not let tunnel in: \"{}\"; ", maintenance)));
    CHECK(autossh.log().wait_for(
        "]: remedy: see there: cat /etc/nologin /run/nologin; chage -l tunnel; journalctl -u ssh\n"));
    CHECK(autossh.process().errors().find(maintenance + "\n") !=
          std::string::npos);  // as ssh itself shows it
    sshd.judge_no_more("tunnel");
    CHECK(comes_up(autossh));
    CHECK(autossh.end());
    check_nothing_left(sshd);
}

TEST_CASE("Causes: an account that has expired is named, and time is not taken to cure that")
{
    SKIP_WITHOUT_QUESTIONS();
    AccountServer sshd;
    sshd.judge("tunnel", PasswordSshd::Account::refused,
               "Your account has expired; please contact your system administrator.");
    const Autossh autossh(sshd, {"-N"}, default_times("30"));
    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().count(": the account tunnel on 127.0.0.1 has expired\n") == 1);
    CHECK(autossh.log().count("]: remedy: have its administrator renew it: chage -E -1 tunnel\n") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Causes: a password that has expired is not told as a server that forbids forwarding")
{
    SKIP_WITHOUT_QUESTIONS();
    AccountServer sshd;
    const unsigned short port = free_port_pair();
    sshd.judge("tunnel", PasswordSshd::Account::password_old,
               "You are required to change your password immediately (password expired).");
    const Autossh autossh(sshd, {"-N", "-R", forwarding(port, sshd.port())}, default_times());
    CHECK(autossh.log().wait_for(
        fmt::format(": the server refuses to listen on port {}: the password of tunnel on 127.0.0.1 has "
                    "expired",
                    port)));
    CHECK(autossh.log().wait_for(fmt::format(
        "]: remedy: log in and give it a new one: ssh -t -p {} tunnel@127.0.0.1\n", sshd.port())));
    CHECK(autossh.log().count("forbids forwarding") == 0);
    sshd.judge_no_more("tunnel");
    CHECK(comes_up(autossh));
    CHECK(autossh.end());
    check_nothing_left(sshd);
}
