// Manual, "Refused forwards" and "Control line": a forward that was refused is asked for again on the living
// connection.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/terminal_login.hpp"
#include "e2e/support/tracer.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/occurrences.hpp"

#include <csignal>
#include <filesystem>
#include <optional>

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

std::vector<std::string> live(const std::vector<std::vector<std::string>>& forwards)
{
    std::vector<std::string> words{"-N", "-o", "ExitOnForwardFailure=no"};
    for (const auto& forward : forwards)
        words.insert(words.end(), forward.begin(), forward.end());
    return words;
}

std::vector<std::string> remote(int from, int to)
{
    return {"-R", "127.0.0.1:" + forwarding(from, to)};
}

std::vector<std::string> local(int from, int to)
{
    return {"-L", "127.0.0.1:" + forwarding(from, to)};
}

/// A name server that never answers.
class SilentNameServer {
public:
    SilentNameServer() : socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
    {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(53);
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + (static_cast<in_addr_t>(getpid()) << 8 & 0xffff00));
        bound_ = bind(socket_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
        address_ = inet_ntoa(address.sin_addr);
    }

    SilentNameServer(const SilentNameServer&) = delete;
    SilentNameServer& operator=(const SilentNameServer&) = delete;
    ~SilentNameServer() { close(socket_); }

    bool is_there() const { return bound_; }
    const std::string& address() const { return address_; }

private:
    int socket_;
    bool bound_ = false;
    std::string address_;
};

void check_one_ssh(const Autossh& autossh)
{
    CHECK(starts(autossh) == 1);
    CHECK(autossh.log().count("restarting ssh") == 0);
    CHECK(autossh.log().count("mux_") == 0);
    CHECK(autossh.process().errors().find("mux_") == std::string::npos);
}

}  // namespace

TEST_CASE(
    "Live: a refused -R beside a -L is had when its port is free, and a connection through the -L lives on")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        std::optional<Server> holder(std::in_place);
        const unsigned short held = holder->port();
        const unsigned short port = free_port_pair();
        auto words = live({remote(held, far_end.port()), local(port, far_end.port())});
        words.insert(words.begin(), {"-M", monitor});
        const Autossh autossh(sshd, words);
        REQUIRE(autossh.log().wait_for(
            fmt::format("]: degraded: the server refuses to listen on port {}: it is in use there\n", held)));
        const OpenConnection through(port);
        REQUIRE(through.exchange("begins") == "begins");
        holder.reset();
        CHECK(autossh.log().wait_for(fmt::format("]: up: the server listens on port {} now\n", held)));
        CHECK(carries_bytes(held));
        CHECK(through.exchange("goes on") == "goes on");
        CHECK(autossh.log().count("]: remedy: ") == 1);
        CHECK(autossh.process().errors() ==
              fmt::format("Warning: remote port forwarding failed for listen port {}\r\n", held));
        check_one_ssh(autossh);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Live: a local port that is in use is had when it is free")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    std::optional<Server> holder(std::in_place);
    const unsigned short held = holder->port();
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, live({local(held, far_end.port()), local(port, far_end.port())}));
    REQUIRE(autossh.log().wait_for(fmt::format("]: degraded: local port {} is in use", held)));
    CHECK(carries_bytes(port));
    holder.reset();
    CHECK(autossh.log().wait_for(fmt::format("]: up: ssh listens on local port {} now\n", held)));
    CHECK(carries_bytes(held));
    CHECK(occurrences(autossh.process().errors(), "Address already in use") == 1);
    check_one_ssh(autossh);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Live: of a local port on several addresses the one that was in use is had when it is free")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    for (const bool in_one_forward : {true, false}) {
        INFO("in one forward: " << in_one_forward);
        std::optional<Server> holder(std::in_place);  // of 127.0.0.1 alone
        const unsigned short held = holder->port();
        const std::string words = forwarding(held, far_end.port());
        const std::vector<std::string> free_one{"-L", fmt::format("127.0.0.2:{}", words)};
        const Autossh autossh(sshd,
                              live(in_one_forward ? std::vector{{"-L", words}, local(free_port_pair(), 9)}
                                                  : std::vector{free_one, local(held, far_end.port())}));
        REQUIRE(
            autossh.log().wait_for(fmt::format("]: degraded: local port {} is in use (on 127.0.0.1)", held)));
        holder.reset();
        CHECK(autossh.log().wait_for(fmt::format("]: up: ssh listens on local port {} now\n", held)));
        CHECK(carries_bytes(held));
        check_one_ssh(autossh);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Live: of one port of the server that is named twice, the first keeps it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, live({remote(port, far_end.port()), remote(port, 9)}));
    REQUIRE(autossh.log().wait_for(
        fmt::format("]: degraded: the server refuses to listen on port {}: it is in use there\n", port)));
    for (int i = 0; i < 5; ++i) {  // a try would be made each second
        std::this_thread::sleep_for(std::chrono::milliseconds(500));
        CHECK(carries_bytes(port));
    }
    CHECK(autossh.log().count("]: up: ") == 0);
    check_one_ssh(autossh);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE(
    "Live: a tunnel whose forwards are all refused is not up before one works, and keeps its connection")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        std::optional<Server> holder(std::in_place);
        const unsigned short held = holder->port();
        auto words = live({remote(held, far_end.port())});
        words.insert(words.begin(), {"-M", monitor});
        const Autossh autossh(sshd, words);
        REQUIRE(autossh.log().wait_for(
            fmt::format("]: not up yet: the server refuses to listen on port {}: it is in use there; asking "
                        "again on this connection\n",
                        held)));
        CHECK(autossh.log().wait_for("]: remedy: see whose it is there (ss -ltnp "));
        REQUIRE(autossh.log().wait_for("asked again for a forward on ", 3));
        CHECK(autossh.log().count("]: up") + autossh.log().count("]: degraded") == 0);
        holder.reset();
        CHECK(autossh.log().wait_for(fmt::format("]: up: the server listens on port {} now\n", held)));
        CHECK(carries_bytes(held));
        check_one_ssh(autossh);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Live: with ExitOnForwardFailure ssh lives on for a port that a dead session of ours may hold")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;  // its client configuration sets ExitOnForwardFailure
    const Server far_end;
    for (const std::string monitor : {"0", "auto"}) {
        INFO("-M " << monitor);
        const unsigned short port = free_port_pair();
        std::vector<std::string> words{"-M", monitor, "-N"};
        for (const std::string& word : remote(port, far_end.port()))
            words.push_back(word);
        const Autossh autossh(sshd, words);
        REQUIRE(autossh.log().wait_for("]: up: "));
        sshd.stop();
        std::optional<Server> holder(std::in_place, Server::Manner::echo, port);  // as a dead session might
        sshd.start();
        REQUIRE(autossh.log().wait_for("; asking again on this connection\n"));
        REQUIRE(autossh.log().wait_for("asked again for a forward on ", 3));
        const int before = starts(autossh);
        CHECK(autossh.log().count("]: degraded: ") == 0);
        holder.reset();
        CHECK(autossh.log().wait_for("]: up again after "));
        CHECK(carries_bytes(port));
        CHECK(starts(autossh) == before);
        CHECK(autossh.end() == exited(1));
    }
    check_nothing_left(sshd);
}

TEST_CASE("Live: who waits for -f at a terminal is told that no forward works yet, and goes on")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server other;
    auto words = live({remote(other.port(), 9)});
    words.insert(words.begin(), {"-f", "-M", "0"});
    const TerminalLogin login(sshd, words);
    CHECK(login.returns(0));
    CHECK(login.shows(
        fmt::format("autossh: not up yet: the server refuses to listen on port {}: it is in use there; going "
                    "on in the background",
                    other.port())));
    CHECK(login.ends());
    check_nothing_left(sshd);
}

TEST_CASE("Live: an ssh that hangs is replaced, whatever keeps it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, far_end.port())});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const pid_t ssh = autossh.log().ssh_pid();
    Tracer tracer(ssh);
    SKIP_UNLESS(tracer.holds(), "no process may be traced here");
    CHECK(autossh.log().wait_for("]: ssh has not answered for 9 s, restarting ssh\n", 1, 2 * generous));
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Live: an ssh that waits for a name server, longer than one may hang, is not replaced")
{
    SKIP_WITHOUT_SSHD();
    const SilentNameServer name_server;
    SKIP_UNLESS(getuid() == 0 && name_server.is_there(), "only root has a name server of its own");
    Sshd sshd;
    const std::string resolver = sshd.directory() / "resolv.conf";
    write_file(resolver, fmt::format("nameserver {}\noptions timeout:5 attempts:4\n", name_server.address()));
    const std::string wrapper = sshd.directory() / "wrapper";
    write_file(wrapper,
               fmt::format("#!/bin/sh\nexec unshare -m sh -c 'mount --bind {} /etc/resolv.conf && exec ssh "
                           "\"$@\"' - \"$@\"\n",
                           resolver));
    std::filesystem::permissions(wrapper, std::filesystem::perms::owner_all);
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, {"-M", "0", "-N", "-R", fmt::format("127.0.0.1:{}:target.invalid:9", port)},
                          {{"AUTOSSH_PATH", wrapper}, {"AUTOSSH_PLAIN", "no"}});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const OpenConnection through(port);
    CHECK(autossh.log().wait_for("cannot find target.invalid: ", 1, 3 * generous));
    CHECK(autossh.log().count("ssh has not answered") == 0);
    check_one_ssh(autossh);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Live: nothing of the socket is left, and nobody but the user can connect to it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(free_port_pair(), 9)});
    REQUIRE(autossh.log().wait_for("]: up: "));
    const std::string word = "ControlPath=";
    std::string path;
    for (const std::string& each : command_line_of(autossh.log().ssh_pid()))
        if (each.starts_with(word))
            path = each.substr(word.size());
    struct stat socket {};
    REQUIRE(stat(path.c_str(), &socket) == 0);
    CHECK(S_ISSOCK(socket.st_mode));
    CHECK((socket.st_mode & 0777) == 0600);
    kill(autossh.log().ssh_pid(), SIGKILL);  // which leaves its socket
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().text().find("ControlSocket") == std::string::npos);
    CHECK(autossh.end() == exited(1));
    CHECK(stat(path.c_str(), &socket) != 0);
    check_nothing_left(sshd);
}
