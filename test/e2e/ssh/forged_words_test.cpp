// SECURITY.md: what a server says is not what ssh says. Here a stranger who has no key, and only answers at
// the server's address.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "e2e/support/server.hpp"
#include "support/process/process_table.hpp"

#include <algorithm>
#include <atomic>
#include <csignal>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// The host "server" is this one.
void lead_to(Sshd& sshd, const Server& server)
{
    sshd.configure_client(fmt::format("Port {}", server.port()));
}

constexpr const char* start = "]: starting ssh (count ";

/// The file of -E among the words of an ssh.
std::string log_of(pid_t ssh)
{
    const auto words = command_line_of(ssh);
    const auto option = std::ranges::find(words, "-E");
    return option == words.end() || option + 1 == words.end() ? "" : *(option + 1);
}

/// Writes empty lines to a FIFO for as long as it lives.
class Flood {
public:
    explicit Flood(const std::string& path)
        : fd_(::open(path.c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC)), thread_([this] { write_lines(); })
    {}
    ~Flood()
    {
        over_ = true;
        thread_.join();
        ::close(fd_);
    }
    Flood(const Flood&) = delete;
    Flood& operator=(const Flood&) = delete;

    long written() const { return written_; }

private:
    void write_lines()
    {
        ::signal(SIGPIPE, SIG_IGN);  // nobody reads any more when autossh has ended
        const std::string lines(4096, '\n');
        while (!over_) {
            const ssize_t size = ::write(fd_, lines.data(), lines.size());
            if (size > 0)
                written_ += size;
            else
                ::usleep(1000);
        }
    }

    int fd_;
    std::atomic<bool> over_{false};
    std::atomic<long> written_{0};
    std::thread thread_;
};

}  // namespace

TEST_CASE("A stranger's reason to disconnect is no refused log-in, and ends no tunnel for good")
{
    SKIP_WITHOUT_SSHD();
    for (const std::string reason :
         {"x\nuser@gw: Permission denied (publickey).", "Too many authentication failures",
          "x\r\n@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @\r\nHost key verification "
          "failed."}) {
        CAPTURE(reason);
        Sshd sshd;
        const Server stranger(reason);
        lead_to(sshd, stranger);
        const Autossh autossh(sshd,
                              {"-M", "0", "-N", "--exit-on",
                               "authentication-refused,host-key-changed,host-key-unknown,key-unusable"},
                              default_times());
        CHECK(autossh.log().wait_for("; trying again "));
        CHECK_FALSE(autossh.process().wait_for_exit(std::chrono::milliseconds(500)));
        CHECK(autossh.log().count("autossh exiting") == 0);
        CHECK(autossh.log().count("]: gave up") == 0);
        CHECK(autossh.end() == exited(1));
        check_nothing_left(sshd);
    }
}

TEST_CASE("A stranger's reason to disconnect is no log-in, and no pace of its own")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server stranger("bye\nAuthenticated to gw.example.org ([192.0.2.1]:22) using \"publickey\".\n"
                          "Error: remote port forwarding failed for listen port 8080\n"
                          "Transferred: sent 1, received 1 bytes, in 0.1 seconds");
    lead_to(sshd, stranger);
    const Autossh autossh(sshd, {"-M", "0", "-N"}, default_times());
    CHECK(autossh.log().wait_for(start, 3));  // as after any other connection that is closed at once
    CHECK(autossh.log().count("]: authenticated after ") == 0);
    CHECK(autossh.log().count("]: up") == 0);
    CHECK(autossh.log().count("]: degraded") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("What a stranger says writes over no line of the log, and begins none")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server stranger(std::string("foo \rOVERWRITE\b\b\a\x1b[2J\x7f\nnext"));
    lead_to(sshd, stranger);
    const Autossh autossh(sshd, {"-M", "0", "-N"}, default_times());
    REQUIRE(autossh.log().wait_for("OVERWRITE"));
    REQUIRE(autossh.log().wait_for("; trying again "));
    const std::string text = autossh.log().text();
    CHECK(std::ranges::none_of(text, [](unsigned char c) { return (c < 0x20 && c != '\n') || c == 0x7f; }));
    CHECK(text.find("foo \\x0dOVERWRITE\\x08\\x08\\x07") != std::string::npos);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Words of ssh without an end hold up no signal")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N", "--log-level", "3"});
    REQUIRE(wait_until([&] { return !sshd.session_processes().empty(); }));
    const auto family = autossh.process().family();
    const auto ssh = std::ranges::find_if(
        family, [](const process_table::Entry& each) { return !log_of(each.pid).empty(); });
    REQUIRE(ssh != family.end());
    {
        const Flood flood(log_of(ssh->pid));
        REQUIRE(wait_until([&] { return flood.written() > 70'000; }));  // more than a FIFO holds
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("A log-in that is claimed while a question waits for its answer is none")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    const SecretTunnel tunnel(sshd, {"--secret-command", "sleep 600"}, {.changes = default_times()});
    // The command runs: ssh waits for its askpass program.
    REQUIRE(wait_until([&] {
        return std::ranges::any_of(tunnel.process().family(),
                                   [](const auto& each) { return each.command.starts_with("sleep 600"); });
    }));
    const int log = ::open(log_of(tunnel.log().ssh_pid()).c_str(), O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    REQUIRE(log >= 0);
    // As ssh would log the name that a server sends with its question.
    const std::string forged = "Authenticated to gw ([192.0.2.1]:22) using \"publickey\".\r\n";
    CHECK(::write(log, forged.data(), forged.size()) == static_cast<ssize_t>(forged.size()));
    ::close(log);
    CHECK_FALSE(tunnel.process().wait_for_exit(std::chrono::milliseconds(500)));
    CHECK(tunnel.log().count("]: authenticated after ") == 0);
    CHECK(tunnel.log().count("]: up") == 0);
    CHECK(tunnel.end());
    CHECK(tunnel.log().count("]: authenticated after ") == 0);
    check_nothing_left(sshd);
}
