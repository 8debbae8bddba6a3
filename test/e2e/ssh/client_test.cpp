// Manual, "What is added": a client that is not OpenSSH's gets nothing and is not listened to. Dropbear's.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <unistd.h>

using namespace autossh_test;

#define SKIP_WITHOUT_DBCLIENT()                                                                              \
    SKIP_WITHOUT_SSHD();                                                                                     \
    SKIP_UNLESS(access("/usr/bin/dbclient", X_OK) == 0 && access("/usr/bin/dropbearconvert", X_OK) == 0,     \
                "dbclient is not installed")

namespace {

using Words = std::vector<std::string>;

/// As dbclient reads it.
std::string without_comment(const std::string& public_key)
{
    return public_key.substr(0, public_key.find(' ', public_key.find(' ') + 1)) + "\n";
}

/// Our autossh with dbclient, to an sshd of the tests.
class Dbclient {
public:
    /// `options` and then what dbclient needs to reach the server.
    Dbclient(const Sshd& sshd, const Words& options, const Environment& changes = {})
        : process_(process_options(sshd, log_, options, changes))
    {}

    const LogFile& log() const { return log_; }
    const Process& process() const { return process_; }

    pid_t client() const
    {
        log_.wait_for("ssh child pid is ");
        return log_.ssh_pid();
    }

    bool restarts_after_kill() const
    {
        const pid_t killed = client();
        return process_table::send(killed, SIGKILL) &&
               log_.wait_for("]: ssh exited on signal 9, restarting ssh\n") &&
               wait_until([&] { return log_.ssh_pid() != killed; });
    }

    std::optional<ExitResult> end() const
    {
        process_.signal(SIGTERM);
        return process_.wait_for_exit();
    }

    static Words to_server(const Sshd& sshd)
    {
        return {"-i", sshd.directory() / "dropbear_key", "-p", std::to_string(sshd.port()), sshd.address()};
    }

private:
    static ProcessOptions process_options(const Sshd& sshd, const LogFile& log, const Words& options,
                                          const Environment& changes)
    {
        const std::filesystem::path home = sshd.directory() / "dropbear_home";
        const std::string key = sshd.directory() / "dropbear_key";
        const Process convert(
            {.arguments = {"dropbearconvert", "openssh", "dropbear", sshd.directory() / "user_key", key}});
        if (convert.wait_for_exit() != exited(0))
            throw std::runtime_error("dropbearconvert: " + convert.errors());
        std::filesystem::create_directories(home / ".ssh");
        write_file(home / ".ssh/known_hosts",
                   fmt::format("{} {}", to_server(sshd).back(),
                               without_comment(read_file(sshd.directory() / "host_key.pub"))));

        Words words{tested_autossh()};
        for (const Words& more : {options, to_server(sshd)})
            words.insert(words.end(), more.begin(), more.end());
        Environment variables = quick(log, {{"AUTOSSH_PATH", "dbclient"}, {"HOME", home}});
        for (const auto& [name, value] : changes)
            variables[name] = value;
        return {.arguments = words, .changes = variables};
    }

    LogFile log_;
    Process process_;
};

/// "dbclient", these, and how the server is reached.
Words dbclient_words(const Sshd& sshd, const Words& options)
{
    Words words{"dbclient"};
    for (const Words& more : {options, Dbclient::to_server(sshd)})
        words.insert(words.end(), more.begin(), more.end());
    return words;
}

void check_no_state_told(const LogFile& log)
{
    for (const std::string state :
         {"starting: ", "connecting: ", "authenticated ", "up: ", "up again ",
          "degraded: ", "suspect: ", "stopping: ", "down after ", "not up after "}) {
        INFO(state << "in\n" << log.text());
        CHECK(log.count("]: " + state) == 0);
    }
    CHECK(log.count("]: added to ssh's command line: ") == 0);
    CHECK(log.count("]: ssh[") == 0);
}

}  // namespace

TEST_CASE("dbclient without tests: the tunnel carries bytes, comes back, and nothing is added or told")
{
    SKIP_WITHOUT_DBCLIENT();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Words options{"-N", "-L", forwarding(port, far_end.port())};
    const Dbclient autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});

    REQUIRE(carries_bytes(port));
    CHECK(command_line_of(autossh.client()) == dbclient_words(sshd, options));
    CHECK(autossh.restarts_after_kill());
    CHECK(carries_bytes(port));
    CHECK(command_line_of(autossh.client()) == dbclient_words(sshd, options));
    CHECK(autossh.end() == exited(1));
    check_no_state_told(autossh.log());
    CHECK(autossh.log().count("no connection tests") == 0);
    check_nothing_left(sshd);
}

TEST_CASE("dbclient with a monitor port: its loop passes the heartbeat, and it comes back")
{
    SKIP_WITHOUT_DBCLIENT();
    Sshd sshd(Sshd::Loopback::own);
    const unsigned short port = free_port_pair();
    const Dbclient autossh(sshd, {"-M", std::to_string(port), "-N"});

    REQUIRE(autossh.log().wait_for("connection ok", 2));
    const Words loop{"-L", forwarding(port, port), "-R", forwarding(port, port + 1), "-N"};
    CHECK(command_line_of(autossh.client()) == dbclient_words(sshd, loop));
    const int passed = autossh.log().count("connection ok");
    CHECK(autossh.restarts_after_kill());
    CHECK(autossh.log().wait_for("connection ok", passed + 2));
    CHECK(autossh.end() == exited(1));
    check_no_state_told(autossh.log());
    check_nothing_left(sshd);
}

TEST_CASE("dbclient with -M auto: it runs without tests, and the log says so")
{
    SKIP_WITHOUT_DBCLIENT();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Dbclient autossh(sshd, {"-N", "-L", forwarding(port, far_end.port())});

    REQUIRE(carries_bytes(port));
    CHECK(autossh.log().count(
              "]: no connection tests: dbclient is not known to be OpenSSH's ssh; nothing watches "
              "this tunnel: -M PORT would, or -o ServerAliveInterval=15\n") == 1);
    CHECK(command_line_of(autossh.client()) ==
          dbclient_words(sshd, {"-N", "-L", forwarding(port, far_end.port())}));
    CHECK(autossh.restarts_after_kill());
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("no connection tests") == 1);
    CHECK(autossh.end() == exited(1));
    check_no_state_told(autossh.log());
    check_nothing_left(sshd);
}

TEST_CASE("dbclient that is asked all the same (AUTOSSH_PLAIN=no) gets nothing, and the log says why")
{
    SKIP_WITHOUT_DBCLIENT();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Dbclient autossh(sshd, {"-N", "-L", forwarding(port, far_end.port())}, {{"AUTOSSH_PLAIN", "no"}});

    // It does not know -G, ignores that, and connects: this is why no other program is asked by itself.
    REQUIRE(autossh.log().wait_for("]: nothing is added to ssh's command line: dbclient does not answer as "
                                   "OpenSSH's ssh does (no answer within 5 s)\n"));
    REQUIRE(autossh.log().wait_for("]: no connection tests: dbclient does not answer as OpenSSH's ssh does "
                                   "(no answer within 5 s); nothing "
                                   "watches this tunnel: -M PORT would, or -o ServerAliveInterval=15\n"));
    CHECK(carries_bytes(port));
    CHECK(command_line_of(autossh.client()) ==
          dbclient_words(sshd, {"-N", "-L", forwarding(port, far_end.port())}));
    CHECK(autossh.end() == exited(1));
    check_no_state_told(autossh.log());
    check_nothing_left(sshd);
}
