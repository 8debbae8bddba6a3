// Manual, "Refused forwards": when ssh is started again for them, and when not, where it cannot be asked for
// them again (no control line).
#include "e2e/support/giving_up.hpp"
#include "e2e/support/server.hpp"
#include "e2e/support/waits.hpp"
#include "support/machine/ports.hpp"

#include <chrono>
#include <csignal>
#include <optional>
#include <thread>

#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr const char* remedy_of_port = "]: remedy: see whose it is there (ss -ltnp ";

/// -R on 127.0.0.1 alone. Otherwise sshd takes ::1 as well, and is content with that.
std::vector<std::string> remote_forward(int from, int to)
{
    return {"-R", "127.0.0.1:" + forwarding(from, to)};
}

std::vector<std::string> lenient(const std::vector<std::vector<std::string>>& more)
{
    std::vector<std::string> words{"-S", "none", "-o", "ExitOnForwardFailure=no"};
    for (const auto& some : more)
        words.insert(words.end(), some.begin(), some.end());
    return words;
}

}  // namespace

TEST_CASE("The only forward is refused: the useless ssh is started anew until the port is free")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    std::optional<Server> holder(std::in_place);
    std::optional<Server> other_holder(std::in_place);
    const unsigned short port = holder->port();
    const unsigned short other_port = other_holder->port();
    const std::string useless = "]: no forward works, restarting ssh\n";
    // Side by side, as each waits for some seconds.
    const Autossh autossh(sshd, tunnel(lenient({remote_forward(port, far_end.port())})), default_times());
    const Autossh tested(sshd, lenient({{"-N"}, remote_forward(other_port, far_end.port())}),
                         default_times());
    for (const Autossh* each : {&autossh, &tested}) {
        REQUIRE(each->log().wait_for(useless, 2));
        CHECK(starts(*each) >= 2);
        CHECK(each->log().count(remedy_of_port) == 1);
        CHECK(each->log().count("]: up: ") == 0);
    }
    holder.reset();
    other_holder.reset();
    CHECK(carries_bytes(port));
    CHECK(carries_bytes(other_port));
    for (const Autossh* each : {&autossh, &tested})
        CHECK(each->log().count(remedy_of_port) == 1);
    CHECK(autossh.end() == exited(1));
    CHECK(tested.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A tunnel whose only forward is refused has not been up, and is down from the loss until it works")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    const unsigned short port = free_port_pair();
    const Autossh autossh(sshd, tunnel(lenient({remote_forward(port, far_end.port())})), default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    sshd.stop();
    std::optional<Server> holder(std::in_place, Server::Manner::echo, port);  // as a dead session might
    sshd.start();
    REQUIRE(autossh.log().wait_for("]: no forward works, restarting ssh\n"));
    holder.reset();
    REQUIRE(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count("]: down after ") == 1);
    CHECK(autossh.log().count("]: not up after ") >= 1);
    CHECK(autossh.log().count("]: degraded: ") == 0);
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("One of two forwards is refused: after each poll time ssh is started anew, until the port is free")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    std::optional<Server> holder(std::in_place);
    const unsigned short held = holder->port();
    const unsigned short port = free_port_pair();
    const auto forwards =
        lenient({remote_forward(held, far_end.port()), remote_forward(port, far_end.port())});
    const std::string degraded =
        fmt::format("]: degraded: the server refuses to listen on port {}: it is in use there\n", held);
    const Autossh patient(
        sshd,
        tunnel({"-S", "none", "-o", "ExitOnForwardFailure=no", "-R", "127.0.0.1:" + forwarding(held, 9), "-L",
                forwarding(free_port_pair(), far_end.port())}),
        default_times());
    REQUIRE(patient.log().wait_for(degraded));
    const Autossh autossh(sshd, tunnel(forwards), {{"AUTOSSH_POLL", "3"}});

    REQUIRE(autossh.log().wait_for(degraded));
    CHECK(carries_bytes(port));
    REQUIRE(autossh.log().wait_for("]: trying the refused forward again, restarting ssh\n"));
    REQUIRE(autossh.log().wait_for(degraded, 2));
    CHECK(autossh.log().count(remedy_of_port) == 1);
    holder.reset();
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(carries_bytes(held));
    CHECK(carries_bytes(port));
    CHECK(autossh.log().count("]: no forward works") == 0);
    CHECK(autossh.end() == exited(1));
    CHECK(starts(patient) == 1);  // its poll time is ten minutes
    CHECK(patient.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A session is not ended for a refused forward")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    sshd.configure_server("GatewayPorts clientspecified");
    const std::string not_of_server = "192.0.2.1:";
    const Autossh autossh(
        sshd, {"-o", "ExitOnForwardFailure=no", "-R", not_of_server + forwarding(free_port_pair(), 9)},
        {{"AUTOSSH_POLL", "1"}}, {"while echo; do sleep 0.2; done"});

    REQUIRE(autossh.log().wait_for("]: degraded: "));
    // One test each poll time, and more than one poll time.
    REQUIRE(autossh.log().wait_for("]: connection ok\n", 4));
    CHECK(starts(autossh) == 1);
    CHECK(autossh.log().count("restarting ssh") == 0);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("A connection that is open is not cut for a refused forward, as 1.4g cuts none")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Server far_end;
    std::optional<Server> holder(std::in_place);
    const unsigned short port = free_port_pair();
    const unsigned short reference_port = free_port_pair();
    const auto forwards = [&](unsigned short here) {
        return tunnel(lenient(
            {{"-L", forwarding(here, far_end.port())}, remote_forward(holder->port(), far_end.port())}));
    };
    const Autossh autossh(sshd, forwards(port), {{"AUTOSSH_POLL", "3"}});
    std::vector<std::string> words{REFERENCE, "-F", sshd.client_config()};
    for (const std::string& word : forwards(reference_port))
        words.push_back(word);
    words.emplace_back("server");
    const bool has_reference = access(REFERENCE, X_OK) == 0;
    const std::optional<Process> reference =
        has_reference ? std::optional<Process>(std::in_place, ProcessOptions{.arguments = words})
                      : std::nullopt;
    REQUIRE(carries_bytes(port));
    const std::string again = "]: trying the refused forward again, restarting ssh\n";
    {
        std::optional<OpenConnection> beside;
        if (has_reference) {
            REQUIRE(carries_bytes(reference_port));
            beside.emplace(reference_port);
        }
        const OpenConnection transfer(port);
        REQUIRE(transfer.exchange("begins") == "begins");
        REQUIRE(autossh.log().wait_for("is tried again when nobody has a connection open"));
        const int before = autossh.log().count(again);
        // Beyond two more poll times: each of them would have ended it.
        const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(7);
        while (std::chrono::steady_clock::now() < end) {
            REQUIRE(transfer.exchange("goes on") == "goes on");
            if (beside)
                REQUIRE(beside->exchange("goes on") == "goes on");
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        CHECK(autossh.log().count(again) == before);
    }
    holder.reset();
    CHECK(autossh.log().wait_for("]: up again after "));
    CHECK(autossh.log().count(again) >= 1);
    CHECK(carries_bytes(port));
    CHECK(autossh.end() == exited(1));
    if (reference)
        reference->signal(SIGTERM);
    check_nothing_left(sshd);
}
