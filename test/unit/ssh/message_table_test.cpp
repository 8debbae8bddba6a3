#include "autossh/ssh/message_table.hpp"

#include "support/catch.hpp"

using namespace autossh;
using enum FailureClass;

namespace {

// The lines are those of OpenSSH 9.2p1, as ssh -E wrote them or as it printed them; a few are of other
// versions.
struct Understood {
    const char* line;
    FailureClass failure_class;
    const char* cause;
};

template <std::size_t size>
void check(const Understood (&rows)[size])
{
    for (const Understood& row : rows) {
        CAPTURE(row.line);
        const SshMessage word = parse_message(row.line);
        CHECK((word.kind == SshMessage::Kind::failure));
        CHECK(name(word.failure.failure_class) == name(row.failure_class));
        CHECK(word.failure.cause == row.cause);
        CHECK(word.weight > 0);
    }
}

}  // namespace

TEST_CASE("Jobs: the words of condor-ssh")
{
    check({
        {"condor-ssh: job 23.0 is idle", job_not_running, "job 23.0 is idle"},
        {"condor-ssh: job 23.0 is starting", job_not_running, "job 23.0 is starting"},
        {"condor-ssh: job 23.0 is transferring its output", job_not_running,
         "job 23.0 is transferring its output"},
        {"condor-ssh: job 23.0 is held: via condor_hold (by user alice)", job_held,
         "job 23.0 is held: via condor_hold (by user alice)"},
        {"condor-ssh: job 23.0 has left the queue", job_gone, "job 23.0 has left the queue"},
        {"condor-ssh: job 23.0 has ended", job_gone, "job 23.0 has ended"},
        {"condor-ssh: no answer from the schedd: Error: unknown host ap", timed_out,
         "no answer from the schedd: Error: unknown host ap"},
        {"condor-ssh: no session in job 3.0: Job 3.0 is denied by SCHEDD_ENABLE_SSH_TO_JOB.", other,
         "no session in job 3.0: Job 3.0 is denied by SCHEDD_ENABLE_SSH_TO_JOB."},
    });
}

TEST_CASE("Diagnostics: ssh's words about the way to the server")
{
    check({
        {"ssh: Could not resolve hostname nosuch.invalid: Name or service not known", name_not_found,
         "name nosuch.invalid cannot be found: Name or service not known"},
        {"ssh: Could not resolve hostname example.com: Temporary failure in name resolution", name_not_found,
         "name example.com cannot be found: Temporary failure in name resolution"},
        {"ssh: Could not resolve hostname 127.0.0.1: Address family for hostname not supported",
         name_not_found, "name 127.0.0.1 cannot be found: Address family for hostname not supported"},
        {R"(ssh: Could not resolve host "foo")", name_not_found, "name foo cannot be found"},
        {"ssh: connect to host 192.0.2.1 port 22: Network is unreachable", no_route,
         "no route to 192.0.2.1: Network is unreachable"},
        {"ssh: connect to host 192.0.2.1 port 22: No route to host", no_route, "no route to 192.0.2.1"},
        {"ssh: connect to host 192.0.2.1 port 22: Permission denied", no_route,
         "no route to 192.0.2.1: Permission denied"},
        {"ssh: connect to host 192.0.2.1 port 22: Invalid argument", no_route,
         "no route to 192.0.2.1: Invalid argument"},
        {"ssh: connect to host 127.0.0.1 port 22: failure", no_route, "cannot connect to 127.0.0.1 port 22"},
        {"bind 192.0.2.77: Cannot assign requested address", no_route,
         "cannot connect from 192.0.2.77: no interface has it"},
        {"bind 192.0.2.77: Permission denied", bad_configuration,
         "cannot connect from 192.0.2.77: Permission denied"},
        {"getifaddrs: nope0: no suitable addresses", no_route,
         "cannot connect from nope0: it has no address"},
        {"ssh: connect to host 127.0.0.1 port 42999: Connection refused", refused,
         "connection refused by 127.0.0.1 port 42999"},
        {"ssh: connect to host fe80::1%eth0 port 22: Connection refused", refused,
         "connection refused by fe80::1%eth0 port 22"},
        {"ssh: connect to host 127.0.0.1 port 42790: Connection timed out", timed_out,
         "no answer from 127.0.0.1 port 42790"},
        {"ssh: connect to host 127.0.0.1 port 42790: Operation timed out", timed_out,
         "no answer from 127.0.0.1 port 42790"},
        {"Connection timed out during banner exchange", timed_out,
         "connected, but no greeting came from the server"},
        {"Connection to 127.0.0.1 port 42751 timed out", timed_out, "no answer from 127.0.0.1 port 42751"},
        {"banner exchange: Connection to 127.0.0.1 port 22: Connection timed out", timed_out,
         "no answer from 127.0.0.1 port 22"},
    });
}

TEST_CASE("Diagnostics: ssh's words about a connection that is lost")
{
    check({
        {"Connection to 127.0.0.1 closed by remote host.", connection_lost, "connection closed by 127.0.0.1"},
        {"client_loop: send disconnect: Broken pipe", connection_lost, "the connection broke: Broken pipe"},
        {"client_loop: send disconnect: Connection reset by peer", connection_lost,
         "the connection broke: Connection reset by peer"},
        {"packet_write_wait: Connection to 192.0.2.1 port 22: Broken pipe", connection_lost,
         "connection to 192.0.2.1 port 22 lost: Broken pipe"},
        {"Timeout, server 127.0.0.1 not responding.", connection_lost, "no answer to keepalives"},
        {"Connection closed by 127.0.0.1 port 42752", connection_lost,
         "connection closed by 127.0.0.1 port 42752"},
        {"Connection reset by 127.0.0.1 port 42753", connection_lost,
         "connection reset by 127.0.0.1 port 42753"},
        {"Connection closed by UNKNOWN port 65535", connection_lost,
         "the jump host or the ProxyCommand has ended"},
        {"ssh_dispatch_run_fatal: Connection to UNKNOWN port 65535: Broken pipe", connection_lost,
         "the jump host or the ProxyCommand has ended"},
        {"kex_exchange_identification: Connection closed by remote host", connection_lost,
         "connection closed by the server before its greeting"},
        {"kex_exchange_identification: read: Connection reset by peer", connection_lost,
         "the connection broke before the server's greeting: read: Connection reset by peer"},
        {"ssh_exchange_identification: Connection closed by remote host", connection_lost,
         "connection closed by the server before its greeting"},
        {"Read from remote host 192.0.2.1: Connection reset by peer", connection_lost,
         "connection to 192.0.2.1 lost: Connection reset by peer"},
        {"Received disconnect from 192.0.2.1 port 22:11: disconnected by user", connection_lost,
         "disconnected by 192.0.2.1 port 22: disconnected by user"},
        {"Disconnected from 127.0.0.1 port 42201", connection_lost, "disconnected by 127.0.0.1 port 42201"},
        {"Write failed: Broken pipe", connection_lost, "the connection broke: Broken pipe"},
        {"Killed by signal 15.", other, "ssh was ended by signal 15"},
    });
}

TEST_CASE("Diagnostics: ssh's words about keys and ciphers that both sides know")
{
    check({
        {"Unable to negotiate with 127.0.0.1 port 42201: no matching host key type found. Their offer: "
         "ssh-ed25519",
         key_exchange,
         "cannot agree with 127.0.0.1 port 42201: no common host key type; it offers ssh-ed25519"},
        {"Unable to negotiate with 127.0.0.1 port 42201: no matching MAC found. Their offer: "
         "umac-64-etm@openssh.com",
         key_exchange,
         "cannot agree with 127.0.0.1 port 42201: no common MAC; it offers umac-64-etm@openssh.com"},
        {"Bad packet length 16711696.", key_exchange, "corrupted data (bad packet length)"},
        {"Corrupted MAC on input.", key_exchange, "corrupted data (bad MAC)"},
        {"ssh_dispatch_run_fatal: Connection to 127.0.0.1 port 42706: Connection corrupted", key_exchange,
         "corrupted data from 127.0.0.1 port 42706"},
        {"ssh_dispatch_run_fatal: Connection to 127.0.0.1 port 42720: message authentication code incorrect",
         key_exchange, "corrupted data from 127.0.0.1 port 42720"},
        {"ssh_dispatch_run_fatal: Connection to 192.0.2.1 port 22: Connection reset by peer", connection_lost,
         "connection to 192.0.2.1 port 22 lost: Connection reset by peer"},
        {"ssh_dispatch_run_fatal: Connection to 192.0.2.1 port 22: error in libcrypto", key_exchange,
         "key exchange with 192.0.2.1 port 22 failed: error in libcrypto"},
        {"Protocol major versions differ: 2 vs. 1", key_exchange,
         "the server speaks another version of the protocol: 2 vs. 1"},
        {"banner exchange: Connection to 127.0.0.1 port 42756: could not read protocol version", key_exchange,
         "cannot talk to 127.0.0.1 port 42756: could not read protocol version"},
        {"banner exchange: Connection to 127.0.0.1 port 42755: invalid format", key_exchange,
         "cannot talk to 127.0.0.1 port 42755: invalid format"},
        {"kex_exchange_identification: banner line too long", key_exchange,
         "that is no ssh server: banner line too long"},
        {"kex_exchange_identification: banner line contains invalid characters", key_exchange,
         "that is no ssh server: banner line contains invalid characters"},
        {"Bad remote protocol version identification: 'SSH-foo'", key_exchange,
         "that is no ssh server: 'SSH-foo'"},
    });
}

TEST_CASE("Diagnostics: ssh's words about the server's key")
{
    check({
        {"No ED25519 host key is known for [127.0.0.1]:42201 and you have requested strict checking.",
         host_key_unknown, "host key of [127.0.0.1]:42201 is not known"},
        {"Host key verification failed.", host_key_unknown, "host key of the server is not known"},
        {"@    WARNING: REMOTE HOST IDENTIFICATION HAS CHANGED!     @", host_key_changed,
         "the server's host key has changed"},
        {"@       WARNING: POSSIBLE DNS SPOOFING DETECTED!          @", host_key_changed,
         "the server's host key or its address has changed"},
        {"@       WARNING: REVOKED HOST KEY DETECTED!               @", host_key_changed,
         "the server's host key is revoked"},
        {"Host key for [127.0.0.1]:42201 has changed and you have requested strict checking.",
         host_key_changed, "host key of [127.0.0.1]:42201 has changed"},
        {"The ED25519 host key for [127.0.0.1]:42201 is marked as revoked.", host_key_changed,
         "host key of [127.0.0.1]:42201 is revoked"},
        {"ED25519 host key for [127.0.0.1]:42201 was revoked and you have requested strict checking.",
         host_key_changed, "host key of [127.0.0.1]:42201 is revoked"},
        {"Host key ED25519 SHA256:ZNNF revoked by file /etc/ssh/revoked", host_key_changed,
         "host key ED25519 SHA256:ZNNF is revoked by /etc/ssh/revoked"},
        {"Error checking host key ED25519 SHA256:ZNNF in revoked keys file /nonexist: No such file or "
         "directory",
         bad_configuration, "cannot read revoked keys /nonexist: No such file or directory"},
        {"Error: forwarding disabled due to host key check failure", host_key_changed,
         "forwards are off as the host key could not be checked"},
    });
}

TEST_CASE("Diagnostics: ssh's words about our keys")
{
    check({
        {"root@127.0.0.1: Permission denied (publickey,keyboard-interactive).", authentication_refused,
         "server 127.0.0.1 does not let root in (publickey,keyboard-interactive)"},
        {"root@127.0.0.1: Permission denied (publickey).", authentication_refused,
         "server 127.0.0.1 does not accept our key (publickey)"},
        {"Permission denied (publickey).", authentication_refused,
         "the server does not let us in (publickey)"},
        {"Permission denied, please try again.", authentication_refused,
         "the server does not accept our password"},
        {"Received disconnect from 127.0.0.1 port 42201:2: Too many authentication failures",
         authentication_refused,
         "server 127.0.0.1 has seen too many keys (Too many authentication failures)"},
        {"Permissions 0644 for 'kopen' are too open.", key_unusable,
         "permissions 0644 of key kopen are too open"},
        {R"(Load key "kopen": bad permissions)", key_unusable, "key kopen cannot be used: bad permissions"},
        {R"(Load key "kbad": error in libcrypto)", key_unusable,
         "key kbad cannot be used: error in libcrypto"},
        {R"(Load key "k": invalid format)", key_unusable, "key k cannot be used: invalid format"},
        {"no such identity: /root/.ssh/k: No such file or directory", key_unusable,
         "key /root/.ssh/k cannot be read: No such file or directory"},
        {"Warning: Identity file knone not accessible: No such file or directory.", key_unusable,
         "key knone cannot be read: No such file or directory"},
        {"identity_sign: private key kmism contents do not match public", key_unusable,
         "key kmism does not fit its .pub file"},
        {R"(sign_and_send_pubkey: signing failed for ED25519 "root@vm" from agent: agent refused operation)",
         agent_unreachable, "the agent does not sign with key root@vm: agent refused operation"},
        {R"(sign_and_send_pubkey: signing failed for ED25519 "x" from agent: communication with agent failed)",
         agent_unreachable, "the agent does not answer, for key x"},
        {"sign_and_send_pubkey: signing failed: agent refused operation", agent_unreachable,
         "the agent does not sign: agent refused operation"},
    });
}

TEST_CASE("Diagnostics: ssh's words about our configuration")
{
    check({
        {"command-line: line 0: Bad configuration option: foo", bad_configuration,
         "command-line: line 0: bad option foo"},
        {"cfbad: line 1: Bad configuration option: foo", bad_configuration, "cfbad: line 1: bad option foo"},
        {"cfbad: terminating, 1 bad configuration options", bad_configuration, "bad options in cfbad"},
        {"Bad port 'x'", bad_configuration, "bad port 'x'"},
        {"command-line line 0: Bad port 'x'.", bad_configuration, "command-line line 0: bad port 'x'."},
        {"Bad local forwarding specification 'junk'", bad_configuration,
         "bad local forwarding specification 'junk'"},
        {"Bad remote forwarding specification 'junk:1:2:3:4:5:6'", bad_configuration,
         "bad remote forwarding specification 'junk:1:2:3:4:5:6'"},
        {"Bad dynamic forwarding specification 'junk:x'", bad_configuration,
         "bad dynamic forwarding specification 'junk:x'"},
        {"Bad stdio forwarding specification 'junk'", bad_configuration,
         "bad stdio forwarding specification 'junk'"},
        {"unknown option -- Z", bad_configuration, "unknown option -Z"},
        {"option requires an argument -- o", bad_configuration, "option -o requires an argument"},
        {"usage: ssh [-46AaCfGgKkMNnqsTtVvXxYy] [-B bind_interface]", bad_configuration, "wrong use of ssh"},
        {R"(command-line line 0: no argument after keyword "port")", bad_configuration,
         R"(command-line line 0: no argument after keyword "port")"},
        {R"(command-line line 0: unsupported option "maybe".)", bad_configuration,
         R"(command-line line 0: unsupported option "maybe".)"},
        {"cfbad2 line 3: Bad port '70000'.", bad_configuration, "cfbad2 line 3: bad port '70000'."},
        {"Can't open user config file /nonexist: No such file or directory", bad_configuration,
         "cannot open the configuration file /nonexist: No such file or directory"},
        {"Bad owner or permissions on /root/.ssh/config", bad_configuration,
         "bad owner or permissions on /root/.ssh/config"},
        {"command-line: line 0: Missing argument.", bad_configuration,
         "command-line: line 0: missing argument."},
        {"Privileged ports can only be forwarded by root.", bad_configuration,
         "only root may listen on a port below 1024"},
    });
}

TEST_CASE("Diagnostics: ssh's words about forwards")
{
    check({
        {"Could not request local forwarding.", local_port_in_use, "a local forward cannot be set up"},
        {"channel_setup_fwd_listener_tcpip: getaddrinfo(nosuch.invalid): Name or service not known",
         bad_configuration, "cannot listen on nosuch.invalid: Name or service not known"},
        {"mux_client_forward: forwarding request failed: Port forwarding failed", forward_refused,
         "the shared connection refuses a forward: Port forwarding failed"},
        {"stdio forwarding failed", forward_refused, "the server cannot connect to the target of -W"},
        {"subsystem request failed on channel 0", other, "the server does not have the subsystem"},
    });
}

TEST_CASE("Diagnostics: a forward that does not work is named by its port or path")
{
    struct ForwardRow {
        const char* line;
        SshMessage::Kind kind;
        const char* subject;
        FailureClass failure_class;
        const char* cause;
    };
    const ForwardRow rows[] = {
        {"Tunnel forwarding failed", SshMessage::Kind::forward_refused, "the tunnel device", forward_refused,
         "the server refuses the tunnel device"},
        {"Tunnel device open failed.", SshMessage::Kind::local_port_in_use, "the tunnel device",
         bad_configuration, "the tunnel device cannot be opened"},
        {"Warning: remote port forwarding failed for listen port 42501", SshMessage::Kind::forward_refused,
         "42501", forward_refused, "the server refuses to listen on port 42501"},
        {"Error: remote port forwarding failed for listen port 42501", SshMessage::Kind::forward_refused,
         "42501", forward_refused, "the server refuses to listen on port 42501"},
        {"Port forwarding is disabled to avoid man-in-the-middle attacks.", SshMessage::Kind::forward_refused,
         "all", host_key_changed, "forwards are off as the server's host key has changed"},
        {"Warning: remote port forwarding failed for listen path /run/my s",
         SshMessage::Kind::forward_refused, "/run/my s", forward_refused,
         "the server refuses to listen on /run/my s"},
        {"Error: remote port forwarding failed for listen path /sk", SshMessage::Kind::forward_refused, "/sk",
         forward_refused, "the server refuses to listen on /sk"},
        {"remote port forwarding failed for listen port 80", SshMessage::Kind::forward_refused, "80",
         forward_refused, "the server refuses to listen on port 80"},
        {"bind [127.0.0.1]:42201: Address already in use", SshMessage::Kind::local_port_in_use, "42201",
         local_port_in_use, "local port 42201 is in use (on 127.0.0.1)"},
        {"bind [::1]:42201: Address already in use", SshMessage::Kind::local_port_in_use, "42201",
         local_port_in_use, "local port 42201 is in use (on ::1)"},
        {"bind [127.0.0.1]:80: Permission denied", SshMessage::Kind::local_port_in_use, "80",
         bad_configuration, "we may not listen on local port 80"},
        {"bind [203.0.113.77]:42333: Cannot assign requested address", SshMessage::Kind::local_port_in_use,
         "42333", local_port_in_use, "no interface has the address 203.0.113.77 of local port 42333"},
        {"channel_setup_fwd_listener_tcpip: cannot listen to port: 42201",
         SshMessage::Kind::local_port_in_use, "42201", local_port_in_use,
         "cannot listen on local port 42201"},
        {"unix_listener: cannot bind to path /tmp/sk: Address already in use",
         SshMessage::Kind::local_port_in_use, "/tmp/sk", local_port_in_use, "local socket /tmp/sk is in use"},
        {"unix_listener: cannot bind to path /proc/x: No such file or directory",
         SshMessage::Kind::local_port_in_use, "/proc/x", bad_configuration,
         "cannot listen on local socket /proc/x: No such file or directory"},
    };
    for (const ForwardRow& row : rows) {
        CAPTURE(row.line);
        const SshMessage word = parse_message(row.line);
        CHECK((word.kind == row.kind));
        CHECK(word.subject == row.subject);
        CHECK(name(word.failure.failure_class) == name(row.failure_class));
        CHECK(word.failure.cause == row.cause);
    }
}

TEST_CASE("Diagnostics: ssh's words about a session that lives")
{
    struct LifeRow {
        const char* line;
        SshMessage::Kind kind;
        const char* subject;
    };
    const LifeRow rows[] = {
        {R"(Authenticated to 127.0.0.1 ([127.0.0.1]:42201) using "publickey".)", SshMessage::Kind::logged_in,
         "127.0.0.1 ([127.0.0.1]:42201) with publickey"},
        {R"(Authenticated to 127.0.0.1 (via proxy) using "publickey".)", SshMessage::Kind::logged_in,
         "127.0.0.1 (via proxy) with publickey"},
        {"Authenticated to 192.0.2.1 ([192.0.2.1]:22).", SshMessage::Kind::logged_in,
         "192.0.2.1 ([192.0.2.1]:22)"},
        {"Allocated port 46645 for remote forward to 127.0.0.1:1", SshMessage::Kind::port_allocated, "46645"},
        {"Transferred: sent 3472, received 3288 bytes, in 0.1 seconds", SshMessage::Kind::session_over, ""},
        {"channel 3: open failed: connect failed: Connection refused", SshMessage::Kind::target_dead,
         "Connection refused"},
        {"channel 3: open failed: connect failed: Name or service not known", SshMessage::Kind::target_dead,
         "Name or service not known"},
        {"channel 3: open failed: administratively prohibited: open failed", SshMessage::Kind::target_dead,
         "administratively prohibited"},
        {"channel 7: open failed: resource shortage", SshMessage::Kind::target_dead, "resource shortage"},
        {"connect_to 127.0.0.1 port 1: failed.", SshMessage::Kind::target_dead,
         "cannot connect to 127.0.0.1 port 1"},
        {"connect_to nosuch.invalid: unknown host (Name or service not known)", SshMessage::Kind::target_dead,
         "cannot find nosuch.invalid: Name or service not known"},
    };
    for (const LifeRow& row : rows) {
        CAPTURE(row.line);
        const SshMessage word = parse_message(row.line);
        CHECK((word.kind == row.kind));
        CHECK(word.subject == row.subject);
        CHECK((word.failure == Failure{}));
        CHECK(word.weight == 0);
    }
}

TEST_CASE("Diagnostics: where ssh cannot listen is known")
{
    CHECK(parse_message("bind [127.0.0.1]:42201: Address already in use").address == "127.0.0.1");
    CHECK(parse_message("bind [::1]:42201: Address already in use").address == "::1");
    CHECK(parse_message("channel_setup_fwd_listener_tcpip: cannot listen to port: 42201").address.empty());
}
