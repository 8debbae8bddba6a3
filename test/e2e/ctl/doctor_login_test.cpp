// autosshctl(1), "Doctor": what a log-in shows of the server's side, and words that are wrong.
#include "e2e/ctl/doctor_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

std::vector<std::string> remote_to(int port, const std::string& bind = "127.0.0.1")
{
    return {"-R", fmt::format("{}:{}:127.0.0.1:9", bind, port)};
}

}  // namespace

TEST_CASE("Doctor, --login: a server that forbids forwards, a key that does, and a port that is taken")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const DoctorLab lab(sshd);
    const auto asked = [&](const std::vector<std::string>& words) {
        return lab.examined(words, {"--login"});
    };
    sshd.configure_server("ClientAliveInterval 15");
    const int port = free_port_pair();
    CHECK(asked(remote_to(port)).status == 0);

    const Server holder;
    const Diagnosis taken = asked(remote_to(holder.port()));
    INFO(taken.text);
    CHECK(taken.status == 2);
    CHECK(taken.has(": it is in use"));
    CHECK(taken.has(fmt::format("ss -ltnp sport = :{}", holder.port())));

    const std::string keys = sshd.directory() / "user_key.pub";
    const std::string key = read_file(keys);
    write_file(keys, "restrict " + key);
    const Diagnosis restricted = asked(remote_to(port));
    CHECK(restricted.status == 2);
    CHECK(restricted.has("our key may not forward"));
    CHECK(restricted.has("add port-forwarding to the options of our key in "));
    write_file(keys, fmt::format("restrict,port-forwarding,permitlisten=\"127.0.0.1:{}\" {}", port, key));
    CHECK(asked(remote_to(port)).status == 0);
    CHECK(asked(remote_to(free_port_pair())).has("permitlisten"));
    write_file(keys, key);

    sshd.configure_server("AllowTcpForwarding local");
    const Diagnosis forbidden = asked(remote_to(port));
    CHECK(forbidden.status == 2);
    CHECK(forbidden.has("AllowTcpForwarding is local there"));

    // Of -L, the configuration for our account alone tells.
    const std::string file = sshd.directory() / "match.conf";
    write_file(file, "Match User *\nAllowTcpForwarding no\n");
    sshd.configure_server("Include " + file);
    const Diagnosis matched = asked({"-L", fmt::format("127.0.0.1:{}:127.0.0.1:9", port)});
    INFO(matched.text);
    CHECK(matched.status == 2);
    CHECK(matched.has("AllowTcpForwarding is no there"));
}

TEST_CASE("Doctor, --login: a session that holds the port is named, and ended by the remedy")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("ClientAliveInterval 15");
    const DoctorLab lab(sshd);
    const auto words = remote_to(free_port_pair());
    const Process stale(
        {.arguments = {"ssh", "-N", "-F", sshd.client_config(), words[0], words[1], "server"}});
    // The one here is a rival; the one there is what a dead connection leaves behind.
    CHECK(wait_until(
        [&] { return lab.examined(words, {"--login"}).has("(by a session, whose sshd has pid "); }));
    stale.signal(SIGSTOP);
    const std::string remedy =
        lab.examined(words, {"--login"}).remedy_of("(by a session, whose sshd has pid ");
    INFO(remedy);
    run({"sh", "-c", remedy.substr(0, remedy.find(" there"))});
    stale.signal(SIGKILL);
    CHECK(wait_until([&] { return lab.examined(words, {"--login"}).status == 0; }));
}

TEST_CASE("Doctor, --login: words of the user's own that would hide the log-in, or lend it")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("ClientAliveInterval 15");
    const DoctorLab lab(sshd);
    const std::string shared = lab.place() / "shared";
    for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
             {"-q"}, {"-o", "LogLevel=QUIET"}, {"-E", lab.place() / "e"}, {"-S", shared}}) {
        const Diagnosis found = lab.examined(words, {"--login"});
        INFO(found.text << found.errors);
        CHECK(found.has("  logged in to "));
        CHECK(!std::filesystem::exists(shared));
    }
}

TEST_CASE("Doctor, --login: GatewayPorts and ClientAliveInterval of the server, as its sshd has them")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const DoctorLab lab(sshd);
    const Diagnosis before = lab.examined(remote_to(free_port_pair(), "0.0.0.0"));
    CHECK(before.status == 1);
    CHECK(before.has("the server listens on 127.0.0.1 alone, and ssh does not say so"));
    const auto asked = [&] { return lab.examined(remote_to(free_port_pair(), "0.0.0.0"), {"--login"}); };
    const Diagnosis bare = asked();
    INFO(bare.text);
    CHECK(bare.status == 1);
    CHECK(bare.has("GatewayPorts is no there"));
    CHECK(bare.has("ClientAliveInterval is 0 there"));
    sshd.configure_server("GatewayPorts clientspecified\nClientAliveInterval 15");
    CHECK(asked().status == 0);
}

TEST_CASE(
    "Doctor, --login: no command is run where our key has one, and a log-in that is refused is explained")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string keys = sshd.directory() / "user_key.pub";
    const std::string key = read_file(keys);
    const std::string mark = lab.place() / "ran";
    write_file(keys, fmt::format("command=\"touch {}\" {}", mark, key));
    const Diagnosis forced = lab.examined(remote_to(free_port_pair()), {"--login"});
    INFO(forced.text);
    CHECK(forced.has("the server grants -R "));
    CHECK(!std::filesystem::exists(mark));

    write_file(keys, "");
    const Diagnosis refused = lab.examined({}, {"--login"});
    CHECK(refused.status == 2);
    CHECK(refused.has("does not accept the key "));
    CHECK(refused.has("ssh-copy-id -i "));
}

TEST_CASE("Doctor: words and files that are wrong")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    CHECK(lab.doctor({"--"}).status == 64);
    CHECK(lab.doctor({"db", "--", "autossh", "x"}).status == 64);
    CHECK(lab.doctor({"--wide"}).status == 64);
    const Diagnosis other = lab.doctor({"--", "ssh", "x"});
    CHECK(other.status == 64);
    CHECK(other.errors.find("a command line of autossh is expected, not \"ssh\"") != std::string::npos);
    const Diagnosis mistyped = lab.doctor({"--", "autossh", "--pol", "3", "x"});
    CHECK(mistyped.status == 64);
    CHECK(mistyped.errors.find("did you mean --poll?") != std::string::npos);
    CHECK(lab.doctor({"-D", "nobody-of-that-name"}).status == 69);
    const std::string file = lab.fleet_file("[tunnel.db]\n");
    CHECK(lab.doctor({file, "dc"}).status == 4);
    const Diagnosis mistaken = lab.doctor({lab.fleet_file("[tunnel.db]\nlokal = 3\n")});
    CHECK(mistaken.status == 65);
    CHECK(mistaken.text.empty());
    CHECK(mistaken.errors.find("unknown key \"lokal\"") != std::string::npos);
    CHECK(lab.doctor({"--json", (lab.place() / "none.toml").string()}).text ==
          "{\"v\":1,\"grade\":null,\"findings\":[]}\n");
}

TEST_CASE("Doctor: autossh --doctor is autosshctl, or says that it is missing")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    ProcessOptions options = lab.autossh({});
    options.arguments.insert(options.arguments.begin() + 1, "--doctor");
    options.changes["PATH"] = lab.place().place();
    const std::filesystem::path alone = lab.place() / "autossh";
    std::filesystem::copy_file(tested_autossh(), alone);
    options.program = alone;
    const Process without(options);
    CHECK(without.wait_for_exit() == exited(127));
    CHECK(without.errors().find("autosshctl, which is neither beside autossh nor in PATH") !=
          std::string::npos);
    std::filesystem::create_symlink(tested_autosshctl(), lab.place() / "autosshctl");
    const Process beside(options);
    CHECK(beside.wait_for_exit() == exited(0));
    CHECK(beside.output().find("ok    server  ssh ") != std::string::npos);
}
