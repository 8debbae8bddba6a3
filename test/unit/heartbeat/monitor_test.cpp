#include "autossh/heartbeat/monitor.hpp"

#include "autossh/heartbeat/echo_service.hpp"
#include "autossh/heartbeat/port_loop.hpp"
#include "autossh/heartbeat/socket_loop.hpp"
#include "autossh/settings/settings.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"
#include "unit/heartbeat/relay.hpp"

#include <array>
#include <filesystem>
#include <memory>
#include <optional>
#include <set>
#include <sstream>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::TemporaryDirectory;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr const char* nothing_came = "timeout polling to accept read connection";

/// Those above 2 that an exec would let through.
std::set<int> inheritable_descriptors()
{
    std::set<int> found;
    for (int fd = STDERR_FILENO + 1; fd < 256; ++fd)
        if (const int flags = ::fcntl(fd, F_GETFD); flags >= 0 && (flags & FD_CLOEXEC) == 0)
            found.insert(fd);
    return found;
}

/// A monitor over Unix sockets, or over ports, with what it has logged.
class Session {
public:
    explicit Session(std::optional<MonitorPorts> ports = std::nullopt, int log_level = 7)
    {
        settings_.monitor = ports;
        settings_.message = "hello";
        settings_.net_timeout = 200ms;
        log_.configure({.file = (directory_ / "log").string(), .level = log_level});
        monitor_.emplace(make_test(ports), settings_.message, [this] { ++results_; });
    }

    const fs::path& directory() const { return directory_.path(); }
    Monitor& monitor() { return *monitor_; }
    int results() const { return results_; }

    /// Runs a test to its end. At each turn of the loop nothing may be inheritable that was not before.
    bool passes() { return passes(settings_.net_timeout); }
    bool passes(const TestLimits& limits)
    {
        const auto before = inheritable_descriptors();
        monitor_->start_test(limits, false);
        io_.restart();
        while (monitor_->testing() && io_.run_one_for(autossh_test::generous) > 0)
            CHECK(inheritable_descriptors() == before);
        const std::optional<bool> result = monitor_->take_result();
        REQUIRE(result);
        CHECK_FALSE(monitor_->take_result());
        return *result;
    }

    /// Drops the monitor and lets what it has begun come to an end.
    void close_monitor()
    {
        monitor_.reset();
        io_.restart();
        io_.run_for(autossh_test::generous);
    }

    /// The texts of the lines, without their stamps.
    std::vector<std::string> log_lines() const
    {
        std::vector<std::string> lines;
        std::istringstream text(autossh_test::read_file(directory_ / "log"));
        for (std::string line; std::getline(text, line);)
            lines.push_back(line.substr(line.find("]: ") + 3));
        return lines;
    }

private:
    std::unique_ptr<ConnectionTest> make_test(std::optional<MonitorPorts> ports)
    {
        if (!ports)
            return std::make_unique<SocketLoop>(io_.get_executor(), log_, directory_.path().string());
        if (ports->echo_port)
            return std::make_unique<EchoService>(io_.get_executor(), log_, ports->port);
        return std::make_unique<PortLoop>(io_.get_executor(), log_, ports->port);
    }

    TemporaryDirectory directory_;
    asio::io_context io_{1};
    TunnelSettings settings_;
    Log log_;
    int results_ = 0;
    std::optional<Monitor> monitor_;
};

using Lines = std::vector<std::string>;

}  // namespace

TEST_CASE("Heartbeat: over Unix sockets it goes out, and comes back")
{
    Session session;
    struct stat status {};
    REQUIRE(::lstat((session.directory() / "in").c_str(), &status) == 0);
    CHECK(S_ISSOCK(status.st_mode));
    CHECK((status.st_mode & 07777) == 0600);
    CHECK(session.monitor().last_failure().empty());
    CHECK(session.monitor().round_trip() == 0ms);

    const Relay relay(session.directory(), Relay::Manner::faithful);
    for (int i = 1; i <= 3; ++i) {
        CHECK(session.passes());
        CHECK(session.results() == i);
    }
    CHECK(session.monitor().last_failure().empty());
    CHECK_FALSE(session.monitor().nobody_listens());
    CHECK(session.monitor().round_trip() < 200ms);
    CHECK(session.log_lines().empty());
    session.close_monitor();
}

TEST_CASE("Heartbeat: over Unix sockets, nobody listens before ssh has made the socket nor after its death")
{
    Session session;
    const std::string out = (session.directory() / "out").string();
    CHECK_FALSE(session.passes());
    CHECK(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == out + ": No such file or directory");

    std::optional<Relay> relay(std::in_place, session.directory(), Relay::Manner::faithful);
    CHECK(session.passes());
    CHECK_FALSE(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure().empty());

    relay.reset();
    CHECK_FALSE(session.passes());
    CHECK(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == out + ": Connection refused");
    CHECK(session.log_lines() == Lines{out + ": No such file or directory", out + ": Connection refused"});
}

TEST_CASE("Heartbeat: over Unix sockets, a message that does not come back fails the test in the net timeout")
{
    using enum Relay::Manner;
    for (const auto manner : {silent, mute, garbling, closing}) {
        CAPTURE(static_cast<int>(manner));
        Session session;
        const Relay relay(session.directory(), manner);
        const Time start = Clock::now();
        CHECK_FALSE(session.passes());
        const auto lasted = Clock::now() - start;
        CHECK(lasted >= 200ms);
        CHECK(lasted < 2s);
        CHECK_FALSE(session.monitor().nobody_listens());
        CHECK(session.monitor().last_failure() == nothing_came);
        CHECK(session.monitor().round_trip() == 0ms);
        CHECK(session.log_lines().back() == nothing_came);
    }
}

TEST_CASE("Heartbeat: over Unix sockets, strangers do not spoil a test")
{
    Session session;
    const Relay relay(session.directory(), Relay::Manner::strangers);
    CHECK(session.passes());
    CHECK(session.monitor().last_failure().empty());
}

TEST_CASE("Heartbeat: over Unix sockets, why a test has failed is a line of the debug level")
{
    Session session(std::nullopt, 6);
    CHECK_FALSE(session.passes());
    const Relay relay(session.directory(), Relay::Manner::silent);
    CHECK_FALSE(session.passes());
    CHECK(session.monitor().last_failure() == nothing_came);
    CHECK(session.log_lines().empty());
}

TEST_CASE("Heartbeat: over ports, the loop has a time of its own to come back")
{
    const auto port = autossh_test::free_port_pair();
    Session session(MonitorPorts{.port = port, .echo_port = std::nullopt});
    asio::io_context io;
    const asio::ip::tcp::acceptor swallows(io, {asio::ip::address_v4::loopback(), port});
    const auto began = std::chrono::steady_clock::now();
    CHECK_FALSE(session.passes({50ms, 400ms}));
    CHECK(std::chrono::steady_clock::now() - began >= 200ms);  // four steps bound the whole
    CHECK(session.monitor().last_failure() == nothing_came);
}

TEST_CASE("Heartbeat: a test may be dropped, and the monitor with it")
{
    Session session;
    const Relay relay(session.directory(), Relay::Manner::mute);
    session.monitor().start_test(200ms, false);
    session.monitor().start_test(200ms, false);
    CHECK(session.monitor().testing());
    session.monitor().abandon();
    CHECK_FALSE(session.monitor().testing());
    session.monitor().start_test(200ms, false);
    session.close_monitor();
    CHECK(session.results() == 0);
    CHECK(session.log_lines().empty());
}

TEST_CASE("Heartbeat: a socket that cannot be made is a mistake that is told")
{
    const TemporaryDirectory directory;
    asio::io_context io{1};
    Log log;
    const auto error_in = [&](const std::string& path) -> std::string {
        try {
            const SocketLoop loop(io.get_executor(), log, path);
            return "";
        } catch (const ConfigError& error) {
            return error.what();
        }
    };
    const std::string here = directory.path().string();
    const std::string far = here + "/" + std::string(100, 'l');
    std::filesystem::create_directory(directory / "in");
    CHECK(error_in(here) == "bind on " + here + "/in: Address already in use");
    CHECK(error_in(here + "/x") == "bind on " + here + "/x/in: No such file or directory");
    CHECK(error_in(far) == "bind on " + far + "/in: File name too long");
}

TEST_CASE("Heartbeat: over ports, the reasons are told as they are logged, at the info level")
{
    const auto port = autossh_test::free_port_pair();
    const std::string refused = "127.0.0.1:" + std::to_string(port) + ": Connection refused";
    Session session(MonitorPorts{port, std::nullopt}, 6);
    CHECK_FALSE(session.passes());
    CHECK(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == refused);

    asio::io_context io{1};
    asio::ip::tcp::acceptor silent(io, {asio::ip::address_v4::loopback(), port});
    ::fcntl(silent.native_handle(), F_SETFD, FD_CLOEXEC);
    CHECK_FALSE(session.passes());
    CHECK_FALSE(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == nothing_came);
    CHECK(session.log_lines() == Lines{refused, nothing_came});

    const auto taken = "bind on 127.0.0.1:" + std::to_string(port) + ": Address already in use";
    CHECK_THROWS_WITH(Session(MonitorPorts{static_cast<std::uint16_t>(port - 1), std::nullopt}), taken);
}

TEST_CASE("Heartbeat: an echo service may send our message back, another one, or nothing")
{
    const auto port = autossh_test::free_port_pair();
    const std::string refused = "127.0.0.1:" + std::to_string(port) + ": Connection refused";
    const std::string failed = "tried connection 2 times and failed";
    Session session(MonitorPorts{port, std::uint16_t{7}}, 6);
    CHECK_FALSE(session.passes());
    CHECK(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == refused);

    asio::io_context io{1};
    asio::ip::tcp::acceptor listener(io, {asio::ip::address_v4::loopback(), port});
    ::fcntl(listener.native_handle(), F_SETFD, FD_CLOEXEC);
    CHECK_FALSE(session.passes());
    CHECK_FALSE(session.monitor().nobody_listens());
    CHECK(session.monitor().last_failure() == failed);
    ::close(::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC));

    for (const bool faithful : {true, false}) {
        std::thread service([&] {
            const int client = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
            std::array<char, 1024> text;
            for (ssize_t size = 0; (size = ::recv(client, text.data(), text.size(), 0)) > 0;) {
                text[0] = faithful ? text[0] : '\0';
                ::send(client, text.data(), static_cast<std::size_t>(size), MSG_NOSIGNAL);
            }
            ::close(client);
        });
        CHECK(session.passes() == faithful);
        session.monitor().abandon();
        service.join();
        CHECK(session.monitor().last_failure() == (faithful ? "" : failed));
    }
    CHECK(session.log_lines() == Lines{refused});
}

TEST_CASE("Heartbeat: an echo service that has said all that it will say has failed at once, as with 1.4g")
{
    const auto port = autossh_test::free_port_pair();
    Session session(MonitorPorts{port, std::uint16_t{7}}, 6);
    asio::io_context io{1};
    asio::ip::tcp::acceptor listener(io, {asio::ip::address_v4::loopback(), port});
    ::fcntl(listener.native_handle(), F_SETFD, FD_CLOEXEC);
    std::thread service([&] {
        const int client = ::accept4(listener.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
        ::shutdown(client, SHUT_WR);
        char text = 0;
        while (::recv(client, &text, 1, 0) > 0)
            continue;
        ::close(client);
    });
    const auto began = Clock::now();
    CHECK_FALSE(session.passes(TestLimits(30s)));
    CHECK(Clock::now() - began < 10s);
    CHECK(session.monitor().last_failure() == "tried connection 2 times and failed");
    session.monitor().abandon();
    service.join();
}

TEST_CASE("Heartbeat: the loop of sockets asks ssh for a port of its own, and says what was taken away")
{
    const TemporaryDirectory directory;
    const std::string here = directory.path().string();
    asio::io_context io{1};
    Log log;
    SocketLoop loop(io.get_executor(), log, here);
    autossh_test::write_file(directory / "out", "left by the ssh before");
    const auto forwards = loop.make_forwards();
    REQUIRE(forwards);
    CHECK_FALSE(fs::exists(directory / "out"));
    CHECK(forwards->entrance == here + "/out");
    const std::string port = std::to_string(forwards->port);
    CHECK(forwards->words ==
          Lines{"-L", here + "/out:127.0.0.1:" + port, "-R", "127.0.0.1:" + port + ":" + here + "/in"});
    CHECK(loop.obstacle().empty());
    fs::remove(directory / "in");
    CHECK(loop.obstacle() == here + " was removed");
}
