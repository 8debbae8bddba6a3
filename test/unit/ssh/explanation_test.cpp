#include "autossh/ssh/explanation.hpp"

#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/explanation_table.hpp"
#include "support/catch.hpp"
#include "support/occurrences.hpp"
#include "support/process/process.hpp"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

using namespace autossh;

namespace {

using Lines = std::vector<std::string>;

const Lines reached{"debug1: Connecting to gw [192.0.2.1] port 22.", "debug1: Connection established.",
                    "debug1: Authenticating to gw:22 as 'tun'"};
const std::string offered = "debug1: Offering public key: /k ED25519 SHA256:x explicit";
const std::string agents_key = "debug1: Offering public key: tun@desk RSA SHA256:x agent";
const std::string takes_all = "debug1: Authentications that can continue: publickey,password";
const std::string takes_password = "debug1: Authentications that can continue: password";
const std::string denial = "tun@gw: Permission denied (publickey,password).";
const std::string let_in = "Authenticated to gw ([192.0.2.1]:22) using \"publickey\".";
const std::string key_may = "debug1: Remote: /ak:3: key options: agent-forwarding port-forwarding pty";
const std::string key_may_not = "debug1: Remote: /ak:3: key options: agent-forwarding pty";
const std::string key_lists = "debug1: Remote: /ak:3: key options: permitlisten permitopen port-forwarding";
const std::string port_refused = "Warning: remote port forwarding failed for listen port 8080";
const std::string closed = "kex_exchange_identification: Connection closed by remote host";
const std::string closed_port = "Connection closed by 192.0.2.1 port 22";
const std::string gone = "Connection closed by UNKNOWN port 65535";

Failure explained_end(const Lines& begin, const Lines& lines, const KeyCircumstances& keys = {},
                      bool after_session = false)
{
    SessionTerms terms;
    terms.after_session = after_session;
    ClientState state(terms);
    for (const Lines* const some : {&begin, &lines})
        for (const std::string& line : *some) {
            if (line.find("Permission denied (") != line.npos)
                state.read_line("debug1: No more authentication methods to try.");
            state.read_line(line);
        }
    return state.failure(ExitStatus::exited(255), keys);
}

std::string capitals(std::string text)
{
    std::string result;
    bool inside = false;
    for (const char c : text) {
        if (c == '{' || c == '}')
            inside = c == '{';
        else if (c == '"')
            result += "\\(dq";
        else
            result += inside ? static_cast<char>(std::toupper(static_cast<unsigned char>(c))) : c;
    }
    return result;
}

}  // namespace

TEST_CASE("Explanation: the cause by what ssh's debug lines say beside its reason")
{
    struct Row {
        Lines lines;
        std::string cause;
        std::string remedy;
    };
    const Row rows[] = {
        {{takes_all, offered, takes_all, denial},
         "gw does not accept the key /k for tun",
         "ssh-copy-id -i /k tun@gw; or correct the user name tun"},
        {{takes_all, offered, agents_key, denial},
         "gw accepts none of our 2 keys for tun",
         "ssh-copy-id -i KEYFILE tun@gw; or correct the user name tun"},
        {{takes_all, denial},
         "no key was offered to gw: there is none, here or in an agent",
         "name a key file: -i FILE; or load one into the agent: ssh-add FILE (ssh-add -X if it is locked)"},
        {{takes_password, "tun@gw: Permission denied (password)."},
         "gw wants the password of tun, and none was given",
         "--secret-file FILE, with the password of tun@gw in it"},
        {{takes_all, offered, "Authenticated using \"publickey\" with partial success.", takes_password,
          "tun@gw: Permission denied (password)."},
         "gw wants a second factor from tun (password), and none was given",
         "--secret-file FILE, or --secret-command for a code that changes, or start with -f at a terminal"},
        {{"debug1: kex_exchange_identification: banner line 0: HTTP/1.1 400 Bad Request", closed,
          closed_port},
         "a web server and no sshd answers at gw port 22 (HTTP/1.1 400 Bad Request)",
         "name the port that sshd has: -p PORT"},
        {{"debug1: kex_exchange_identification: banner line 0: Exceeded MaxStartups", closed, closed_port},
         "gw port 22 has too many log-ins going on (Exceeded MaxStartups)",
         "raise MaxStartups in the server's sshd_config, and reload sshd"},
        {{"debug1: kex_exchange_identification: banner line 0: Not allowed at this time", closed,
          closed_port},
         "gw port 22 shuts out this address for a while (Not allowed at this time)",
         "wait 10 minutes; on the server, PerSourcePenaltyExemptList in sshd_config exempts this address"},
        {{closed, closed_port},
         "gw port 22 closes the connection before its greeting: a ban, or too many log-ins",
         "on the server, look for a ban (fail2ban-client status sshd) and for MaxStartups (journalctl -u "
         "ssh)"},
        {{let_in, key_may, "debug1: Remote: Server has disabled port forwarding.", port_refused},
         "the server refuses to listen on port 8080: gw forbids forwarding",
         "set AllowTcpForwarding yes and DisableForwarding no in its sshd_config, and reload sshd"},
        {{let_in, key_may_not, "debug1: Remote: Server has disabled port forwarding.", port_refused},
         "the server refuses to listen on port 8080: our key may not forward",
         "add port-forwarding to the options of our key in /ak:3 there"},
        {{let_in, key_may, "debug1: Remote: port forwarding refused", port_refused},
         "the server refuses to listen on port 8080: PermitListen leaves it out",
         "add 8080 to PermitListen in its sshd_config, and reload sshd"},
        {{let_in, key_lists, "debug1: Remote: port forwarding refused", port_refused},
         "the server refuses to listen on port 8080: permitlisten of our key leaves it out",
         "add permitlisten=\"8080\" to the options of our key in /ak:3 there"},
        {{let_in, key_may, port_refused},
         "the server refuses to listen on port 8080: it is in use there",
         "see whose it is there (ss -ltnp sport = :8080), and end that, or take another port"},
        {{let_in, key_may, "Warning: remote port forwarding failed for listen port 80"},
         "the server refuses to listen on port 80: only root may have one below 1024",
         "take a port from 1024 on in -R, or log in as root"},
        {{let_in, key_may, "debug1: Remote: Server has rejected tunnel device forwarding",
          "Tunnel forwarding failed"},
         "the server refuses the tunnel device: PermitTunnel forbids it",
         "set PermitTunnel yes in its sshd_config, and reload sshd"},
        {{let_in, key_may, "debug1: Remote: Failed to open the tunnel device.", "Tunnel forwarding failed"},
         "the server refuses the tunnel device: tun cannot open it there",
         "log in as root, or have root make it there: ip tuntap add dev tunN mode tun user tun"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.lines);
        const Failure failure = explained_end(reached, row.lines);
        CHECK(failure.cause == row.cause);
        CHECK(failure.remedy == row.remedy);
        CHECK(failure.cause.size() <= 100);
        CHECK(failure.remedy.size() <= 112);
    }
}

TEST_CASE("Causes: a session of condor_ssh_to_job serves one ssh, and condor-ssh has one for each")
{
    const auto cause = [](const std::string& directory) {
        return explained_end({},
                             {"debug1: Executing proxy command: exec \"condor_ssh_to_job\" \"-proxy\" \"" +
                                  directory + "/alice.condor_ssh_to_job_7092f507/fdpass\"",
                              "kex_exchange_identification: Connection closed by remote host",
                              "Connection closed by UNKNOWN port 65535"})
            .cause;
    };
    CHECK(cause("/tmp") == "this session of condor_ssh_to_job is over: it serves one connection");
    CHECK(cause("/tmp/condor-ssh.AbCdEfGh") == "the ProxyCommand has ended");
}

TEST_CASE("Explanation: what is known beside ssh's words")
{
    const auto cause = [](const Lines& lines, const KeyCircumstances& keys, bool after_session = false) {
        return explained_end(reached, lines, keys, after_session).cause;
    };
    CHECK(cause({takes_all, denial}, {.missing_key = "/k: No such file or directory"}) ==
          "no key was offered: /k: No such file or directory");
    const KeyCircumstances locked{.encrypted_keys = {"~/.ssh/other", "/k"}};
    CHECK(cause({takes_all, offered, "debug1: Server accepts key: /k ED25519 SHA256:x explicit", denial},
                locked) == "the key /k needs a passphrase, and nobody can be asked");
    CHECK(cause({takes_all, offered, takes_all, denial}, {.encrypted_keys = {"/k"}}) ==
          "gw does not accept the key /k for tun");
    CHECK(cause({takes_all, denial}, {.encrypted_keys = {"/k"}}) ==
          "the key /k needs a passphrase, and nobody can be asked");
    CHECK(cause({takes_password, "tun@gw: Permission denied (password)."}, {.under_sshpass = true}) ==
          "sshpass answers once, and gw asks for the password of tun again");
    CHECK(cause({let_in, key_may, port_refused}, {}, true) ==
          "the server refuses to listen on port 8080: it is in use, perhaps by our last session");
    CHECK(explained_end({}, {"debug1: Executing proxy command: exec nc gw 22", closed, gone},
                        {.missing_program = "nc"})
              .cause == "ProxyCommand: there is no program nc");
    const Failure jump =
        explained_end({}, {"debug1: Setting implicit ProxyCommand from ProxyJump: ssh -W '[%h]:%p' gate",
                           "debug1: Executing proxy command: exec ssh -l a -W '[gw]:22' gate", closed, gone});
    CHECK(jump.cause == "the jump host does not let us through");
    CHECK(jump.remedy == "try it alone: ssh -l a gate");
    CHECK(explained_end({"debug1: Connecting to gw [2001:db8::1] port 22."},
                        {"ssh: connect to host gw port 22: Network is unreachable"})
              .cause == "gw has only IPv6 (2001:db8::1), and this machine has no way there");
}

TEST_CASE("Explanation: the name of a host that is a word is quoted in a sentence, and in no command")
{
    const Failure denied_key = explained_end({"debug1: Authenticating to server:22 as 'tun'"},
                                             {takes_all, offered, takes_all, denial});
    CHECK(denied_key.cause == "\"server\" does not accept the key /k for tun");
    CHECK(denied_key.remedy == "ssh-copy-id -i /k tun@server; or correct the user name tun");
    CHECK(explained_end({}, {"ssh: Could not resolve hostname server: Name or service not known"}).cause ==
          "name \"server\" cannot be found: Name or service not known");
    CHECK(explained_end({}, {"ssh: connect to host server-1 port 22: Connection refused"}).cause ==
          "connection refused by server-1 port 22");
}

TEST_CASE("Explanation: a remedy is true for its cause alone")
{
    const auto remedy = [](const Lines& lines) { return explained_end(reached, lines).remedy; };
    CHECK(remedy(
              {"bind 192.0.2.7: Cannot assign requested address", "ssh: connect to host gw port 22: failure"})
              .starts_with("ip address shows which there are; correct -b"));
    CHECK(remedy({"Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: a,b"})
              .starts_with("have Ciphers here and in "));
    CHECK(remedy(
              {"Unable to negotiate with 192.0.2.1 port 22: no matching host key type found. Their offer: a"})
              .starts_with("have HostKeyAlgorithms here and in "));
    CHECK(remedy({"unix_listener: cannot bind to path /x/s: No such file or directory"}) ==
          "make the directory of /x/s, where this user may write, or take another path");
    CHECK(
        remedy({"unix_listener: cannot bind to path /x/s: Address already in use"}).starts_with("rm /x/s, "));
    CHECK(remedy({let_in, "subsystem request failed on channel 0"}).starts_with("name it in the server's"));
    CHECK(remedy({let_in, "stdio forwarding failed"}).starts_with("see that the target of -W "));
    const Failure long_offer = explained_end(
        reached, {"Unable to negotiate with 192.0.2.1 port 22: no matching cipher found. Their offer: " +
                  std::string(500, 'c')});
    CHECK(long_offer.cause.size() <= 103);
}

TEST_CASE("Explanation: a host key is taken out of the file by the name that it has there")
{
    const Lines changed{"Offending ED25519 key in /kh:3",
                        "Host key for [gw]:2222 has changed and you have requested strict checking.",
                        "Host key verification failed."};
    const Lines to_port{"debug1: Authenticating to gw:2222 as 'tun'"};
    CHECK(explained_end(to_port, changed).remedy ==
          "ssh-keygen -f /kh -R '[gw]:2222', if its administrator confirms the change");
    const Lines with_alias{to_port.front(), "debug1: using hostkeyalias: alias"};
    CHECK(explained_end(with_alias, changed).remedy ==
          "ssh-keygen -f /kh -R 'alias', if its administrator confirms the change");
    const Lines unknown{"No ED25519 host key is known for gw and you have requested strict checking.",
                        "Host key verification failed."};
    CHECK(explained_end(to_port, unknown).remedy.starts_with("ssh -p 2222 tun@gw, "));
    const std::string by_hand = "run its ssh by hand, with its -F and -o; ";
    CHECK(explained_end(with_alias, unknown).remedy.starts_with(by_hand));
    CHECK(explained_end(to_port, unknown, {.known_hosts_elsewhere = true}).remedy.starts_with(by_hand));
}

TEST_CASE("Explanation: what a server says past ssh's log of an account that it does not let in")
{
    const auto closed_with = [](const std::string& said, const Lines& lines) {
        ClientState state;
        for (const std::string& line : reached)
            state.read_line(line);
        state.read_line(offered);
        state.read_line("debug1: Server accepts key: /k ED25519 SHA256:x explicit");
        state.read_stray_line(said);
        for (const std::string& line : lines)
            state.read_line(line);
        return state.failure(ExitStatus::exited(255), {});
    };
    CHECK(closed_with("", {closed_port}).cause == "gw takes our key, but does not let tun in");
    const Failure maintenance = closed_with("Back at five.", {closed_port});
    CHECK(maintenance.cause == "gw takes our key, but does not let tun in: \"Back at five.\"");
    CHECK(maintenance.failure_class == FailureClass::connection_lost);
    const Failure expired =
        closed_with("Your account has expired; please contact your administrator.", {closed_port});
    CHECK(expired.cause == "the account tun on gw has expired");
    CHECK(expired.failure_class == FailureClass::authentication_refused);
    const Failure bytes = closed_with("a\x1b[2Jb\n" + std::string(5000, 'c'), {closed_port});
    CHECK(bytes.cause.size() <= 103);
    CHECK(bytes.cause.find_first_of("\x1b\n") == std::string::npos);
    // A connection that breaks is no answer, nor is one that ends after the log-in.
    CHECK(closed_with("x", {"Connection reset by 192.0.2.1 port 22"}).cause ==
          "connection reset by 192.0.2.1 port 22");
    CHECK(closed_with("x", {let_in, closed_port}).cause == "connection closed by 192.0.2.1 port 22");
    CHECK(closed_with("x", {"Authenticated using \"publickey\" with partial success.", closed_port}).cause ==
          "connection closed by 192.0.2.1 port 22");
}

TEST_CASE("Explanation: forwarding that is forbidden because a password has run out")
{
    const auto refused = [](const std::string& said, bool is_read, const std::string& key = key_may) {
        SessionTerms terms;
        terms.past_log_is_read = is_read;
        ClientState state(terms);
        for (const std::string& line : reached)
            state.read_line(line);
        if (!said.empty())
            state.read_stray_line(said);
        for (const std::string& line :
             {let_in, key, std::string("debug1: Remote: Server has disabled port forwarding."), port_refused})
            state.read_line(line);
        return state.failure(ExitStatus::exited(255), {});
    };
    const std::string before = "the server refuses to listen on port 8080: ";
    const Failure expired =
        refused("You are required to change your password immediately (password expired).", true);
    CHECK(expired.cause == before + "the password of tun on gw has expired");
    CHECK(expired.remedy == "log in and give it a new one: ssh -t tun@gw");
    CHECK(expired.lasts);
    CHECK(refused("Change is good.", true).remedy ==
          "set AllowTcpForwarding yes and DisableForwarding no in its sshd_config, and reload sshd");
    const Failure unread = refused("", false);
    CHECK(unread.cause == before + "gw forbids forwarding");
    CHECK(unread.remedy ==
          "set AllowTcpForwarding yes in its sshd_config; or give tun a new password, if it asks for one");
    CHECK(refused("", false, key_may_not).cause == before + "our key may not forward");
}

TEST_CASE("Explanation: a command of the key's that ends the session")
{
    SessionTerms terms;
    terms.session = true;
    ClientState state(terms);
    for (const std::string& line :
         {reached.back(), let_in, std::string("debug1: Remote: /ak:3: key options: command port-forwarding"),
          std::string("Transferred: sent 3464, received 3340 bytes, in 0.4 seconds")})
        state.read_line(line);
    CHECK(state.failure(ExitStatus::exited(0), {}).cause ==
          "command= of our key on gw has ended the session");
    CHECK(state.failure(ExitStatus::exited(0), {}).remedy ==
          "add -N for forwards alone; or take command= out of /ak:3 there");
}

TEST_CASE("Explanation: a word of the server's before the log-in is no circumstance")
{
    const Failure failure = explained_end(
        reached, {"debug1: Remote: x", "debug1: Executing proxy command: exec evil", takes_password,
                  "debug1: Next authentication method: password", closed, closed_port});
    CHECK(failure.cause == "connection closed by 192.0.2.1 port 22");
    CHECK(failure.remedy.empty());
}

TEST_CASE("Explanation: what a server calls the place of a key is no command in a remedy")
{
    const Failure failure =
        explained_end(reached, {let_in, "debug1: Remote: /ak; evil #:3: key options: pty",
                                "debug1: Remote: Server has disabled port forwarding.", port_refused});
    CHECK(failure.remedy == "add port-forwarding to the options of our key in its authorized_keys there");
}

TEST_CASE("Explanation: the target of a forward that the server does not allow is named")
{
    ClientState state;
    for (const std::string& line :
         {reached.back(), let_in, key_lists,
          std::string("debug1: Connection to port 8080 forwarding to db port 5432 requested."),
          std::string("debug1: channel 2: new direct-tcpip [direct-tcpip] (inactive timeout: 0)"),
          std::string("channel 2: open failed: administratively prohibited: open failed")})
        state.read_line(line);
    CHECK(state.dead_target().cause ==
          "administratively prohibited (db:5432): permitopen of our key leaves it out");
    CHECK(state.dead_target().remedy ==
          "add permitopen=\"db:5432\" to the options of our key in /ak:3 there");
    state.read_line("channel 3: open failed: connect failed: Connection refused");
    CHECK(state.dead_target().cause == "Connection refused");
}

TEST_CASE("Explanation: a channel that is not opened for the session itself is no dead target")
{
    SessionTerms terms;
    terms.session = true;
    ClientState state(terms);
    for (const std::string& line :
         {reached.back(), let_in,
          std::string("debug1: channel 0: new session [client-session] (inactive timeout: 0)"),
          std::string("channel 0: open failed: connect failed: open failed"),
          std::string("Transferred: sent 1, received 2 bytes, in 0.1 seconds")})
        state.read_line(line);
    CHECK(state.dead_target().cause.empty());
    const Failure failure = state.failure(ExitStatus::exited(255), {});
    CHECK(failure.cause == "gw allows no session");
    CHECK(failure.remedy == "add -N for forwards alone; or let MaxSessions in its sshd_config allow one");
}

TEST_CASE("Explanation: each cause has one row, and the manual has it with its remedy, and no other")
{
    const std::filesystem::path here(__FILE__);
    const std::string page =
        autossh_test::read_file(here.parent_path() / "../../../man/autossh-diagnostics.7");
    const std::size_t begin = page.find(".Ss Causes and remedies");
    REQUIRE(begin != std::string::npos);
    const std::string part = page.substr(begin, page.find(".Ss ", begin + 1) - begin);
    std::set<Cause> seen;
    for (const ExplainedCause& row : explanations()) {
        CAPTURE(row.text);
        CAPTURE(row.remedy);
        CHECK(seen.insert(row.cause).second);
        CHECK(part.find("\n" + capitals(std::string(row.remedy)) + "\n") != std::string::npos);
        if (row.text != "{told}")
            CHECK(part.find(".It Li " + capitals(std::string(row.text)) + "\n") != std::string::npos);
        CHECK(row.remedy.find("StrictHostKeyChecking") == std::string_view::npos);
    }
    CHECK(seen.size() == static_cast<std::size_t>(Cause::bad_option) + 1);
    CHECK(autossh_test::occurrences(part, ".It Li ") == static_cast<int>(seen.size()));
}
