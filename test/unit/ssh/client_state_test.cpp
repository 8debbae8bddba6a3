#include "autossh/ssh/client_state.hpp"

#include "support/catch.hpp"

#include <initializer_list>
#include <random>
#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh;
using enum FailureClass;

namespace {

using Lines = std::vector<std::string>;

const std::string login = R"(Authenticated to 127.0.0.1 ([127.0.0.1]:42201) using "publickey".)";
const std::string transferred = "Transferred: sent 3360, received 3144 bytes, in 1.9 seconds";
const std::string bytes = "Bytes per second: sent 1810.4, received 1694.0";
const std::string denied_line = "root@127.0.0.1: Permission denied (publickey,keyboard-interactive).";
const std::string banner = "@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@@";
const ExitStatus gave_up = ExitStatus::exited(255);

ClientState heard(const Lines& lines, const SessionTerms& listening = {})
{
    ClientState client_state(listening);
    for (const std::string& line : lines)
        client_state.read_line(line);
    return client_state;
}

Failure failure_of(const Lines& lines, ExitStatus status = gave_up, const KeyCircumstances& keys = {})
{
    return heard(lines).failure(status, keys);
}

std::string told(const Failure& failure)
{
    return std::string(name(failure.failure_class)) + ": " + failure.cause;
}

}  // namespace

TEST_CASE("Diagnostics: the reason is found among the words of a whole session")
{
    struct Row {
        Lines lines;
        const char* told;
    };
    const Row rows[] = {
        {{banner, "@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", banner,
          "IT IS POSSIBLE THAT SOMEONE IS DOING SOMETHING NASTY!", "Offending ED25519 key in kh_changed:1",
          "Host key for [127.0.0.1]:42201 has changed and you have requested strict checking.",
          "Host key verification failed."},
         "host key changed: host key of [127.0.0.1]:42201 has changed"},
        {{"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @",
          "Port forwarding is disabled to avoid man-in-the-middle attacks.",
          "Error: forwarding disabled due to host key check failure"},
         "host key changed: the server's host key has changed"},
        {{"@       WARNING: REVOKED HOST KEY DETECTED!               @",
          "The ED25519 host key for [127.0.0.1]:42201 is marked as revoked.",
          "Host key verification failed."},
         "host key changed: host key of [127.0.0.1]:42201 is revoked"},
        {{"No ED25519 host key is known for [127.0.0.1]:42201 and you have requested strict checking.",
          "Host key verification failed."},
         "host key unknown: host key of [127.0.0.1]:42201 is not known"},
        {{"@         WARNING: UNPROTECTED PRIVATE KEY FILE!          @",
          "Permissions 0644 for 'kopen' are too open.", "This private key will be ignored.",
          R"(Load key "kopen": bad permissions)", denied_line},
         "key unusable: permissions 0644 of key kopen are too open"},
        {{R"(Load key "kbad": error in libcrypto)", denied_line},
         "key unusable: key kbad cannot be used: error in libcrypto"},
        {{R"(sign_and_send_pubkey: signing failed for ED25519 "x" from agent: communication with agent failed)",
          denied_line},
         "agent unreachable: the agent does not answer, for key x"},
        {{"Received disconnect from 127.0.0.1 port 42201:2: Too many authentication failures",
          "Disconnected from 127.0.0.1 port 42201"},
         "authentication refused: server 127.0.0.1 has seen too many keys (Too many authentication "
         "failures)"},
        {{"Permission denied, please try again.", "Permission denied, please try again.",
          "root@127.0.0.1: Permission denied (password)."},
         "authentication refused: server 127.0.0.1 does not let root in (password)"},
        {{"kex_exchange_identification: Connection closed by remote host",
          "Connection closed by 127.0.0.1 port 42752"},
         "connection lost: connection closed by 127.0.0.1 port 42752"},
        {{"kex_exchange_identification: Connection closed by remote host",
          "Connection closed by UNKNOWN port 65535"},
         "connection lost: the jump host or the ProxyCommand has ended"},
        {{"Connection timed out during banner exchange", "Connection to 127.0.0.1 port 42751 timed out"},
         "timed out: connected, but no greeting came from the server"},
        {{"Protocol major versions differ: 2 vs. 1",
          "banner exchange: Connection to 127.0.0.1 port 42756: could not read protocol version"},
         "key exchange: the server speaks another version of the protocol: 2 vs. 1"},
        {{"bind 192.0.2.77: Cannot assign requested address",
          "ssh: connect to host 127.0.0.1 port 22: failure"},
         "no route: cannot connect from 192.0.2.77: no interface has it"},
        {{"cfbad: line 1: Bad configuration option: foo", "cfbad: terminating, 1 bad configuration options"},
         "bad configuration: cfbad: line 1: bad option foo"},
        {{"unknown option -- Z", "usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]"},
         "bad configuration: unknown option -Z"},
        {{login, "bind [::1]:42603: Address already in use", "bind [127.0.0.1]:42603: Address already in use",
          "channel_setup_fwd_listener_tcpip: cannot listen to port: 42603",
          "Could not request local forwarding."},
         "local port in use: local port 42603 is in use (on 127.0.0.1)"},
        {{login, "Error: remote port forwarding failed for listen port 42501"},
         "forward refused: the server refuses to listen on port 42501"},
        {{login, "channel 0: open failed: connect failed: Connection refused", "stdio forwarding failed"},
         "forward refused: the server cannot connect to the target of -W"},
        {{login, "Killed by signal 15."}, "other: ssh was ended by signal 15"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.lines);
        CHECK(heard(row.lines).failed());
        CHECK(told(failure_of(row.lines)) == row.told);
    }
}

TEST_CASE("Diagnostics: what the session has survived is no reason for its end")
{
    const std::string warning = "Warning: remote port forwarding failed for listen port 42501";
    const std::string half = "bind [127.0.0.1]:42602: Address already in use";
    CHECK(told(failure_of({login, warning, "Timeout, server 127.0.0.1 not responding."})) ==
          "connection lost: no answer to keepalives");
    CHECK(told(failure_of({login, half, "client_loop: send disconnect: Broken pipe"})) ==
          "connection lost: the connection broke: Broken pipe");
    CHECK(told(failure_of({login, warning, transferred, bytes})) ==
          "connection lost: connection closed by the server");
    CHECK(told(failure_of({login, warning}, ExitStatus::signalled(9))) ==
          "other: ssh was killed by signal 9");
    CHECK(told(failure_of({R"(Load key "kbad": error in libcrypto)", login, transferred})) ==
          "connection lost: connection closed by the server");
    CHECK_FALSE(heard({R"(Load key "kbad": error in libcrypto)", login}).failed());
}

TEST_CASE("Diagnostics: after the login damaged data and silence are a lost connection")
{
    const Lines damaged{"Bad packet length 16711696.",
                        "ssh_dispatch_run_fatal: Connection to 127.0.0.1 port 42706: Connection corrupted"};
    CHECK(told(failure_of(damaged)) == "key exchange: corrupted data (bad packet length)");
    CHECK(told(failure_of({login, damaged[0], damaged[1]})) ==
          "connection lost: corrupted data (bad packet length)");
    CHECK(told(failure_of({login, "Connection to 127.0.0.1 port 22 timed out"})) ==
          "connection lost: no answer from 127.0.0.1 port 22");
}

TEST_CASE("Diagnostics: without a word of ssh's the status is the cause")
{
    ClientState deaf({.loop_port = {}, .log_is_read = false});
    CHECK(deaf.failure(ExitStatus::exited(255), {}).cause == "ssh has ended");
    CHECK(told(failure_of({})) == "other: ssh has ended without a word");
    CHECK(told(failure_of({login})) == "other: ssh has ended without a word");
    CHECK(told(failure_of({login, transferred})) == "connection lost: connection closed by the server");
    CHECK(told(failure_of({login, transferred}, ExitStatus::exited(3))) == "other: ssh has ended");
    CHECK(told(failure_of({}, ExitStatus::signalled(11))) == "other: ssh was killed by signal 11");
    CHECK(told(failure_of({login, "channel 3: open failed: connect failed: Connection refused"})) ==
          "other: ssh has ended without a word");
}

TEST_CASE("Diagnostics: a refused key is explained by what ssh does not say")
{
    struct Row {
        KeyCircumstances keys;
        const char* told;
    };
    const char* const refused =
        "authentication refused: server 127.0.0.1 does not let root in (publickey,keyboard-interactive)";
    const Row rows[] = {
        {{}, refused},
        {{true, true, {}}, refused},
        {{false, false, {"/k"}}, "key unusable: the key /k needs a passphrase, and nobody can be asked"},
        {{true, true, {"/k"}},
         "key unusable: the key /k needs a passphrase, and the agent does not have it, or the server refuses "
         "it"},
        {{true, false, {"/k"}},
         "key unusable: the key /k needs a passphrase, and the agent cannot be reached"},
        {{true, false, {}}, "agent unreachable: the agent cannot be reached"},
    };
    for (const Row& row : rows)
        CHECK(told(failure_of({denied_line}, gave_up, row.keys)) == row.told);

    const KeyCircumstances locked{true, false, {"/k\n" + std::string(1000, 'x')}};
    CHECK(failure_of({denied_line}, gave_up, locked).cause.size() <= 200);
    CHECK(failure_of({denied_line}, gave_up, locked).cause.starts_with("the key /k\\x0axxx"));
    // Another reason stands, and so does a server that takes no keys.
    for (const char* const line :
         {R"(Load key "kbad": error in libcrypto)", "root@127.0.0.1: Permission denied (password).",
          "Received disconnect from 127.0.0.1 port 42201:2: Too many authentication failures",
          "Host key verification failed."})
        CHECK((failure_of({line}, gave_up, locked) == failure_of({line})));
}

TEST_CASE("Diagnostics: what ssh says of its forwards is kept, each once")
{
    const ClientState client_state =
        heard({login, "Allocated port 46645 for remote forward to 127.0.0.1:1",
               "Allocated port 46646 for remote forward to 127.0.0.1:2",
               "bind [::1]:42603: Address already in use", "bind [127.0.0.1]:42603: Address already in use",
               "channel_setup_fwd_listener_tcpip: cannot listen to port: 42603",
               "Could not request local forwarding.",
               "Warning: remote port forwarding failed for listen port 42603",
               "unix_listener: cannot bind to path /tmp/sk: Address already in use",
               "channel 3: open failed: connect failed: Connection refused",
               "connect_to 127.0.0.1 port 1: failed."});
    CHECK(client_state.logged_in());
    CHECK(client_state.login() == "127.0.0.1 ([127.0.0.1]:42201) with publickey");
    CHECK(client_state.allocated_ports() == Lines{"46645", "46646"});
    CHECK(client_state.dead_target().cause == "cannot connect to 127.0.0.1 port 1");
    CHECK_FALSE(client_state.loop_refused());
    Lines subjects;
    for (const SshMessage& word : client_state.refused_forwards())
        subjects.push_back(word.subject);
    CHECK(subjects == Lines{"42603", "42603", "/tmp/sk"});  // the port here, the port there
    CHECK(client_state.refused_forwards().front().failure.cause == "local port 42603 is in use (on ::1)");
}

TEST_CASE("Diagnostics: an allocated port is a number of a port")
{
    for (const char* const text : {"0", "65536", "-1", "0x10", " 5", "5 6", "x", "", "99999999999999999999"})
        CHECK(heard({login, fmt::format("Allocated port {} for remote forward to h:1", text)})
                  .allocated_ports()
                  .empty());
    CHECK(heard({login, "Allocated port 65535 for dynamic remote forward to "}).allocated_ports() ==
          Lines{"65535"});
}

TEST_CASE("Diagnostics: a server cannot fill the memory")
{
    ClientState client_state;
    for (int i = 0; i < 10'000; ++i) {
        const std::string n = std::to_string(i);
        client_state.read_line("Warning: remote port forwarding failed for listen port " + n);
        client_state.read_line("Allocated port " + n + " for remote forward to x:1");
    }
    CHECK(client_state.refused_forwards().size() == 64);
    CHECK(client_state.allocated_ports().size() == 64);
}

TEST_CASE("Diagnostics: our loop's port that the server refuses is not the user's concern")
{
    const std::string warning = "Warning: remote port forwarding failed for listen port 20000";
    const std::string error = "Error: remote port forwarding failed for listen port 20000";
    for (const std::string& line : {warning, error}) {
        ClientState client_state(SessionTerms{SshLogLevel::info, 20000});
        CHECK_FALSE(client_state.read_line(line));
        CHECK(client_state.loop_refused());
        CHECK_FALSE(client_state.failed());
        CHECK(client_state.refused_forwards().empty());
        CHECK(told(client_state.failure(gave_up, {})) ==
              "forward refused: the server refuses to listen on the port of our own loop");

        ClientState other_port(SessionTerms{SshLogLevel::info, 20002});
        CHECK(other_port.read_line(line));
        CHECK_FALSE(other_port.loop_refused());
        CHECK(other_port.refused_forwards().size() == 1);
    }
}

TEST_CASE("Diagnostics: a changed host key switches all forwards off, the user's and the loop's")
{
    const std::string off = "Port forwarding is disabled to avoid man-in-the-middle attacks.";
    ClientState both(SessionTerms{SshLogLevel::info, 20000, true});
    CHECK(both.read_line(off));
    CHECK(both.loop_refused());
    CHECK(both.some_forward_failed());
    CHECK(both.refused_forwards().size() == 1);

    ClientState loop_only(SessionTerms{SshLogLevel::info, 20000, false});
    CHECK_FALSE(loop_only.read_line(off));
    CHECK(loop_only.loop_refused());
    CHECK_FALSE(loop_only.some_forward_failed());
    CHECK(loop_only.refused_forwards().empty());
    CHECK_FALSE(loop_only.failed());

    ClientState users_only(SessionTerms{SshLogLevel::info, {}, true});
    CHECK(users_only.read_line(off));
    CHECK_FALSE(users_only.loop_refused());
    CHECK(users_only.some_forward_failed());
}

TEST_CASE("Diagnostics: the user sees what ssh would have said without us")
{
    ClientState ours;
    ClientState theirs(SessionTerms{std::nullopt, {}});
    for (const std::string& line : {login, transferred, bytes, std::string("Killed by signal 15.")}) {
        CHECK_FALSE(ours.read_line(line));
        CHECK(theirs.read_line(line));
    }
    for (const std::string line : {"", "hello", "Host key verification failed.",
                                   "Allocated port 46645 for remote forward to 127.0.0.1:1"}) {
        CHECK(ours.read_line(line));
        CHECK(theirs.read_line(line));
    }
}

TEST_CASE("Diagnostics: a transcript of any bytes does no harm")
{
    std::mt19937 random(4712);
    ClientState client_state(SessionTerms{SshLogLevel::info, 1});
    for (int i = 0; i < 5'000; ++i) {
        std::string line(random() % 200, '\0');
        for (char& c : line)
            c = static_cast<char>(random());
        CHECK(client_state.read_line(line));
    }
    CHECK_FALSE(client_state.failed());
    CHECK_FALSE(client_state.logged_in());
    CHECK(client_state.read_line(std::string(100'000, '\0')));
}

TEST_CASE("Transcript: a server that lets the loop's port listen and forbids the way there")
{
    const char* prohibited = "channel 1: open failed: administratively prohibited: open failed";
    ClientState said({.users_level = SshLogLevel::info, .loop_port = 20001});
    said.read_line("Authenticated to h ([127.0.0.1]:22) using \"publickey\".");
    CHECK(said.read_line(prohibited));  // the user's own
    CHECK_FALSE(said.dead_target().cause.empty());
    CHECK_FALSE(said.loop_refused());
    CHECK_FALSE(
        said.read_line("debug1: Connection to port -2 forwarding to 127.0.0.1 port 20001 requested."));
    CHECK_FALSE(said.read_line("debug1: channel 1: new direct-tcpip [direct-tcpip] (inactive timeout: 0)"));
    CHECK_FALSE(said.read_line(prohibited));
    CHECK(said.loop_refused());
}

TEST_CASE("Transcript: where ssh cannot listen for the loop, the user's forwards are still well")
{
    const std::string entrance = "/tmp/autossh.1.AAAAAA/out";
    for (const char* const why : {"Address already in use", "No space left on device"}) {
        ClientState said({.loop_port = 20001, .loop_entrance = entrance});
        CHECK_FALSE(said.read_line(fmt::format("unix_listener: cannot bind to path {}: {}", entrance, why)));
        CHECK_FALSE(said.read_line("Could not request local forwarding."));
        CHECK(said.loop_refused());
        CHECK(said.entrance_refusal().find(entrance) != std::string::npos);
        CHECK_FALSE(said.some_forward_failed());
        CHECK_FALSE(said.failed());

        CHECK(said.read_line("bind [127.0.0.1]:8000: Address already in use"));
        CHECK(said.read_line("channel_setup_fwd_listener_tcpip: cannot listen to port: 8000"));
        CHECK_FALSE(said.read_line("Could not request local forwarding."));
        CHECK(said.some_forward_failed());
        CHECK(said.every_forward_failed(1));
    }
    ClientState other({.loop_port = 20001, .loop_entrance = entrance});
    CHECK(other.read_line("unix_listener: cannot bind to path /tmp/mine: Address already in use"));
    CHECK(other.some_forward_failed());
    CHECK_FALSE(other.loop_refused());
}

TEST_CASE("Transcript: what is refused on several addresses is granted one by one")
{
    const auto config = SshConfig::parse("hostname h\nuser u\nport 22\nserveraliveinterval 0\n"
                                         "serveralivecountmax 3\nremoteforward [127.0.0.1]:22 [h]:1\n"
                                         "remoteforward [127.0.0.2]:22 [h]:1\n"
                                         "localforward [127.0.0.1]:80 [h]:1\n"
                                         "localforward [127.0.0.2]:80 [h]:1\n");
    REQUIRE(config);
    SessionTerms terms;
    terms.forwards = forwards_of(*config, std::nullopt);
    ClientState said(terms);
    said.read_lines("Authenticated to h ([127.0.0.1]:22) using \"publickey\".\n"
                    "bind [127.0.0.1]:80: Address already in use\n"
                    "channel_setup_fwd_listener_tcpip: cannot listen to port: 80\n"
                    "bind [127.0.0.2]:80: Address already in use\n"
                    "channel_setup_fwd_listener_tcpip: cannot listen to port: 80\n"
                    "debug1: remote forward failure for: listen 127.0.0.1:22, connect h:1\n"
                    "Warning: remote port forwarding failed for listen port 22\n"
                    "debug1: remote forward failure for: listen 127.0.0.2:22, connect h:1\n"
                    "Warning: remote port forwarding failed for listen port 22\n");
    CHECK(said.every_forward_failed(4));
    for (std::size_t left = 4; left > 0; --left) {
        REQUIRE_FALSE(said.refused_forwards().empty());
        const SshMessage refusal = said.refused_forwards().front();
        for (const Forward& forward : said.users_forwards())
            if (forward.state == Forward::State::refused && is_about(refusal, forward)) {
                said.forward_is_granted(refusal, *forward.configured);
                break;
            }
        CHECK(said.every_forward_failed(left - 1));
        CHECK_FALSE(said.every_forward_failed(left));
    }
    CHECK(said.refused_forwards().empty());
    CHECK_FALSE(said.some_forward_failed());
}

TEST_CASE("Transcript: to whom ssh leaves its connection, as it says before it ends")
{
    const auto left_to = [](const Lines& lines) { return heard(lines).circumstances().left_to; };
    CHECK(left_to({login, "debug1: Entering interactive session."}) == LeftTo::nobody);
    CHECK(left_to({login, "debug1: forking to background"}) == LeftTo::background);
    CHECK(left_to({"debug1: auto-mux: Trying existing master at '/cm'",
                   "debug1: mux_client_request_session: master session id: 4"}) == LeftTo::master);
    CHECK(left_to({login, "debug1: mux_client_request_session: master session id: 4"}) == LeftTo::nobody);
}

TEST_CASE("Transcript: which forwards fail wholly, as ExitOnForwardFailure means it")
{
    const auto fails = [](std::string_view line) {
        ClientState said;
        said.read_line(line);
        return said.some_forward_failed();
    };
    CHECK(fails("Warning: remote port forwarding failed for listen port 2222"));
    CHECK(fails("channel_setup_fwd_listener_tcpip: cannot listen to port: 8080"));
    CHECK(fails("unix_listener: cannot bind to path /tmp/s: Address already in use"));
    CHECK(fails("Could not request local forwarding."));
    CHECK_FALSE(fails("bind [127.0.0.1]:8080: Address already in use"));
    CHECK_FALSE(fails("channel 2: open failed: connect failed: Connection refused"));
}

TEST_CASE("Diagnostics: words before the log-in that are not known are told as they are")
{
    CHECK(told(failure_of({"debug1: x", "something new", "debug1: y"})) == "other: something new");
    CHECK(told(failure_of({"something new", login})) == "other: something new");
    CHECK(told(failure_of({login, "something new"})) == "other: ssh has ended without a word");
}

TEST_CASE("Diagnostics: what a session's end with 255 cannot tell apart is told as both")
{
    ClientState said(
        {.users_level = SshLogLevel::info, .loop_port = {}, .users_forwards = true, .session = true});
    said.read_line(login);
    said.read_line(transferred);
    CHECK(said.failure(ExitStatus::exited(255), {}).cause ==
          "connection closed by the server, or the remote command has ended with 255");
    CHECK(said.failure(ExitStatus::exited(3), {}).cause == "the remote command has ended");
}

TEST_CASE("Transcript: several lines at once, with either end")
{
    ClientState said;
    said.read_lines("ssh: connect to host h port 1: Connection refused\r\n\nlast");
    CHECK(said.failure(ExitStatus::exited(255), {}).failure_class == FailureClass::refused);
    said.read_lines("");
    said.read_lines("\r\n");
}

TEST_CASE("Sharing: a session that the server refuses to another ssh is nothing to a tunnel")
{
    const Lines lines{login, "debug1: channel 3: new session [client-session] (inactive timeout: 0)",
                      "channel 3: open failed: administratively prohibited: open failed"};
    CHECK_FALSE(heard(lines).failed());
    CHECK(heard(lines).dead_target().cause.empty());
    SessionTerms with_session;
    with_session.session = true;
    CHECK(heard(lines, with_session).failed());
}

TEST_CASE("Sharing: -W of another ssh is no forward of the tunnel")
{
    const Lines lines{login, "debug1: channel_connect_stdio_fwd: inner:22"};
    SessionTerms master;
    master.is_our_master = true;
    CHECK(heard(lines, master).forwards().empty());
    CHECK(heard(lines).forwards() == "-W inner:22 unknown");
}

namespace {

/// What a master with a forward logs, from the log-in to its end.
struct MasterLog {
    Lines lines{login, "debug1: channel 0: new port-listener [port listener] (inactive timeout: 0)",
                "debug1: channel 1: new mux listener [/d/control] (inactive timeout: 0)"};

    MasterLog& says(const std::string& words)
    {
        lines.push_back("debug1: " + words);
        return *this;
    }
    MasterLog& is_asked(int channel)
    {
        says("multiplexing control connection");
        return says(fmt::format("channel {}: new mux-control [mux-control] (inactive timeout: 0)", channel));
    }
    MasterLog& ends(std::initializer_list<int> channels)
    {
        for (const int channel : channels)
            says(fmt::format("channel {}: free: x, nchannels 2", channel));
        lines.insert(lines.end(), {transferred, bytes, "debug1: Exit status -1"});
        return *this;
    }
    bool tells_of_exit() const { return heard(lines).circumstances().told_to_exit; }
    bool tells_of_stop() const { return heard(lines).circumstances().told_to_stop; }
};

}  // namespace

TEST_CASE("Sharing: ssh -O exit is known by the request that nothing but the end has followed")
{
    CHECK(MasterLog().is_asked(2).ends({0, 1, 2}).tells_of_exit());
    const std::string session = "channel 3: new session [client-session] (inactive timeout: 0)";
    CHECK(MasterLog().is_asked(2).says(session).is_asked(4).ends({0, 1, 2, 3, 4}).tells_of_exit());

    CHECK_FALSE(MasterLog().ends({0, 1}).tells_of_exit());
    CHECK_FALSE(MasterLog()
                    .is_asked(2)
                    .says("channel 2: free: mux-control, nchannels 3")
                    .ends({0, 1})
                    .tells_of_exit());
    CHECK_FALSE(MasterLog().is_asked(2).says(session).ends({0, 1, 2, 3}).tells_of_exit());
    MasterLog timed_out = MasterLog().is_asked(2);
    timed_out.lines.emplace_back("Timeout, server 127.0.0.1 not responding.");
    CHECK_FALSE(timed_out.ends({0, 1, 2}).tells_of_exit());
    // Another one's end, and then its own work.
    MasterLog goes_on = MasterLog().is_asked(2).says(session).is_asked(4);
    goes_on.says("channel 3: free: client-session, nchannels 4")
        .says("channel 3: new session [client-session]");
    CHECK_FALSE(goes_on.ends({0, 1, 2, 3, 4}).tells_of_exit());
}

TEST_CASE("Jobs: only a script that says so tells of jobs, and no server behind an ssh")
{
    const Lines lines{login, transferred, "condor-ssh: job 23.0 has left the queue"};
    const ExitStatus gone = ExitStatus::exited(69);
    SessionTerms script;
    script.tells_of_jobs = true;
    CHECK(heard(lines, script).failure(gone, {}).failure_class == job_gone);
    CHECK(heard(lines).failure(gone, {}).failure_class == other);
    const Lines idle{login, "Connection to condor-job.pool closed by remote host.",
                     "condor-ssh: job 23.0 is idle"};
    CHECK(heard(idle, script).failure(gave_up, {}).cause == "job 23.0 is idle");
    // Also behind a session, whose server is another one than the schedd.
    const Lines silent{"debug1: Authenticating to condor-job.pool:22 as 'alice'", login,
                       "condor-ssh: no answer from the schedd: Failed to connect to schedd"};
    const Failure failure = heard(silent, script).failure(gave_up, {});
    CHECK(failure.failure_class == timed_out);
    CHECK(failure.cause == "no answer from the schedd: Failed to connect to schedd");
    CHECK(failure.remedy == "condor_q must answer here; condor_status -schedd lists the schedds that run");
    CHECK(heard(silent).failure(gave_up, {}).remedy != failure.remedy);
}

TEST_CASE("Sharing: ssh -O stop is told by ssh")
{
    CHECK_FALSE(MasterLog().is_asked(2).ends({0, 1, 2}).tells_of_stop());
    CHECK(MasterLog()
              .is_asked(2)
              .says("mux_master_process_stop_listening: channel 2: stop listening")
              .ends({0, 1, 2})
              .tells_of_stop());
}

TEST_CASE("Interactive use: ssh tells of ~. in its log")
{
    const auto escaped = [](const std::string& line) { return heard({login, line}).circumstances().escaped; };
    CHECK(escaped("debug2: channel 0: filter stops"));
    CHECK_FALSE(escaped("debug2: channel 0: read failed"));
    CHECK_FALSE(escaped("channel 0: open failed: administratively prohibited: channel 0: filter stops"));
    CHECK_FALSE(heard({"debug2: channel 0: filter stops"}).circumstances().escaped);
}

TEST_CASE("Sharing: lines in which a server may have put others are counted")
{
    const auto words = [](const std::string& line) {
        return heard({login, line}).circumstances().server_words;
    };
    for (const char* line :
         {"debug1: Remote: a word", "channel 3: open failed: connect failed: a word",
          "debug1: client_input_global_request: rtype keepalive@openssh.com want_reply 1",
          "debug1: client_input_channel_open: ctype forwarded-tcpip rchan 2 win 2097152 max 32768",
          "debug1: client_request_forwarded_tcpip: listen localhost port 1, originator ::1 port 2"})
        CHECK(words(line) == 1);
    for (const char* line : {"debug1: multiplexing control connection",
                             "debug1: channel 1: new mux-control [mux-control] (inactive timeout: 0)",
                             "debug1: channel 1: free: mux-control, nchannels 2"})
        CHECK(words(line) == 0);
    CHECK(heard({"debug1: Remote: a word"}).circumstances().server_words == 0);
}
