// autosshctl(1), "Doctor": each fault is seeded, found, and gone when its remedy has been carried out.
#include "e2e/ctl/doctor_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/newer_sshd.hpp"
#include "e2e/support/server.hpp"
#include "support/catch.hpp"
#include "support/machine/ports.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <filesystem>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// As a person types it.
void type_in(const std::string& remedy)
{
    run({"sh", "-c", remedy});
}

void check_all_ok(const Diagnosis& diagnosis)
{
    INFO(diagnosis.text << diagnosis.errors);
    CHECK(diagnosis.status == 0);
    CHECK(diagnosis.lines("FAIL").empty());
    CHECK(diagnosis.lines("warn").empty());
    CHECK(!diagnosis.lines("ok").empty());
    CHECK(diagnosis.errors.empty());
}

void check_fails(const Diagnosis& diagnosis, const std::string& words)
{
    INFO(diagnosis.text << diagnosis.errors);
    CHECK(diagnosis.status == 2);
    CHECK(diagnosis.has(words));
    CHECK(diagnosis.lines("FAIL").size() == 1);
    CHECK(diagnosis.text.starts_with("FAIL  "));
}

}  // namespace

TEST_CASE("Doctor: tunnels that are all right give only ok, without a daemon")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("ClientAliveInterval 15");
    const DoctorLab lab(sshd);
    const std::string file =
        lab.fleet_file(fmt::format("[tunnel.db]\nlocal = [\"127.0.0.1:{}:127.0.0.1:9\"]\n"
                                   "[tunnel.web]\nremote = [\"127.0.0.1:{}:127.0.0.1:9\"]\n",
                                   free_port_pair(), free_port_pair()));
    const Diagnosis both = lab.doctor({file});
    check_all_ok(both);
    CHECK(both.has("db,web  ssh "));
    check_all_ok(lab.doctor({file, "web"}));
    const Diagnosis with_login = lab.doctor({"--login", file});
    check_all_ok(with_login);
    CHECK(with_login.has("  logged in to "));
    CHECK(with_login.has("  the server grants -R "));
    CHECK(with_login.has("  its configuration allows what the tunnel wants"));
    check_all_ok(lab.examined({"-L", fmt::format("{}:127.0.0.1:9", free_port_pair())}));
    CHECK(lab.doctor({"--json", file})
              .text.starts_with("{\"v\":1,\"grade\":\"ok\",\"findings\":[{\"grade\":\"ok\","));
}

TEST_CASE("Doctor: a key that cannot be used, until it can")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string key = sshd.directory() / "user_key";

    ::chmod(key.c_str(), 0644);
    const Diagnosis open = lab.examined({});
    check_fails(open, "others may read " + key);
    type_in(open.remedy_of("others may read"));
    check_all_ok(lab.examined({}));

    std::filesystem::rename(key, key + ".away");
    check_fails(lab.examined({}), key + ": No such file or directory");
    std::filesystem::rename(key + ".away", key);
    check_all_ok(lab.examined({}));

    run({"ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", key});
    check_fails(lab.examined({}), "needs a passphrase, and nobody can be asked");
    run({"ssh-keygen", "-q", "-p", "-P", "secret", "-N", "", "-f", key});
    check_all_ok(lab.examined({}));

    const std::string authority = sshd.directory() / "authority";
    run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", authority});
    run({"ssh-keygen", "-q", "-s", authority, "-I", "me", "-V", "-2d:-1d", key + ".pub"});
    check_fails(lab.examined({}), "the certificate " + key + "-cert.pub ran out at ");
    run({"ssh-keygen", "-q", "-s", authority, "-I", "me", "-V", "-1d:+52w", key + ".pub"});
    CHECK(lab.examined({}).has("-cert.pub is valid"));
}

TEST_CASE("Doctor: a server that is not known, away, or none")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string known_hosts = sshd.directory() / "known_hosts";
    const std::string text = read_file(known_hosts);
    write_file(known_hosts, "");
    check_fails(lab.examined({}), "the host key of server is not known");
    write_file(known_hosts, text);
    check_all_ok(lab.examined({}));

    sshd.stop();
    check_fails(lab.examined({}), "connection refused by " + sshd.address());
    sshd.start();
    check_all_ok(lab.examined({}));

    check_fails(lab.examined({"-o", "HostName=no.such.name.invalid"}), "no.such.name.invalid");
    const Server closing(Server::Manner::closes);
    const auto port_of = [](const Server& server) {
        return std::vector<std::string>{"-o", fmt::format("Port={}", server.port())};
    };
    const Diagnosis closed = lab.examined(port_of(closing));
    check_fails(closed, "closes the connection before its greeting: a ban, or too many log-ins");
    CHECK(closed.has("MaxStartups"));
    const Server no_sshd(Server::Manner::banner);
    check_fails(lab.examined(port_of(no_sshd)), "no sshd answers at ");
    const Server echo(Server::Manner::echo);
    check_fails(lab.examined(port_of(echo)), "no sshd answers at ");
    const Server silent(Server::Manner::silent);
    const Diagnosis hangs = lab.examined(port_of(silent));
    check_fails(hangs, " takes the connection, and says nothing");
    CHECK(hangs.remedy_of("says nothing").find("its sshd or all of it hangs") != std::string::npos);
}

TEST_CASE("Doctor: an ssh that is not there, and a configuration with a mistake")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    DoctorLab lab(sshd);
    lab.place().changes["AUTOSSH_PATH"] = "/no/such/ssh";
    check_fails(lab.examined({}), "there is no program /no/such/ssh");
    lab.place().changes.clear();
    sshd.configure_client("Fortyseven 47");
    const Diagnosis mistaken = lab.examined({});
    check_fails(mistaken, sshd.client_config().string() + ": line 2: Bad configuration option: fortyseven");
    type_in(fmt::format("sed -i 2d {}", sshd.client_config().string()));
    check_all_ok(lab.examined({}));
}

TEST_CASE("Doctor: a local place that something else has, until it lets go")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string forward = [&] {
        const Server holder;
        std::string words = fmt::format("{}:127.0.0.1:9", holder.port());
        check_fails(lab.examined({"-L", words}),
                    fmt::format("-L {}: it is in use by pid {} (", holder.port(), ::getpid()));
        return words;
    }();
    check_all_ok(lab.examined({"-L", forward}));

    const std::string path = lab.place() / "s";
    write_file(path, "");
    const Diagnosis stale = lab.examined({"-L", path + ":127.0.0.1:9"});
    check_fails(stale, path + " is there already");
    const std::string remedy = stale.remedy_of("is there already");
    type_in(remedy.substr(0, remedy.find(',')));
    check_all_ok(lab.examined({"-L", path + ":127.0.0.1:9"}));
    check_fails(lab.examined({"-L", (lab.place() / "none/s").string() + ":127.0.0.1:9"}),
                "no socket can be made at ");
}

TEST_CASE("Doctor: 50 tunnels to one server cost one connection")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const Server server(Server::Manner::half_an_sshd);
    std::string tunnels;
    for (int i = 0; i < 50; ++i)
        tunnels += fmt::format("[tunnel.t{}]\noptions = [\"-F\", \"{}\", \"-p\", \"{}\"]\n", i,
                               sshd.client_config().string(), server.port());
    const Diagnosis found = lab.doctor({lab.fleet_file(tunnels)});
    check_all_ok(found);
    CHECK(found.has("t0,t1,t2,+47  server "));
    CHECK(server.connections() == 1);
}

TEST_CASE("Doctor: what a fleet that runs knows of its tunnels, and a file that has changed since")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string good =
        fmt::format("[tunnel.db]\nlocal = [\"127.0.0.1:{}:127.0.0.1:9\"]\n", free_port_pair());
    const std::string file =
        lab.fleet_file(good + "[tunnel.nokey]\noptions = [\"-F\", \"" + sshd.client_config().string() +
                       "\", \"-o\", \"PubkeyAuthentication=no\"]\n[tunnel.off]\nenabled = false\n");
    const Process fleet(lab.fleet(file));
    const std::string pid = std::to_string(fleet.pid());
    CHECK(wait_until([&] { return lab.doctor({"-D", pid, "db"}).status == 0; }));
    const Diagnosis db = lab.doctor({"-D", pid, "db"});
    check_all_ok(db);
    CHECK(db.has("  it is up\n"));
    CHECK(db.has(": a tunnel is up to it\n"));
    CHECK(db.has(" is ours\n"));
    CHECK(wait_until([&] { return lab.doctor({"-D", pid, "nokey"}).has("FAIL  nokey  state "); }));
    const Diagnosis all = lab.doctor({"-D", pid});
    INFO(all.text);
    CHECK(all.has("  stopped: not enabled\n"));
    CHECK(!all.has("off,"));
    lab.fleet_file(good);
    const Diagnosis changed = lab.doctor({"-D", pid, "db"});
    CHECK(changed.status == 1);
    CHECK(changed.remedy_of("has read its file before it changed") == "autosshctl reload");
    lab.fleet_file("[tunnel.db]\nlokal = 3\n");
    const Diagnosis mistaken = lab.doctor({"-D", pid, "db"});
    CHECK(mistaken.status == 2);
    CHECK(mistaken.has("lab.toml:5:1: error: unknown key \"lokal\""));
    fleet.signal(SIGTERM);
    CHECK(fleet.wait_for_exit());
}

TEST_CASE("Doctor: a command line that runs already is that one, and another with its forward is a rival")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::vector<std::string> words{"-R", fmt::format("127.0.0.1:{}:127.0.0.1:9", free_port_pair())};
    check_all_ok(lab.examined(words));
    const Process autossh(lab.autossh(words));
    CHECK(wait_until([&] { return lab.examined(words).has("  it is up\n"); }));
    check_all_ok(lab.examined(words));
    const std::vector<std::string> others{"-v", words[0], words[1]};
    CHECK(wait_until([&] { return lab.examined(others).status == 2; }));
    check_fails(lab.examined(others), fmt::format("another autossh (pid {}) has port ", autossh.pid()));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit());
    check_all_ok(lab.examined(words));

    const Process ssh({.arguments = {"ssh", "-N", "-F", sshd.client_config(), words[0], words[1], "server"}});
    CHECK(wait_until([&] { return lab.examined(words).status == 2; }));
    check_fails(lab.examined(words), fmt::format("another ssh (pid {}) has port ", ssh.pid()));
}

TEST_CASE("Doctor: of another user's autossh the state alone is examined, and nothing that it names is run")
{
    SKIP_UNLESS(geteuid() == 0, "only root sees another user's");
    const CtlLab lab;
    ::chmod(lab.place().c_str(), 0755);
    write_file(lab / "ssh", "#!/bin/sh\n[ \"$(id -u)\" -ne 0 ] || echo >>" + (lab / "run").string() +
                                "\ncase \" $* \" in *' -V '* | *' -G '*) exec ssh \"$@\" ;; esac\n"
                                "exec sleep 600\n");
    ::chmod((lab / "ssh").c_str(), 0755);
    write_file(lab / "play", R"(
mount -t tmpfs -o mode=755 run /run && mkdir -p -m 755 /run/autossh && mkdir -m 700 /run/autossh/x &&
    chown 65534:65534 /run/autossh/x || exit 77
RUNTIME_DIRECTORY=/run/autossh/x setpriv --reuid=65534 --regid=65534 --clear-groups "$1" -M 0 -N 192.0.2.1 &
pid=$!
i=0
while [ $i -lt 200 ]; do
    told=$("$2" -D $pid doctor 2>&1)
    case $told in *"another user's"*) break ;; esac
    kill -0 $pid || exit 77 # it may not run what we have built
    sleep 0.1
    i=$((i + 1))
done
echo "$pid"
echo "$told"
kill $pid
wait $pid
exit 0
)");
    ProcessOptions options;
    options.arguments = {"unshare", "-m", "sh", lab / "play", tested_autossh(), tested_autosshctl()};
    options.changes = {{"AUTOSSH_PATH", lab / "ssh"}};
    const Process play(options);
    const auto end = play.wait_for_exit();
    SKIP_UNLESS(end != exited(77) && end != exited(1),
                "namespaces are not permitted, or nobody may not run autossh");
    const std::string told = play.output();
    INFO(told << play.errors());
    const std::string pid = told.substr(0, told.find('\n'));
    CHECK(told.find("(pid " + pid + ") is another user's: its state alone is examined\n") !=
          std::string::npos);
    CHECK(told.find("sudo -u '#65534' autosshctl doctor\n") != std::string::npos);
    CHECK_FALSE(std::filesystem::exists(lab / "run"));
}

TEST_CASE("Doctor: it is no trouble to a newer sshd, and tells when that shuts us out")
{
    SKIP_WITHOUT_NEWER_SSHD();
    const NewerSshd sshd;
    const DoctorLab lab(sshd);
    for (int i = 0; i < 8; ++i)
        check_all_ok(lab.examined({}));
    CHECK(!sshd.has_shut_us_out());
    CHECK(wait_until([&] {
        exchange(sshd.port(), "SSH-2.0-nobody\r\n", std::chrono::milliseconds(200));
        return sshd.has_shut_us_out();
    }));
    check_fails(lab.examined({}), "shuts out this address for a while (Not allowed at this time)");
}
