#include "unit/doctor/findings.hpp"

#include "autossh/doctor/client_check.hpp"
#include "autossh/doctor/server_check.hpp"
#include "support/catch.hpp"

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Doctor: ssh is there, is OpenSSH's, and takes its words")
{
    const ClientLook fine_one{.file = "ssh",
                              .path = "/usr/bin/ssh",
                              .version = "OpenSSH_9.2p1",
                              .is_asked = true,
                              .has_answered = true};
    CHECK(told(client_findings(fine_one)) == Told{"ok ssh: OpenSSH_9.2p1 (/usr/bin/ssh)",
                                                  "ok config: ssh takes its words and its configuration"});

    CHECK(told(client_findings({.file = "/opt/ssh", .by_variable = true})) ==
          Told{"FAIL ssh: there is no program /opt/ssh | correct AUTOSSH_PATH (or --ssh), or take it out"});
    CHECK(exit_status(client_findings({.file = "/usr/bin/ssh"})) == 2);

    ClientLook strange{.file = "dbclient", .path = "/usr/bin/dbclient"};
    CHECK(exit_status(client_findings(strange)) == 1);

    ClientLook mistaken = fine_one;
    mistaken.has_answered = false;
    mistaken.complaint = {FailureClass::bad_configuration, "/c: line 3: Bad configuration option: foo",
                          "correct it"};
    CHECK(told(client_findings(mistaken)).back() ==
          "FAIL config: /c: line 3: Bad configuration option: foo | correct it");
}

TEST_CASE("Doctor: how far a connection to the server comes, in the words of a tunnel's cause")
{
    using enum ServerLook::Reach;
    const auto judged = [](ServerLook::Reach reach, const std::string& greeting = {}) {
        return told(server_findings({.host = "gw",
                                     .port = "2222",
                                     .reach = reach,
                                     .address = "192.0.2.1",
                                     .greeting = greeting,
                                     .why = "so"}))
            .front();
    };
    CHECK(judged(answers, "SSH-2.0-x") == "ok server: gw (192.0.2.1) port 2222 answers (SSH-2.0-x)");
    CHECK(judged(connected) == "ok server: gw (192.0.2.1) port 2222: a tunnel is up to it");
    CHECK(judged(not_tried) == "ok server: gw (192.0.2.1) port 2222: not tried, as so");
    CHECK(judged(name_unknown) ==
          "FAIL server: the name gw is not known | correct the name gw, or enter it in DNS "
          "or /etc/hosts (getent hosts gw)");
    CHECK(judged(name_server_silent)
              .starts_with("FAIL server: the name server does not answer for gw | check"));
    CHECK(judged(refused) ==
          "FAIL server: connection refused by gw (192.0.2.1) port 2222 | start sshd on gw, or "
          "name the port that it has: -p PORT");
    CHECK(judged(no_route) ==
          "FAIL server: no route to gw (192.0.2.1) port 2222 | check this machine's network, "
          "routes and VPN (ip route get 192.0.2.1)");
    CHECK(judged(no_answer) ==
          "FAIL server: no answer from gw (192.0.2.1) port 2222 | check that gw is up and no "
          "firewall drops port 2222 (nc -vz gw 2222)");
    CHECK(judged(silent).starts_with("FAIL server: gw (192.0.2.1) port 2222 takes the connection, and says "
                                     "nothing | "));
    CHECK(judged(no_greeting)
              .starts_with("FAIL server: gw port 2222 closes the connection before its greeting: a "
                           "ban, or too many log-ins | "));
    CHECK(judged(shut_out).find("PerSourcePenaltyExemptList") != std::string::npos);
    CHECK(judged(too_many).find("raise MaxStartups") != std::string::npos);
    CHECK(judged(stranger, "HTTP/1.1 400 Bad Request") ==
          "FAIL server: a web server and no sshd answers at gw port 2222 (HTTP/1.1 400 Bad Request) | name "
          "the port "
          "that sshd has: -p PORT");
    CHECK(judged(stranger, "220 mail")
              .starts_with("FAIL server: no sshd answers at gw port 2222 (220 mail) | "));
}

TEST_CASE("Doctor: the host key is known, or the first one is taken")
{
    HostKeyLook look{.name = "[gw]:2222", .login = "-p 2222 me@gw", .checking = "ask"};
    CHECK(told(host_key_findings(look)) == Told{"FAIL host key: the host key of [gw]:2222 is not known | ssh "
                                                "-p 2222 me@gw, compare the fingerprint "
                                                "with the server's administrator, and accept the key"});
    look.is_elsewhere = true;
    CHECK(told(host_key_findings(look)).front().find("with its -F and -o") != std::string::npos);
    look.checking = "accept-new";
    CHECK(exit_status(host_key_findings(look)) == 0);
    look.checking = "yes";
    CHECK(exit_status(host_key_findings(look)) == 2);
    look.is_known = true;
    CHECK(told(host_key_findings(look)) == Told{"ok host key: the host key of [gw]:2222 is known"});
    CHECK(exit_status(host_key_findings({.name = "gw", .can_be_known = false, .why = "DNS is asked"})) == 0);
}

TEST_CASE("Doctor: what ssh-keygen finds is a known host key, unless all of them are revoked")
{
    const auto noted = [](const std::string& found) {
        HostKeyLook look;
        note_known_keys(look, found);
        return std::pair(look.is_known, look.is_revoked);
    };
    const std::string one = "# Host [a]:22 found: line 1 \n[a]:22 ssh-ed25519 AAAA\n";
    const std::string hashed = "# Host a found: line 1 \n|1|salt=|hash= ssh-rsa BBBB a comment\n";
    const std::string revoked = "# Host a found: line 2 REVOKED\n@revoked * ssh-ed25519 AAAA\n";
    const std::string authority = "# Host a found: line 3 CA\n@cert-authority *.a ssh-ed25519 CCCC\n";
    CHECK(noted("") == std::pair(false, false));
    CHECK(noted(one) == std::pair(true, false));
    CHECK(noted(hashed) == std::pair(true, false));
    CHECK(noted(authority) == std::pair(true, false));
    CHECK(noted(revoked) == std::pair(false, true));
    CHECK(noted(one + revoked) == std::pair(false, true));
    CHECK(noted(one + revoked + hashed) == std::pair(true, false));
    CHECK(noted(revoked + authority) == std::pair(true, false));
    CHECK(
        told(host_key_findings({.name = "a", .checking = "no", .is_revoked = true})) ==
        Told{"FAIL host key: the host key of a is revoked (@revoked) | have the server's administrator give "
             "it another host key, and enter that"});
}
