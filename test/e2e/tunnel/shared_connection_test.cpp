// Manual, "Sharing": the user's other ssh use the tunnel's connection while it is well, and only then.
#include "e2e/support/masters.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/tracer.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <optional>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// A server with a ControlPath for it, as the manual gives the two lines, and a tunnel that is shared there.
class SharedTunnel {
public:
    explicit SharedTunnel(std::vector<std::string> options = {}, const Environment& changes = default_times())
    {
        sshd_.configure_client("ControlPath " + sshd_.directory().string() + "/cm-%C\n");
        config_ = without_a_key(sshd_);
        path_ = control_path(sshd_.client_config());
        name_ = "shared-" + std::to_string(sshd_.port());
        options.insert(options.begin(), {"--share", "--name", name_, "-N"});
        autossh_.emplace(sshd_, options, changes);
    }

    Sshd& sshd() { return sshd_; }
    const Autossh& autossh() const { return *autossh_; }
    const LogFile& log() const { return autossh_->log(); }
    const std::string& path() const { return path_; }

    bool comes_up() const { return log().wait_for("]: up: ") && waits_for_offer(); }
    bool is_offered() const { return fs::is_symlink(path_); }
    bool waits_for_offer() const
    {
        return wait_until([this] { return is_offered(); });
    }
    bool waits_for_end_of_offer(std::chrono::milliseconds limit = generous) const
    {
        return wait_until([this] { return !fs::exists(fs::symlink_status(path_)); }, limit);
    }

    /// Without a key of its own: only over the tunnel's connection.
    std::vector<std::string> over_tunnel(const std::string& command) const
    {
        return {"ssh", "-F", config_, "server", command};
    }
    /// By itself, if it must.
    std::vector<std::string> with_key(const std::string& command) const
    {
        return {"ssh", "-F", sshd_.client_config(), "server", command};
    }
    ExitResult commands(const std::string& what, const std::vector<std::string>& more = {}) const
    {
        std::vector<std::string> words{"ssh", "-F", config_, "-O", what, "server"};
        words.insert(words.end() - 1, more.begin(), more.end());
        return status_of(words);
    }
    /// The line of --check.
    std::string state() const
    {
        const Process check({.arguments = {tested_autossh(), "--check", name_}});
        check.wait_for_exit();
        return check.output();
    }

private:
    static std::string control_path(const std::string& config)
    {
        const Process question({.arguments = {"ssh", "-G", "-F", config, "server"}});
        question.wait_for_exit();
        const std::string answer = question.output();
        const std::string keyword = "\ncontrolpath ";
        const std::size_t at = answer.find(keyword) + keyword.size();
        return answer.substr(at, answer.find('\n', at) - at);
    }

    Sshd sshd_;
    std::string config_;
    std::string path_;
    std::string name_;
    std::optional<Autossh> autossh_;
};

/// An ssh that uses the tunnel's connection until it is ended.
class UserOfTunnel {
public:
    explicit UserOfTunnel(const SharedTunnel& tunnel)
    {
        REQUIRE(pipe2(input_, O_CLOEXEC) == 0);
        process_.emplace(ProcessOptions{.arguments = tunnel.over_tunnel("cat"), .input = input_[0]});
    }
    ~UserOfTunnel()
    {
        for (const int end : input_)
            close(end);
    }
    UserOfTunnel(const UserOfTunnel&) = delete;
    UserOfTunnel& operator=(const UserOfTunnel&) = delete;

    const Process& process() const { return *process_; }

private:
    int input_[2] = {-1, -1};
    std::optional<Process> process_;
};

void check_end(SharedTunnel& tunnel)
{
    CHECK(tunnel.autossh().end() == exited(1));
    CHECK_FALSE(fs::exists(fs::symlink_status(tunnel.path())));
    check_nothing_left(tunnel.sshd());
}

}  // namespace

TEST_CASE("Shared: plain ssh uses the tunnel's connection, and that of the next ssh after a break")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.log().wait_for("]: up: "));
    CHECK(tunnel.log().wait_for("]: shared with other ssh at " + tunnel.path() + "\n"));
    CHECK(status_of(tunnel.over_tunnel("exit 7")) == exited(7));
    REQUIRE(kill(tunnel.log().ssh_pid(), SIGKILL) == 0);
    REQUIRE(tunnel.log().wait_for("]: up again after "));
    REQUIRE(tunnel.waits_for_offer());
    CHECK(status_of(tunnel.over_tunnel("exit 8")) == exited(8));
    check_end(tunnel);
}

TEST_CASE("Shared: while the tunnel waits nothing is left at the path")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    tunnel.sshd().stop();
    REQUIRE(tunnel.log().wait_for("]: down after "));
    CHECK_FALSE(fs::exists(fs::symlink_status(tunnel.path())));
    tunnel.sshd().start();
    CHECK(tunnel.waits_for_offer());
    check_end(tunnel);
}

TEST_CASE("Shared: taken away while ssh is stopped, when others connect by themselves, and given back")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    const pid_t ssh = tunnel.log().ssh_pid();
    process_table::send(ssh, SIGSTOP);
    REQUIRE(tunnel.waits_for_end_of_offer());
    CHECK(status_of(tunnel.with_key("exit 7")) == exited(7));
    process_table::send(ssh, SIGCONT);
    CHECK(tunnel.waits_for_offer());
    check_end(tunnel);
}

TEST_CASE("Shared: taken away while the connection is in doubt")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel({}, {{"AUTOSSH_POLL", "1"}});
    REQUIRE(tunnel.comes_up());
    tunnel.sshd().signal_sessions(SIGSTOP);
    REQUIRE(tunnel.log().wait_for("]: suspect: "));
    CHECK(tunnel.waits_for_end_of_offer());
    tunnel.sshd().signal_sessions(SIGCONT);
    CHECK(tunnel.waits_for_offer());
    check_end(tunnel);
}

TEST_CASE("Shared: taken away when ssh does not answer, whatever keeps it")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    Tracer tracer(tunnel.log().ssh_pid());
    SKIP_UNLESS(tracer.holds(), "no process may be traced here");
    CHECK(tunnel.waits_for_end_of_offer(2 * generous));
    CHECK(tunnel.log().wait_for("]: up again after ", 1, 2 * generous));
    CHECK(tunnel.waits_for_offer());
    check_end(tunnel);
}

TEST_CASE("Shared: those who use it are counted, and told of where their connection ends")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    const auto says = [&](const std::string& words) {
        return wait_until([&] { return tunnel.state().find(words) != std::string::npos; });
    };
    CHECK(says("; shared\n"));
    const UserOfTunnel first(tunnel);
    CHECK(says("; shared with 1 session\n"));
    const UserOfTunnel second(tunnel);
    CHECK(says("; shared with 2 sessions\n"));
    first.process().signal(SIGTERM);
    CHECK(says("; shared with 1 session\n"));
    kill(tunnel.log().autossh_pid(), SIGUSR1);  // as in 1.4g: at once
    CHECK(second.process().wait_for_exit() == exited(255));
    CHECK(tunnel.log().wait_for("]: 1 session of other ssh ends with this connection\n"));
    CHECK(tunnel.log().wait_for("]: up again after "));
    check_end(tunnel);
}

TEST_CASE("Shared: at a renewal those who use it stay with the old ssh, and the next come to the new one")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel({"--renew", "3s"});
    REQUIRE(tunnel.comes_up());
    const fs::path first_socket = fs::read_symlink(tunnel.path());
    const UserOfTunnel user(tunnel);
    REQUIRE(tunnel.log().wait_for("), which has logged in beside the last one, takes its place\n"));
    CHECK(wait_until([&] { return tunnel.is_offered() && fs::read_symlink(tunnel.path()) != first_socket; }));
    CHECK(status_of(tunnel.over_tunnel("true")) == exited(0));
    CHECK(tunnel.log().count("), whose place was taken, has ended\n") == 0);
    user.process().signal(SIGTERM);
    CHECK(tunnel.log().wait_for("), whose place was taken, has ended\n"));
    CHECK(tunnel.log().count(" with this connection\n") == 0);
    check_end(tunnel);
}

TEST_CASE("Shared: ssh -O exit ends autossh, or with --restart always its ssh, and is told so")
{
    SKIP_WITHOUT_SSHD();
    SECTION("autossh ends")
    {
        SharedTunnel tunnel;
        REQUIRE(tunnel.comes_up());
        REQUIRE(tunnel.log().wait_for("]: ssh has answered: what it logs now is its own\n"));
        CHECK(tunnel.commands("exit") == exited(0));
        CHECK(tunnel.autossh().process().wait_for_exit() == exited(1));
        CHECK(tunnel.log().count("]: ssh exited with status 255; autossh exiting\n") == 1);
        CHECK(
            tunnel.log().count("]: ended by ssh -O exit, which ends autossh where the connection is shared; "
                               "--restart always goes on\n") == 1);
        CHECK(tunnel.log().count("]: remedy: ") == 0);
        CHECK_FALSE(fs::exists(fs::symlink_status(tunnel.path())));
        check_nothing_left(tunnel.sshd());
    }
    SECTION("ssh ends")
    {
        SharedTunnel tunnel({"--restart", "always"});
        REQUIRE(tunnel.comes_up());
        REQUIRE(tunnel.log().wait_for("]: ssh has answered: what it logs now is its own\n"));
        CHECK(tunnel.commands("exit") == exited(0));
        CHECK(tunnel.log().wait_for(": ended by ssh -O exit; trying again at once\n"));
        CHECK(tunnel.log().wait_for("]: shared with other ssh at ", 2));
        check_end(tunnel);
    }
}

TEST_CASE(
    "Shared: a server whose words look like ssh -O exit, and that closes the connection, ends no autossh")
{
    SKIP_WITHOUT_SSHD();
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    REQUIRE(tunnel.log().wait_for("]: ssh has answered: what it logs now is its own\n"));
    const auto words = command_line_of(tunnel.log().ssh_pid());
    const auto option = std::ranges::find(words, "-E");
    REQUIRE(option != words.end());
    const int log = open((option + 1)->c_str(), O_WRONLY | O_CLOEXEC);
    const std::string lines = "debug1: Remote: x\ndebug1: channel 30: new mux-control [mux-control]\n";
    CHECK(write(log, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()));
    close(log);
    tunnel.sshd().signal_sessions(SIGKILL);
    CHECK(tunnel.log().wait_for("]: down after "));
    CHECK(tunnel.log().wait_for("]: up again after "));
    CHECK(tunnel.log().count("ssh -O exit") == 0);
    check_end(tunnel);
}

TEST_CASE("Shared: after ssh -O stop the connections live on, and the next ssh is shared again")
{
    SKIP_WITHOUT_SSHD();
    const Server far_end;
    const unsigned short port = free_port_pair();
    SharedTunnel tunnel({"-L", forwarding(port, far_end.port())});
    REQUIRE(tunnel.comes_up());
    {
        const OpenConnection through(port);
        REQUIRE(through.exchange("begins") == "begins");
        CHECK(tunnel.commands("stop") == exited(0));
        CHECK(tunnel.log().wait_for(
            "]: not shared: ssh listens for no other ssh any more (ssh -O stop), and will "
            "from its next start on\n"));
        CHECK(tunnel.waits_for_end_of_offer());
        CHECK(through.exchange("goes on") == "goes on");
        CHECK(starts(tunnel.autossh()) == 1);
    }
    CHECK(tunnel.log().wait_for(": ended after ssh -O stop; trying again at once\n"));
    CHECK(tunnel.waits_for_offer());
    check_end(tunnel);
}

TEST_CASE("Shared: a forward that ssh -O forward adds works at once, and -O cancel takes it away")
{
    SKIP_WITHOUT_SSHD();
    const Server far_end;
    const std::string port = std::to_string(free_port_pair());
    const std::vector<std::string> forward{"-L", forwarding(std::stoi(port), far_end.port())};
    SharedTunnel tunnel;
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.commands("check") == exited(0));
    CHECK(tunnel.commands("forward", forward) == exited(0));
    CHECK(carries_bytes(static_cast<unsigned short>(std::stoi(port))));
    CHECK(tunnel.commands("cancel", forward) == exited(0));
    CHECK(exchange(static_cast<unsigned short>(std::stoi(port)), "x").empty());
    CHECK(tunnel.log().count("]: degraded") == 0);
    check_end(tunnel);
}
