#include "autossh/ssh/forced_log.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <string_view>

using namespace autossh;

TEST_CASE("Forced log: a line is taken as ssh logs it at DEBUG1")
{
    struct Row {
        std::string line;
        std::optional<std::string> taken;
    };
    const Row rows[] = {
        {"debug1: sshconnect.c:ssh_connect_direct():485 (pid=27650): Connecting to h [::1] port 22.\r\n",
         "debug1: Connecting to h [::1] port 22.\r\n"},
        {"sshconnect2.c:ssh_userauth2():580 (bin=ssh, pid=9): Authenticated to h ([::1]:22) using "
         "\"publickey\".",
         "Authenticated to h ([::1]:22) using \"publickey\"."},
        {"ssh.c:ssh_confirm_remote_forward():1874 (pid=9): Warning: remote port forwarding failed for listen "
         "port 7",
         "Warning: remote port forwarding failed for listen port 7"},
        {"sshconnect2.c:ssh_userauth2():1 (bin=/a (x): pid=b/pid=1/ssh, pid=9): Authenticated to h",
         "Authenticated to h"},
        {"packet.c:sshpkt_vfatal():1 (bin=/usr/bin/ssh (old), pid=9): Connection closed by ::1 port 22",
         "Connection closed by ::1 port 22"},
        // What has its function's name in front there.
        {"debug1: kex.c:kex_exchange_identification():1438 (pid=9): banner line 0: hello",
         "debug1: kex_exchange_identification: banner line 0: hello"},
        {"debug1: kex.c:kex_exchange_identification():1347 (pid=9): Local version string SSH-2.0-OpenSSH_9.2",
         "debug1: Local version string SSH-2.0-OpenSSH_9.2"},
        {"channels.c:channel_setup_fwd_listener_tcpip():3691 (pid=9): bind [127.0.0.1]:7: Address already in "
         "use",
         "bind [127.0.0.1]:7: Address already in use"},
        {"channels.c:channel_setup_fwd_listener_tcpip():3736 (pid=9): cannot listen to port: 7",
         "channel_setup_fwd_listener_tcpip: cannot listen to port: 7"},
        {"clientloop.c:client_loop():1505 (pid=9): send disconnect: Broken pipe",
         "client_loop: send disconnect: Broken pipe"},
        {"debug1: clientloop.c:client_loop():1290 (pid=9): Entering interactive session.",
         "debug1: Entering interactive session."},
        {"debug1: ssh.c:ssh_confirm_remote_forward():1935 (bin=/nix/store/" + std::string(71, 'a') +
             ": remote forward failure for: listen 1, connect a:1",
         "debug1: remote forward failure for: listen 1, connect a:1"},
        {"debug2: channels.c:channel_handle_rfd():2114 (pid=9): channel 0: filter stops\r\n",
         "debug2: channel 0: filter stops\r\n"},
        // What is not logged there.
        {"debug2: channels.c:channel_check_window():2239 (pid=9): channel 0: window 1 sent adjust 2",
         std::nullopt},
        {"debug3: packet.c:ssh_packet_read_poll2():1721 (pid=9): receive packet: type 80", std::nullopt},
        // What has no place in front.
        {"", ""},
        {"Connection closed by 127.0.0.1 port 22\r\n", "Connection closed by 127.0.0.1 port 22\r\n"},
        {"debug2: fd 3 setting O_NONBLOCK", "debug2: fd 3 setting O_NONBLOCK"},
        {"ssh.c:main() (pid=9): x", "ssh.c:main() (pid=9): x"},
        {"ssh.c:main():x (pid=9): x", "ssh.c:main():x (pid=9): x"},
        {"ssh.c:main():1 (pid=9)", "ssh.c:main():1 (pid=9)"},
        {"a b.c:main():1 (pid=9): x", "a b.c:main():1 (pid=9): x"},
        {".c:():1 (pid=9): x", ".c:():1 (pid=9): x"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        const auto line = ForcedLog(SshLogLevel::error).take(row.line);
        CHECK((line ? std::optional(line->text) : std::nullopt) == row.taken);
    }
}

TEST_CASE("Forced log: only an OpenSSH from 8.7 on is told to, and none that the user has told something")
{
    const std::string text = "hostname h\nuser me\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n";
    const auto can = [&text](const std::string& lines) {
        return can_force_log(SshConfig::parse(text + lines).value());
    };
    CHECK(can("logverbose none\nsessiontype default\n"));
    CHECK_FALSE(can("logverbose none\n"));
    CHECK_FALSE(can("logverbose kex.c:*\nsessiontype default\n"));
    CHECK_FALSE(can("sessiontype default\n"));
}

TEST_CASE("Forced log: what ssh says by itself is known, and of what a server has it say the rest is dropped")
{
    const std::string forced = "debug1: packet.c:ssh_packet_read_poll_seqnr():1 (pid=9): Remote: hello\r\n";
    const std::string other = "Unsupported option \"x\"\r\n";
    for (const SshLogLevel level : {SshLogLevel::quiet, SshLogLevel::error}) {
        ForcedLog log(level);
        const auto before = log.take(other);
        REQUIRE(before);
        CHECK(before->text == other);
        CHECK(before->is_of_users_level);
        const auto line = log.take(forced);
        REQUIRE(line);
        CHECK(line->text == "debug1: Remote: hello\r\n");
        CHECK_FALSE(line->is_of_users_level);
        CHECK(log.take(other).has_value() == (level == SshLogLevel::error));
        CHECK_FALSE(log.take("debug3: ssh.c:main():1 (pid=9): x"));
    }
    ForcedLog as_ever;
    CHECK(as_ever.take(forced)->text == forced);
    CHECK_FALSE(as_ever.take(forced)->is_of_users_level);
}
