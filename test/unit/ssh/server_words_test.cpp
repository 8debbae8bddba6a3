// What a server may have ssh log before the log-in, and what only ssh itself can mean.
#include "autossh/ssh/client_state.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

const std::string login_line = "Authenticated to gw.example.org ([192.0.2.1]:22) using \"publickey\".";
const std::string denied_key = "user@gw: Permission denied (publickey).";

Failure failure_after(const std::vector<std::string>& lines)
{
    ClientState client_state;
    for (const std::string& line : lines)
        client_state.read_line(line, LoginProgress::before_login);
    return client_state.failure(ExitStatus::exited(255), {});
}

}  // namespace

TEST_CASE("A server's words: no log-in, no forward and no end of a session before the log-in")
{
    ClientState client_state;
    for (const std::string& line :
         {login_line, std::string("Error: remote port forwarding failed for listen port 8080"),
          std::string("bind [127.0.0.1]:8080: Address already in use"),
          std::string("Allocated port 8080 for remote forward to localhost:80"),
          std::string("channel 2: open failed: connect failed: x"),
          std::string("Transferred: sent 1, received 2 bytes, in 0.1 seconds")})
        client_state.read_line(line, LoginProgress::before_login);
    CHECK_FALSE(client_state.logged_in());
    CHECK(client_state.refused_forwards().empty());
    CHECK_FALSE(client_state.some_forward_failed());
    CHECK(client_state.allocated_ports().empty());
    CHECK(client_state.dead_target().cause.empty());
    CHECK_FALSE(client_state.failed());
}

TEST_CASE("A server's words: what follows a reason to disconnect, or an offer, is nobody's but the server's")
{
    for (const std::string& first :
         {std::string("Received disconnect from 192.0.2.1 port 22:2: x"),
          std::string(
              "Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: x")})
        for (const std::string& forged :
             {denied_key, std::string("@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @"),
              std::string("Host key verification failed."), std::string("Load key \"/k\": invalid format"),
              login_line}) {
            CAPTURE(first, forged);
            for (const LoginProgress progress : {LoginProgress::before_login, LoginProgress::unknown}) {
                ClientState client_state;
                client_state.read_line(first, progress);
                client_state.read_line(forged, progress);
                client_state.read_line("Disconnected from 192.0.2.1 port 22", progress);
                CHECK_FALSE(client_state.logged_in());
                CHECK_FALSE(needs_mending(client_state.failure(ExitStatus::exited(255), {}).failure_class));
            }
        }
}

TEST_CASE("A server's words: a debug message for us forges nothing, and ssh's own last word counts")
{
    CHECK(failure_after(
              {"debug1: Remote: x", denied_key, "debug1: read", "Connection closed by 192.0.2.1 port 22"})
              .failure_class == FailureClass::connection_lost);
    CHECK(failure_after({"debug1: Remote: x", "Host key verification failed.", "debug1: read",
                         "Connection closed by 192.0.2.1 port 22"})
              .failure_class == FailureClass::connection_lost);
    // In the middle of anything else it was not the last word of an ssh that tells of all it does.
    CHECK(
        failure_after({denied_key, "debug1: next", "Connection closed by 192.0.2.1 port 22"}).failure_class ==
        FailureClass::connection_lost);
    CHECK(failure_after({"debug1: No more authentication methods to try.", denied_key}).failure_class ==
          FailureClass::authentication_refused);
    CHECK(failure_after({denied_key}).failure_class == FailureClass::authentication_refused);
}

TEST_CASE("A server's words: a reason that anybody can send is marked as one")
{
    ClientState client_state;
    client_state.read_line("Received disconnect from 192.0.2.1 port 22:2: Too many authentication failures",
                           LoginProgress::before_login);
    CHECK(client_state.failure(ExitStatus::exited(255), {}).failure_class ==
          FailureClass::authentication_refused);
    CHECK(client_state.reason_is_claimed());
    ClientState closed;  // as anybody can close a connection
    closed.read_line("Received disconnect from 192.0.2.1 port 22:11: Idle timeout",
                     LoginProgress::before_login);
    CHECK_FALSE(closed.reason_is_claimed());
    ClientState refused;
    refused.read_line(denied_key, LoginProgress::before_login);
    CHECK_FALSE(refused.reason_is_claimed());
}

TEST_CASE("A server's words: behind the log-in none of them can be what comes before it")
{
    ClientState client_state;
    client_state.read_line("Received disconnect from 192.0.2.1 port 22:2: x",
                           LoginProgress::before_login);  // forged
    client_state.read_line(login_line, LoginProgress::logged_in);
    REQUIRE(client_state.logged_in());
    for (const std::string& forged :
         {denied_key, std::string("Host key verification failed."),
          std::string("ssh: connect to host gw port 22: Connection refused"),
          std::string("ssh: Could not resolve hostname gw: Name or service not known")})
        client_state.read_line(forged);
    CHECK_FALSE(client_state.failed());
    client_state.read_line("Error: remote port forwarding failed for listen port 8080");
    CHECK(client_state.some_forward_failed());
}

TEST_CASE("A server's words: once it may speak, no local port is in use")
{
    const std::string in_use = "bind [127.0.0.1]:8080: Address already in use";
    const std::string cannot_listen = "channel_setup_fwd_listener_tcpip: cannot listen to port: 8080";
    for (const std::string& before :
         {std::string("debug1: Entering interactive session."), std::string("debug1: Remote: x"),
          std::string("channel 3: open failed: connect failed: x")}) {
        ClientState client_state;
        client_state.read_line(login_line, LoginProgress::logged_in);
        client_state.read_line(before);
        client_state.read_line(in_use);
        client_state.read_line(cannot_listen);
        CAPTURE(before);
        CHECK_FALSE(client_state.some_forward_failed());
        CHECK_FALSE(client_state.failed());
    }
    ClientState client_state;
    client_state.read_line(login_line, LoginProgress::logged_in);
    client_state.read_line(in_use);
    client_state.read_line(cannot_listen);
    CHECK(client_state.some_forward_failed());
}

TEST_CASE("A server's words: its lists may have lines of their own")
{
    for (const std::string& list : {std::string("debug1: Authentications that can continue: x"),
                                    std::string("debug1: kex_ext_info_client_parse: server-sig-algs=<x"),
                                    std::string("debug1: kex_input_ext_info: server-sig-algs=<x")}) {
        CAPTURE(list);
        CHECK(failure_after({list, "Host key verification failed.", "debug1: next",
                             "Connection closed by 192.0.2.1 port 22"})
                  .failure_class == FailureClass::connection_lost);
        CHECK(failure_after({list, "debug1: No more authentication methods to try.", denied_key})
                  .failure_class == FailureClass::authentication_refused);
    }
}

TEST_CASE("A server's words: of keys and host keys ssh has the last word, and ends by it")
{
    const std::string changed = "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @";
    const std::string unusable = "Load key \"/root/.ssh/id_x\": bad permissions";
    const std::string closed = "Connection closed by 192.0.2.1 port 22";
    struct Row {
        std::vector<std::string> lines;
        FailureClass failure;
    };
    using enum FailureClass;
    const Row rows[] = {
        {{changed, "Host key verification failed."}, host_key_changed},
        {{changed, closed}, connection_lost},
        {{changed, "Host key verification failed.", closed}, connection_lost},
        {{"debug2: KEX algorithms: x", changed, "debug2: next", closed}, connection_lost},
        {{unusable, denied_key}, key_unusable},
        {{unusable, closed}, connection_lost},
        {{unusable}, other},
        {{denied_key}, authentication_refused},
    };
    for (const Row& row : rows) {
        CAPTURE(row.lines);
        CHECK(failure_after(row.lines).failure_class == row.failure);
    }
}
