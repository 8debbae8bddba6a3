// Manual, "A better connection first" and "Renewal".
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <thread>

#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

const std::string beside = "]: the connection is in doubt: another ssh (";
const std::string takes_over = "), which has logged in beside the last one, takes its place\n";
const std::string gave_place = "), whose place was taken, has ended\n";

/// The process that takes connections: new ones wait as long as it is stopped.
pid_t listener_of(const Sshd& sshd)
{
    const auto sessions = sshd.session_processes();
    for (const auto& entry : process_table::everything())
        if (std::ranges::find(sessions, entry.pid) != sessions.end() &&
            std::ranges::find(sessions, entry.parent) == sessions.end())
            return entry.parent;
    return 0;
}

/// Bytes without end to an echo and back, each known by its place.
class Transfer {
public:
    explicit Transfer(unsigned short port) : socket_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(port);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (connect(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
            return;
        writer_ = std::thread([this] { write(); });
        reader_ = std::thread([this] { read(); });
    }
    ~Transfer()
    {
        finish();
        close(socket_);
    }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    std::uint64_t received() const { return received_; }
    /// All that was sent has come back.
    bool finish()
    {
        stops_ = true;
        if (writer_.joinable())
            writer_.join();
        if (reader_.joinable())
            reader_.join();
        return is_whole_ && sent_ > 0 && received_ == sent_;
    }

private:
    static char byte_at(std::uint64_t place) { return static_cast<char>((place * 2654435761U) >> 13U); }

    void write()
    {
        std::array<char, 16 * 1024> bytes{};
        while (!stops_) {
            for (std::size_t i = 0; i < bytes.size(); ++i)
                bytes.at(i) = byte_at(sent_ + i);
            const ssize_t written = send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (written <= 0)
                break;
            sent_ += static_cast<std::uint64_t>(written);
        }
        shutdown(socket_, SHUT_WR);
    }

    void read()
    {
        std::array<char, 16 * 1024> bytes{};
        for (ssize_t got = 1; got > 0;) {
            got = recv(socket_, bytes.data(), bytes.size(), 0);
            for (ssize_t i = 0; i < got; ++i)
                is_whole_ = is_whole_ && bytes.at(static_cast<std::size_t>(i)) ==
                                             byte_at(received_ + static_cast<std::uint64_t>(i));
            received_ += static_cast<std::uint64_t>(std::max<ssize_t>(got, 0));
            // No faster, as it would only take the processors: all is full on the way here, whatever reads
            // it.
            if (!stops_)
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    int socket_;
    std::atomic<bool> stops_{false};
    std::atomic<bool> is_whole_{true};
    std::atomic<std::uint64_t> sent_{0};
    std::atomic<std::uint64_t> received_{0};
    std::thread writer_;
    std::thread reader_;
};

std::vector<std::string> both_ways(int local, int remote, int target)
{
    return {"-N", "-L", "127.0.0.1:" + forwarding(local, target), "-R",
            "127.0.0.1:" + forwarding(remote, target)};
}

}  // namespace

TEST_CASE(
    "Replacement: a connection that is silent loses its place to another, and what runs through it lives on")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const unsigned short back = free_port_pair();
    const Autossh autossh(sshd, both_ways(port, back, far_end.port()));
    REQUIRE(autossh.log().wait_for("]: up: "));
    const pid_t first = autossh.log().ssh_pid();
    std::optional<OpenConnection> through(std::in_place, port);
    REQUIRE(through->exchange("begins") == "begins");
    const auto stopped = sshd.session_processes();
    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for(takes_over));
    CHECK(autossh.log().count("]: port down, restarting ssh\n") == 1);
    CHECK(carries_bytes(port));
    for (const pid_t session : stopped)
        kill(session, SIGCONT);
    CHECK(carries_bytes(back));
    CHECK(through->exchange("goes on") == "goes on");
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count(gave_place) == 0);
    through.reset();
    CHECK(autossh.log().wait_for(fmt::format("]: ssh ({}{}", first, gave_place)));
    CHECK(starts(autossh) == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Replacement: a connection that answers again keeps its place")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, both_ways(port, free_port_pair(), far_end.port()));
    REQUIRE(autossh.log().wait_for("]: up: "));
    const OpenConnection through(port);
    REQUIRE(through.exchange("begins") == "begins");
    const pid_t listener = listener_of(sshd);
    REQUIRE(listener > 0);
    REQUIRE(process_table::send(listener, SIGSTOP));  // so that no other gets in
    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for(beside));
    sshd.signal_sessions(SIGCONT);
    CHECK(autossh.log().wait_for("]: the connection is well: ending ssh ("));
    REQUIRE(process_table::send(listener, SIGCONT));
    CHECK(through.exchange("goes on") == "goes on");
    CHECK(autossh.log().count("restarting ssh") == 0);
    CHECK(starts(autossh) == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Replacement: where another log-in is refused, ssh is ended and started as before")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));
    std::filesystem::rename(sshd.directory() / "user_key.pub", sshd.directory() / "taken_away");
    const auto stopped = sshd.session_processes();
    sshd.signal_sessions(SIGSTOP);
    CHECK(autossh.log().wait_for("]: another ssh could not log in beside this one: "));
    CHECK(autossh.log().wait_for("]: port down, restarting ssh\n"));
    CHECK(autossh.log().wait_for("]: not up after "));
    CHECK(autossh.log().count(takes_over) == 0);
    CHECK(autossh.end() == exited(1));
    for (const pid_t session : stopped)
        kill(session, SIGCONT);
    check_nothing_left(sshd);
}

TEST_CASE("Replacement: an autossh that is stopped meanwhile leaves nothing behind")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-N"});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const pid_t listener = listener_of(sshd);
    REQUIRE(process_table::send(listener, SIGSTOP));
    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for(beside));
    CHECK(autossh.end() == exited(1));
    sshd.signal_sessions(SIGCONT);
    REQUIRE(process_table::send(listener, SIGCONT));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: another ssh takes over without a break, and what runs through the old one lives on")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const unsigned short back = free_port_pair();
    const std::string path = sshd.directory() / "socket";
    for (const std::string monitor : {"auto", "0"}) {
        INFO("-M " << monitor);
        auto words = both_ways(port, back, far_end.port());
        words.insert(words.begin(), {"-M", monitor, "--renew", "2s", "-L",
                                     fmt::format("{}:127.0.0.1:{}", path, far_end.port())});
        const Autossh autossh(sshd, words);
        const bool is_up = autossh.log().wait_for("]: up: ");
        CAPTURE(autossh.log().text());
        REQUIRE(is_up);
        REQUIRE(carries_bytes(back));
        std::optional<OpenConnection> there(std::in_place, port);
        std::optional<OpenConnection> here(std::in_place, back);
        REQUIRE(there->exchange("begins") == "begins");
        REQUIRE(here->exchange("begins") == "begins");
        REQUIRE(autossh.log().wait_for(takes_over));
        CHECK(autossh.log().wait_for("]: up: ", 2));  // whoever comes while a forward moves may be cut off
        CHECK(carries_bytes(port));
        CHECK(carries_bytes(back));
        CHECK(std::filesystem::is_socket(path));
        // As long as the old one has connections, no third one is started.
        CHECK(there->exchange("goes on") == "goes on");
        CHECK(here->exchange("goes on") == "goes on");
        CHECK(autossh.log().count(takes_over) == 1);
        there.reset();
        here.reset();
        CHECK(autossh.log().wait_for(gave_place));
        CHECK(autossh.log().wait_for(takes_over, 2));
        CHECK(autossh.log().count("]: degraded: ") == 0);
        CHECK(autossh.log().count("]: down after ") == 0);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: long transfers through a -L and a -R cross it whole")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const unsigned short back = free_port_pair();
    auto words = both_ways(port, back, far_end.port());
    words.insert(words.begin(), {"--renew", "2s"});
    const Autossh autossh(sshd, words);
    REQUIRE(autossh.log().wait_for("]: up: "));
    REQUIRE(carries_bytes(back));
    Transfer there(port);
    Transfer here(back);
    REQUIRE(autossh.log().wait_for(takes_over));
    REQUIRE(autossh.log().wait_for("]: up: ", 2));
    for (Transfer* const transfer : {&there, &here}) {
        const std::uint64_t by_then = transfer->received();
        CHECK(wait_until([&] { return transfer->received() >= by_then + 1024 * 1024; }));
    }
    CHECK(autossh.log().count(gave_place) == 0);
    CHECK(there.finish());
    CHECK(here.finish());
    CHECK(autossh.log().wait_for(gave_place));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: the old ssh is ended after the grace, whoever uses it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    auto words = both_ways(port, free_port_pair(), far_end.port());
    words.insert(words.begin(), {"--renew", "1s", "--renew-grace", "500ms"});
    const Autossh autossh(sshd, words);
    REQUIRE(autossh.log().wait_for("]: up: "));
    const OpenConnection through(port);
    REQUIRE(through.exchange("begins") == "begins");
    CHECK(autossh.log().wait_for("has connections left after the time for them\n"));
    CHECK(autossh.log().wait_for(gave_place));
    CHECK(through.exchange("goes on") != "goes on");
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: without any grace the old ssh has given its forwards away before it is ended")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    auto words = both_ways(port, free_port_pair(), far_end.port());
    words.insert(words.begin(), {"-M", "0", "--renew", "1s", "--renew-grace", "0"});
    const Autossh autossh(sshd, words);
    REQUIRE(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().wait_for(gave_place, 3));
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("a forward is not to be had from the ssh that takes over") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: where no other ssh can take over, that is told once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const Autossh autossh(sshd, {"-M", std::to_string(free_port_pair()), "-N", "--renew", "500ms"});
    CHECK(autossh.log().wait_for("]: the connection is not renewed: that needs "));
    CHECK(starts(autossh) == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: a -R 0 keeps its port, also as long as the old ssh has a connection through it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const Autossh autossh(sshd, {"-M", "0", "--renew", "2s", "-N", "-R",
                                 fmt::format("127.0.0.1:0:127.0.0.1:{}", far_end.port())});
    REQUIRE(autossh.log().wait_for("]: up: "));
    constexpr std::string_view words = "Allocated port ";
    const std::string log = autossh.log().text();
    const auto port = static_cast<unsigned short>(std::stoul(log.substr(log.rfind(words) + words.size())));
    std::optional<OpenConnection> through(std::in_place, port);
    REQUIRE(through->exchange("begins") == "begins");
    REQUIRE(autossh.log().wait_for(takes_over));
    REQUIRE(autossh.log().wait_for("]: up: ", 2));
    CHECK(through->exchange("goes on") == "goes on");
    through.reset();
    REQUIRE(autossh.log().wait_for(takes_over, 2));  // of one that has it by its port
    REQUIRE(autossh.log().wait_for("]: up: ", 3));
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("]: the server listens on port ") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: what listens here on all addresses is had when the old ssh has ended")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const std::string forward = fmt::format(":{}:127.0.0.1:{}", port, far_end.port());
    for (const std::string vital : {"no", "yes"}) {
        INFO("ExitOnForwardFailure=" << vital);
        const Autossh autossh(
            sshd, {"-M", "0", "--renew", "3s", "-N", "-L", forward, "-o", "ExitOnForwardFailure=" + vital});
        REQUIRE(autossh.log().wait_for("]: up: "));
        std::optional<OpenConnection> through(std::in_place, port);
        REQUIRE(through->exchange("begins") == "begins");
        REQUIRE(autossh.log().wait_for(takes_over));
        CHECK(autossh.log().wait_for(fmt::format("cannot listen on local port {}", port)));
        CHECK(through->exchange("goes on") == "goes on");
        through.reset();
        CHECK(autossh.log().wait_for(fmt::format("ssh listens on local port {} now\n", port)));
        CHECK(carries_bytes(port));
        CHECK(autossh.log().count("]: down after ") == 0);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Renewal: a socket on the server, on which it would not listen again, keeps the ssh")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const std::string path = sshd.directory() / "there";
    const Autossh autossh(sshd, {"-M", "0", "--renew", "500ms", "-N", "-R",
                                 fmt::format("{}:127.0.0.1:{}", path, far_end.port())});
    CHECK(autossh.log().wait_for("]: the connection is not renewed: a server does not listen again "));
    CHECK(starts(autossh) == 1);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Replacement: a socket on the server is opened again where the server removes the old one")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("StreamLocalBindUnlink yes\n");
    const Server far_end;
    const std::string path = sshd.directory() / "there";
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-N", "-R", fmt::format("{}:127.0.0.1:{}", path, far_end.port()), "-L",
                                 fmt::format("127.0.0.1:{}:{}", port, path)});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const auto stopped = sshd.session_processes();
    sshd.signal_sessions(SIGSTOP);
    REQUIRE(autossh.log().wait_for(takes_over));
    for (const pid_t session : stopped)
        kill(session, SIGCONT);
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().wait_for(gave_place));
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("]: degraded: ") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
