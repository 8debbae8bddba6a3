// Manual, "Refused log-ins": an sshd that shuts out addresses for a while (OpenSSH 9.8, PerSourcePenalties)
// has no reason to do that for what autossh does.
#include "e2e/support/newer_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <chrono>
#include <csignal>
#include <fmt/format.h>

using namespace autossh_test;

namespace {

constexpr const char* right_password = "correct horse";

/// A tunnel of somebody else behind our address.
void check_not_shut_out(const NewerSshd& sshd)
{
    CHECK_FALSE(sshd.has_shut_us_out());
    const Process other({.arguments = {"ssh", "-F", sshd.client_config(), "server", "true"}});
    CHECK(other.wait_for_exit() == exited(0));
    CHECK_FALSE(sshd.has_shut_us_out());
}

}  // namespace

TEST_CASE("Newer sshd: a refused log-in does not have our address shut out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd;
    const std::string key = sshd.directory() / "stranger";
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key});
    const std::string ours = sshd.directory() / "user_key";
    const std::string config = sshd.directory() / "stranger_config";
    std::string text = read_file(sshd.client_config());
    write_file(config, text.replace(text.find(ours), ours.size(), key));
    LogFile log;
    const Process autossh({.arguments = {tested_autossh(), "-N", "-F", config, "server"},
                           .changes = quick(log, default_times())});
    REQUIRE(log.wait_for("trying again in 30 s"));
    check_not_shut_out(sshd);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Newer sshd: a refused forward that is asked for again does not have our address shut out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd;
    const Server taken;
    const Autossh autossh(
        sshd,
        {"-N", "-o", "ExitOnForwardFailure=no", "-R", "127.0.0.1:" + forwarding(taken.port(), sshd.port())},
        default_times());
    REQUIRE(autossh.log().wait_for("asked again for a forward on ", 5));
    check_not_shut_out(sshd);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Newer sshd: one that is restarted again and again does not shut us out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd;
    const Autossh autossh(sshd, {"-N", "-L", forwarding(free_port_pair(), sshd.port())}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    for (int times = 1; times <= 2; ++times) {
        sshd.stop();
        REQUIRE(autossh.log().wait_for("connection refused by ", times));
        sshd.start();
        REQUIRE(autossh.log().wait_for("]: up again ", times));
        CHECK_FALSE(sshd.has_shut_us_out());
    }
    check_not_shut_out(sshd);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Newer sshd: sessions that are killed there, one after the other, do not have our address shut out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd;
    const Autossh autossh(sshd, {"-N", "-L", forwarding(free_port_pair(), sshd.port())}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    for (int times = 1; times <= 3; ++times) {
        sshd.signal_sessions(SIGTERM);
        REQUIRE(autossh.log().wait_for("]: up again ", times));
    }
    check_not_shut_out(sshd);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Newer sshd: a wrong secret does not have our address shut out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd(right_password);
    const std::string file = secret_file(sshd, "wrong");
    const SecretTunnel tunnel(sshd, {"--secret-file", file, "-o", "BatchMode=no"});
    REQUIRE(tunnel.log().wait_for("trying again in 30 s"));
    CHECK_FALSE(sshd.has_shut_us_out());
    secret_file(sshd, right_password);
    CHECK(tunnel.comes_up());
    CHECK_FALSE(sshd.has_shut_us_out());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Newer sshd: when others of our address have had it shut out, that is said, and waited for")
{
    SKIP_WITHOUT_NEWER_SSHD();
    NewerSshd sshd;
    const auto is_shut_out = [&] {
        const Process bare(
            {.arguments = {"ssh-keyscan", "-T", "2", "-p", std::to_string(sshd.port()), "127.0.0.1"}});
        bare.wait_for_exit();
        return sshd.has_shut_us_out();
    };
    REQUIRE(wait_until(is_shut_out));
    const Autossh autossh(sshd, {"-N", "-L", forwarding(free_port_pair(), sshd.port())}, default_times());
    const std::string cause = fmt::format(
        ": 127.0.0.1 port {} shuts out this address for a while (Not allowed at this time); trying again in ",
        sshd.port());
    CHECK(autossh.log().wait_for(cause + "15 s\n"));
    CHECK(autossh.log().wait_for(
        "]: remedy: wait 10 minutes; on the server, PerSourcePenaltyExemptList in sshd_config exempts "
        "this address\n"));
    CHECK(autossh.log().wait_for("]: up: ", 1, std::chrono::minutes(3)));
    CHECK(autossh.log().count("starting ssh (") <= 4);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
