// Manual, "Heartbeat" and "FILES": what becomes of a tunnel whose private directory is tampered with.
#include "e2e/support/autossh.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <fmt/core.h>
#include <sys/resource.h>

using namespace autossh_test;

namespace {

/// A tunnel that is up, with its private directory in a place of its own.
class Tunnel {
public:
    explicit Tunnel(std::vector<std::string> options = {})
    {
        std::filesystem::create_directory(place());
        options.emplace_back("-N");
        autossh_.emplace(sshd_, options,
                         Environment{{"XDG_RUNTIME_DIR", place()}, {"AUTOSSH_CONNECTTIMEOUT", "4"}});
        REQUIRE(log().wait_for("]: up: the connection test came back"));
    }

    const LogFile& log() const { return autossh_->log(); }
    const Autossh& autossh() const { return *autossh_; }
    void restart() const { autossh_->process().signal(SIGUSR1); }

    std::filesystem::path directory() const
    {
        const std::filesystem::directory_iterator entry(place());
        return entry == std::filesystem::directory_iterator() ? "" : entry->path();
    }

    void end()
    {
        CHECK(autossh_->end() == exited(1));
        CHECK(std::filesystem::is_empty(place()));
        check_nothing_left(sshd_);
    }

private:
    std::filesystem::path place() const { return sshd_.directory() / "run"; }

    Sshd sshd_{Sshd::Loopback::own};
    std::optional<Autossh> autossh_;
};

}  // namespace

TEST_CASE("Private directory: whatever of it was removed, the next ssh is heard and tested")
{
    SKIP_WITHOUT_SSHD();
    Tunnel tunnel;
    int times = 0;
    for (const char* name : {"log", "in", "."}) {
        CAPTURE(name);
        const auto directory = tunnel.directory();
        std::filesystem::remove_all(std::string(name) == "." ? directory : directory / name);
        tunnel.restart();
        ++times;
        CHECK(tunnel.log().wait_for("]: up again after ", times));
        CHECK(tunnel.log().count("]: authenticated after ") == times + 1);
        CHECK(std::filesystem::is_fifo(tunnel.directory() / "log"));
    }
    CHECK(tunnel.log().count(": the connection test came back in ") >= times + 1);
    CHECK(tunnel.log().count("not logged in within") == 0);
    tunnel.end();
}

TEST_CASE(
    "Private directory: where ssh cannot listen for the tests, the user's forwards are kept all the same")
{
    SKIP_WITHOUT_SSHD();
    Tunnel tunnel({"-L", fmt::format("{}:127.0.0.1:9", free_port_pair())});
    const auto entrance = tunnel.directory() / "out";
    std::filesystem::remove(entrance);
    std::filesystem::create_directory(entrance);  // as good as any file that cannot be removed
    tunnel.restart();
    CHECK(tunnel.log().wait_for("]: up again after "));
    CHECK(tunnel.log().wait_for("]: no connection tests: local socket " + entrance.string() + " is in use"));
    CHECK(tunnel.log().count("starting ssh (count ") == 2);
    CHECK(tunnel.log().count("forward works") == 0);

    std::filesystem::remove(entrance);
    tunnel.restart();
    CHECK(tunnel.log().wait_for("]: up again after ", 2));
    CHECK(tunnel.log().wait_for("]: connection ok\n", 2));
    tunnel.end();
}

TEST_CASE("Private directory: while none can be used the tunnel goes on without, and then has one again")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(!tested_autossh_has_address_sanitizer(), "UBSan needs a pipe of its own to look at a type");
    Tunnel tunnel;
    const pid_t autossh = tunnel.autossh().process().pid();
    rlimit before{};
    REQUIRE(prlimit(autossh, RLIMIT_NOFILE, nullptr, &before) == 0);
    const rlimit hardly_any{12, before.rlim_max};
    REQUIRE(prlimit(autossh, RLIMIT_NOFILE, &hardly_any, nullptr) == 0);
    std::filesystem::remove_all(tunnel.directory());
    tunnel.restart();

    REQUIRE(tunnel.log().wait_for("Too many open files"));
    REQUIRE(tunnel.log().wait_for("]: starting: start 2"));
    CHECK_FALSE(tunnel.autossh().process().exit_result());

    REQUIRE(prlimit(autossh, RLIMIT_NOFILE, &before, nullptr) == 0);
    tunnel.restart();
    CHECK(tunnel.log().wait_for("]: up again after "));
    CHECK(std::filesystem::is_fifo(tunnel.directory() / "log"));
    tunnel.end();
}

TEST_CASE("Monitor auto: where only remote forwarding is forbidden, nothing of our own test is shown")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("AllowTcpForwarding local");
    for (int times = 0; times < 3; ++times) {
        const Autossh autossh(sshd, {"-N"});
        REQUIRE(autossh.log().wait_for("]: up: logged in to "));
        CHECK(autossh.log().wait_for("keepalives alone watch the connection"));
        CHECK(autossh.log().count("keepalives alone watch the connection") == 1);
        CHECK(autossh.log().count("open failed") + autossh.log().count("cannot be reached") == 0);
        CHECK(autossh.end() == exited(1));
        CHECK(autossh.process().errors().empty());
    }
    check_nothing_left(sshd);
}
