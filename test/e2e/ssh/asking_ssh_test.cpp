// Manual, "What is added": the question to ssh, and what must not wait for its answer.
#include "e2e/support/autossh.hpp"
#include "support/process/process_table.hpp"

#include <chrono>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// ssh has 15 s to answer.
constexpr std::chrono::milliseconds before_patience_ends{14'000};

/// ssh -G does not answer.
void make_slow(Sshd& sshd)
{
    const std::string path = sshd.client_config();
    write_file(path, "Match exec \"sleep 300\"\n" + read_file(path));
}

/// A script that runs ssh, and when it is asked with -G while there is a `file` does something else.
std::string ssh_that_answers_unless(const Sshd& sshd, const std::string& file, const std::string& otherwise)
{
    const std::string ssh = sshd.directory() / "ssh";
    write_file(ssh, fmt::format("#!/bin/sh\ncase \" $* \" in *' -G '*) [ ! -e {} ] || {} ;; esac\n"
                                "exec /usr/bin/ssh \"$@\"\n",
                                file, otherwise));
    std::filesystem::permissions(ssh, std::filesystem::perms::owner_all);
    return ssh;
}

}  // namespace

TEST_CASE("Asking ssh: a stop does not wait for the answer, and nothing is said of what was not learned")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    make_slow(sshd);
    for (const int number : {SIGTERM, SIGINT}) {
        const Autossh autossh(sshd, {"-N"});
        REQUIRE(wait_until([&] { return autossh.process().family().size() >= 2; }));
        autossh.process().signal(SIGHUP);
        autossh.process().signal(SIGUSR1);
        CHECK_FALSE(autossh.process().wait_for_exit(std::chrono::milliseconds(200)));
        autossh.process().signal(number);
        CHECK(autossh.process().wait_for_exit(before_patience_ends) == exited(1));
        CHECK(autossh.log().count("signalled to exit") == 1);
        CHECK(autossh.log().count("no connection tests") == 0);
        CHECK(autossh.log().count("starting") == 0);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Asking ssh: the lifetime counts meanwhile")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    make_slow(sshd);
    const Autossh autossh(sshd, {"-N", "--max-lifetime", "500ms"});
    CHECK(autossh.process().wait_for_exit(before_patience_ends) == exited(0));
    CHECK(autossh.log().count("exceeded maximum time to live, shutting down") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Asking ssh: one that does not answer gets what needs no answer, is heard, and is asked again")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const std::string marker = sshd.directory() / "asked";
    const std::string path = sshd.client_config();
    // As a name server that is not there yet: the first to ask waits for long.
    write_file(path, fmt::format("Match exec \"test -e {0} || {{ touch {0}; sleep 300; }}\"\n", marker) +
                         read_file(path));
    const Autossh autossh(sshd, {"-N"});
    REQUIRE(autossh.log().wait_for(
        "]: no connection tests: /usr/bin/ssh does not answer as OpenSSH's ssh does (no answer within 15 s); "
        "keepalives and a connect timeout are added, and it is asked again before each start\n",
        1, 2 * generous));
    REQUIRE(autossh.log().wait_for("]: up: logged in to "));
    const std::string words = fmt::format("{}", fmt::join(command_line_of(autossh.log().ssh_pid()), " "));
    for (const char* added : {"-o ServerAliveInterval=10", "-o ConnectTimeout=20", "-o LogLevel=DEBUG1"})
        CHECK(words.find(added) != std::string::npos);

    REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    CHECK(autossh.log().wait_for("]: ssh answers now: all is added\n"));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count(": the connection test came back in ") == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Asking ssh: a script that is replaced by one that answers is asked at the next start")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string ssh = sshd.directory() / "tunnel";
    const std::string asked = sshd.directory() / "asked";
    const auto write_script = [&](std::string_view note) {
        write_file(ssh + ".new", fmt::format("#!/bin/sh\n# {}\n"
                                             "case \" ${{*}} \" in *' -G '*) : >{} ;; esac\n"
                                             "exec /usr/bin/ssh \"${{@}}\"\n",
                                             note, asked));
        std::filesystem::permissions(ssh + ".new", std::filesystem::perms::owner_all);
        std::filesystem::rename(ssh + ".new", ssh);
    };
    write_script("says nothing of it");
    const Autossh autossh(sshd, {"--ssh", ssh, "-N"}, {{"AUTOSSH_GATETIME", "0"}});
    for (const int start : {1, 2}) {
        REQUIRE(autossh.log().wait_for("]: ssh child pid is ", start));
        REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    }
    REQUIRE(autossh.log().wait_for("]: ssh child pid is ", 3));
    CHECK_FALSE(std::filesystem::exists(asked));

    write_script("autossh: answers -G");
    REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    CHECK(wait_until([&] { return std::filesystem::exists(asked); }));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Asking ssh: one that has answered, and does not when it is asked again, has said what counts")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    sshd.configure_client("CanonicalizeHostname always");  // asked before each start
    const std::string broken = sshd.directory() / "broken";
    const std::string ssh = ssh_that_answers_unless(sshd, broken, "exit 1");
    sshd.stop();
    const Autossh autossh(sshd, {"--ssh", ssh, "-N"}, {{"AUTOSSH_PLAIN", "no"}});
    REQUIRE(autossh.log().wait_for("]: not up after "));
    write_file(broken, "");
    CHECK(autossh.log().wait_for(
        "]: ssh does not say again what it will do (exit status 1): as it said before\n"));
    sshd.start();
    CHECK(autossh.log().wait_for(": the connection test came back in "));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "Asking ssh: an answer that has led to a log-in holds, and a silent name server is not waited for twice")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    sshd.configure_client("CanonicalizeHostname always");
    const std::string silent = sshd.directory() / "silent";
    const std::string ssh = ssh_that_answers_unless(sshd, silent, "sleep 300");
    const Autossh autossh(sshd, {"--ssh", ssh, "-N"}, {{"AUTOSSH_PLAIN", "no"}});
    REQUIRE(autossh.log().wait_for(": the connection test came back in "));
    write_file(silent, "");
    REQUIRE(process_table::send(autossh.log().ssh_pid(), SIGKILL));
    CHECK(autossh.log().wait_for(": the connection test came back in ", 2));
    CHECK(autossh.log().count("what it will do") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("With a maximum of no starts at all, no state is told")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-N", "--max-start", "0"});
    CHECK(autossh.process().wait_for_exit() == exited(0));
    CHECK(autossh.log().count("max start count reached; exiting") == 1);
    CHECK(autossh.log().count("gave up") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("A standard error that nobody reads holds up neither ssh nor a stop")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const LogFile log;
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC | O_NONBLOCK) == 0);
    while (write(ends[1], "x", 1) == 1)
        ;
    fcntl(ends[1], F_SETFL, 0);
    const Process autossh({.arguments = command_line(sshd, {"-M", "0", "-vvv"}, {"echo passed; cat"}),
                           .changes = quick(log),
                           .errors = ends[1]});
    close(ends[1]);
    CHECK(wait_until([&] { return autossh.output() == "passed\n" || log.count("exited with status 0") > 0; },
                     std::chrono::seconds(10)));
    CHECK(log.wait_for("debug1: ", 30));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit(std::chrono::seconds(15)).has_value());
    close(ends[0]);
    check_nothing_left(sshd);
}

TEST_CASE("A key that the server does not accept is told as that, and an agent that is gone as that")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("AuthorizedKeysFile none\nKbdInteractiveAuthentication no");
    sshd.configure_client("IdentityAgent SSH_AUTH_SOCK");
    {
        const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_GATETIME", "30"}});
        CHECK(autossh.process().wait_for_exit() == exited(1));
        CHECK(autossh.log().count(": 127.0.0.1 does not accept the key ") == 1);
    }
    {
        const Autossh autossh(sshd, {"-M", "0", "-N"},
                              {{"AUTOSSH_GATETIME", "30"}, {"SSH_AUTH_SOCK", sshd.directory() / "gone"}});
        CHECK(autossh.process().wait_for_exit() == exited(1));
        CHECK(autossh.log().count(": the agent cannot be reached\n") == 1);
    }
    check_nothing_left(sshd);
}
