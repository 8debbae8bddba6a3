#include "unit/doctor/findings.hpp"

#include "autossh/doctor/login_check.hpp"
#include "autossh/doctor/manner_check.hpp"
#include "autossh/settings/command_line.hpp"
#include "support/catch.hpp"

#include <algorithm>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

Settings settings_for(std::vector<std::string> words)
{
    Settings settings;
    read_command_line(words, settings);
    return settings;
}

SshConfig config_with(const std::string& more = "")
{
    return *SshConfig::parse("host gw\nhostname gw\nuser me\nport 22\nserveralivecountmax 3\n" + more +
                             "serveraliveinterval 0\n");
}

/// The line about `thing`; empty: there is none.
std::string about(const Findings& findings, const std::string& thing)
{
    for (const Finding& finding : findings)
        if (finding.thing == thing)
            return told({finding}).front();
    return "";
}

std::vector<Forward> remote_forward(const std::string& bind)
{
    return {{.kind = Forward::Kind::remote, .place = "7004", .bind = bind, .target = "localhost:22"}};
}

}  // namespace

TEST_CASE("Doctor: a dead connection that nothing would notice")
{
    const auto judged = [](std::vector<std::string> words) {
        return about(manner_findings(settings_for(std::move(words)), config_with(), true), "watch");
    };
    CHECK(judged({"-N", "gw"}) == "ok watch: a dead connection is noticed");
    CHECK(judged({"-M", "0", "-N", "gw"}) == "ok watch: a dead connection is noticed");
    CHECK(judged({"-M", "0", "-N", "-o", "ServerAliveInterval=0", "gw"}) ==
          "warn watch: nothing notices a dead connection: no keepalives, and no tests | -o "
          "ServerAliveInterval=10; "
          "or -M auto in place of -M 0");
    CHECK(judged({"--plain", "-M", "0", "-N", "gw"}).starts_with("warn watch: "));
    CHECK(judged({"--plain", "-M", "20000", "-N", "gw"}).starts_with("ok watch: "));
}

TEST_CASE("Doctor: what ends everything with the first try")
{
    const auto judged = [](std::vector<std::string> words) {
        return about(manner_findings(settings_for(std::move(words)), config_with(), false), "restart");
    };
    CHECK(judged({"-M", "0", "-N", "gw"}).starts_with("ok restart: "));
    CHECK(judged({"--plain", "-M", "0", "-N", "gw"})
              .starts_with("warn restart: a first ssh that ends within 30 s"));
    CHECK(judged({"--plain", "-M", "0", "-f", "-N", "gw"}).starts_with("ok restart: "));
    CHECK(judged({"--restart", "never", "-M", "0", "-N", "gw"})
              .starts_with("warn restart: ssh is started once"));
}

TEST_CASE("Doctor: settings that take something from a tunnel")
{
    const Settings plain = settings_for({"--plain", "-M", "0", "-N", "-L", "1:a:2", "gw"});
    const SshConfig config = config_with("localforward 1 [a]:2\ncontrolpath /c\ncontrolmaster auto\n");
    CHECK(about(manner_findings(plain, config, true), "forward").ends_with(" | -o ExitOnForwardFailure=yes"));
    CHECK(about(manner_findings(settings_for({"-f", "-M", "0", "gw"}), config_with(), false), "session") ==
          "warn session: without -N ssh runs a shell there, and ends with it | add -N");
    CHECK(about(manner_findings(settings_for({"-f", "-M", "0", "-N", "gw"}), config_with(), false), "session")
              .empty());
    CHECK(about(manner_findings(settings_for({"-S", "/c", "-N", "gw"}), config, true), "sharing")
              .ends_with(" | -o ControlPath=none"));
}

TEST_CASE("Doctor: a port for all addresses of the server depends on its GatewayPorts")
{
    const Settings settings = settings_for({"-N", "gw"});
    const auto judged = [&](const std::string& words) {
        return public_port_findings(settings, config_with("remoteforward " + words + "\n"));
    };
    CHECK(judged("7004 [localhost]:22").empty());
    CHECK(judged("[127.0.0.1]:7004 [localhost]:22").empty());
    CHECK(
        told(judged("[0.0.0.0]:7004 [localhost]:22"))
            .front()
            .starts_with(
                "warn public port: -R 0.0.0.0:7004: unless its GatewayPorts allows that, the server listens "
                "on 127.0.0.1 "
                "alone, and ssh does not say so | GatewayPorts clientspecified in the server's sshd_config"));
}

TEST_CASE("Doctor: a log-in that works refutes what has seemed to be in its way")
{
    Findings findings{failing("key", "there is no key", "make one"), failing("key", "there is no key", ""),
                      failing("server", "it is away", ""), doubtful("host key", "it is new", "")};
    findings[0].tunnels = findings[2].tunnels = findings[3].tunnels = {"a"};
    findings[1].tunnels = {"b"};
    note_login(findings, "a");
    CHECK(told(findings) == Told{"warn key: there is no key, and ssh has logged in nevertheless | make one",
                                 "FAIL key: there is no key", "FAIL server: it is away",
                                 "warn host key: it is new"});
}

TEST_CASE("Doctor: the settings of a server, as sshd -T and its file have them")
{
    const ServerSettings settings = server_settings_from("# AllowTcpForwarding no\n  GatewayPorts Yes\n"
                                                         "gatewayports no\nMatch User x\nMaxSessions 0\n");
    CHECK(settings == ServerSettings{{"gatewayports", "Yes"}, {"match", "User x"}});
    // A Match ends with the file that it stands in; what a value may look like is of sshd_config(5).
    CHECK(server_settings_from("Match User x\nGatewayPorts no\n\n#end of file\n"
                               "ClientAliveInterval=15\n\tGatewayPorts = \"clientspecified\" # so\n"
                               "PermitListen any # all\nMaxSessions\nMatch Group y\n#end of file\n") ==
          ServerSettings{{"clientaliveinterval", "15"},
                         {"gatewayports", "clientspecified"},
                         {"match", "User x"},
                         {"permitlisten", "any"}});
    CHECK(server_setting_findings({}, remote_forward("")).empty());

    const auto judged = [](const std::string& text, const std::string& bind = "") {
        const auto lines = told(server_setting_findings(server_settings_from(text), remote_forward(bind)));
        return lines.front();
    };
    CHECK(judged("clientaliveinterval 15") == "ok sshd: its configuration allows what the tunnel wants");
    CHECK(judged("AllowTcpForwarding no").starts_with("FAIL sshd: AllowTcpForwarding is no there"));
    CHECK(judged("AllowTcpForwarding local").starts_with("FAIL sshd: "));
    CHECK(judged("PermitListen none").starts_with("FAIL sshd: PermitListen is none there"));
    CHECK(judged("clientaliveinterval 15\npermitopen none").starts_with("ok sshd: "));
    CHECK(judged("DisableForwarding yes").starts_with("FAIL sshd: DisableForwarding is yes there"));
    CHECK(judged("ClientAliveInterval 5\nMatch User x") ==
          "ok sshd: its configuration allows what the tunnel wants, unless a Match block there does not");
    CHECK(judged("AllowTcpForwarding no\nMatch User x").starts_with("warn sshd: AllowTcpForwarding is no"));
    CHECK(judged("AllowTcpForwarding no\nMatch User x").find(", unless a Match block says otherwise | ") !=
          std::string::npos);
    CHECK(judged("ClientAliveInterval 0").starts_with("warn sshd: ClientAliveInterval is 0 there"));
    CHECK(judged("clientaliveinterval 15\nmaxsessions 0").starts_with("warn sshd: MaxSessions is 0 there"));
    CHECK(judged("clientaliveinterval 15\ngatewayports no", "*")
              .starts_with("warn sshd: GatewayPorts is no there"));
    CHECK(judged("clientaliveinterval 15\ngatewayports clientspecified", "*").starts_with("ok sshd: "));
}

TEST_CASE("Doctor: a port that a session of the server's holds is ended by the pid of its sshd")
{
    const AskedForward asked{.forward = "-R 7004",
                             .failure = {FailureClass::forward_refused, "it is in use there", "see whose"},
                             .holders =
                                 "LISTEN 0 128 127.0.0.1:7004 0.0.0.0:* users:((\"sshd\",pid=812,fd=9))"};
    CHECK(
        told(asked_forward_findings(asked)) ==
        Told{
            "FAIL forward: it is in use there (by a session, whose sshd has pid 812 there) | kill 812 there, "
            "unless a tunnel that lives has it (who -u; ps 812)"});
}

TEST_CASE("Doctor: what a log-in has shown")
{
    LoginLook look{.logged_in = true,
                   .login = "gw ([192.0.2.1]:22) with publickey",
                   .key_place = "/home/me/.ssh/authorized_keys:1",
                   .key_options = "port-forwarding pty"};
    CHECK(told(login_findings(look, remote_forward(""))) ==
          Told{"ok login: logged in to gw ([192.0.2.1]:22) with publickey",
               "ok forward: our key may forward there"});
    look.key_options = "pty";
    CHECK(told(login_findings(look, remote_forward(""))).back() ==
          "FAIL forward: the forwards are refused: our key may not forward | add port-forwarding to the "
          "options of "
          "our key in /home/me/.ssh/authorized_keys:1 there");
    CHECK(exit_status(login_findings(look, {})) == 0);
    CHECK(told(login_findings({.failure = {FailureClass::authentication_refused, "no", "ssh-copy-id"}},
                              {})) == Told{"FAIL login: no | ssh-copy-id"});
    CHECK(told(asked_forward_findings({.forward = "-R 7004", .granted = true})) ==
          Told{"ok forward: the server grants -R 7004"});
    CHECK(told(asked_forward_findings({.forward = "-R 7004",
                                       .failure = {FailureClass::forward_refused, "it is in use", "end it"},
                                       .holders = "sshd,pid=5"})) ==
          Told{"FAIL forward: it is in use (there: sshd,pid=5) | end it"});
}
