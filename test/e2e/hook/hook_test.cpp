// autossh-fleet(5), "Hooks", with the real ssh and sshd: who is called, with what, and that no tunnel minds.
#include "e2e/hook/hook_lab.hpp"
#include "e2e/support/secrets.hpp"
#include "support/machine/ports.hpp"
#include "support/process/memory_search.hpp"
#include "support/skip.hpp"

#include <csignal>
#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

std::string hook_table(const std::string& program, const std::string& events, const std::string& more = {})
{
    return fmt::format("[[hook]]\nrun = [\"./{}\"]\non = [{}]\nbatch = 0\n{}", program, events, more);
}

/// The pid that a hook has written there.
pid_t noted_pid(const HookLab& lab, const std::string& name)
{
    wait_until([&] { return lab.file(name).ends_with('\n'); });
    const std::string text = lab.file(name);
    return text.empty() ? 0 : static_cast<pid_t>(std::stol(text));
}

void end(const Process& autossh, Sshd& sshd)
{
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    check_nothing_left(sshd);
}

}  // namespace

TEST_CASE("Hooks: a program is told that a tunnel is down and back, and which port it has on the server")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const HookLab lab(sshd, hook_table("note", R"("up", "down", "recovered", "port-allocated", "reload")") +
                                "[tunnel.a]\nremote = { web = \"0:localhost:9\" }\n");
    const Process autossh(lab.folder().options());
    REQUIRE(lab.called("up|a|up|"));
    CHECK(lab.called("port-allocated|a|"));
    CHECK(lab.calls().find("\"forward\":{\"name\":\"web\",\"kind\":\"R\"") != std::string::npos);
    lab.kill_ssh_of("a");
    REQUIRE(lab.called("recovered|a|up||"));
    const std::string calls = lab.calls();
    const std::size_t down = calls.find("\ndown|a|waiting|ssh was killed by signal 9||");
    CHECK(down != std::string::npos);
    CHECK(down < calls.find("\nrecovered|a|"));
    CHECK(calls.find("{\"v\":1,\"event\":\"down\",\"fleet\":\"lab\",\"at\":\"", down) != std::string::npos);
    CHECK(calls.find("\"tunnel\":\"a\",\"state\":\"waiting\",\"before\":\"stopping\",\"health\":\"down\","
                     "\"class\":null,\"cause\":\"ssh was killed by signal 9\",\"remedy\":null,\"since\":\"",
                     down) != std::string::npos);
    CHECK(occurrences(calls, "up|a|up|") == 1);  // what is told as recovered is not told as up
    CHECK(lab.folder().wait_for(": hook note called: down of a\n"));
    CHECK(lab.folder().count(": hook note called: down of a\n") == 1);
    autossh.signal(SIGHUP);
    CHECK(lab.called("reload||reloaded|asked for by SIGHUP: nothing has changed|"));
    end(autossh, sshd);
}

TEST_CASE("Hooks: 50 tunnels of one server that go down at once are one call")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.configure_server("MaxStartups 100\n");
    std::string text = "[[hook]]\nrun = [\"./note\"]\non = [\"down\", \"recovered\"]\n";
    for (int i = 0; i < 50; ++i)
        text += fmt::format("[tunnel.t{:02}]\n", i);
    const HookLab lab(sshd, text);
    const Process autossh(lab.folder().options());
    REQUIRE(lab.folder().wait_for(": up: ", 50, generous * 4));
    sshd.stop();
    REQUIRE(lab.called("fleet-down|t"));
    const std::string calls = lab.calls();
    CHECK(occurrences(calls, "\n") == 1);
    CHECK(occurrences(calls, "{\"at\":") == 50);
    for (const char* const name : {"t00", "t27", "t49"})
        CHECK(occurrences(calls, fmt::format("\"tunnel\":\"{}\"", name)) == 1);
    CHECK(lab.folder().wait_for("hook note called: fleet-down of 50 tunnels\n"));
    CHECK(lab.folder().count("hook note called: fleet-down of 50 tunnels\n") == 1);
    end(autossh, sshd);
}

TEST_CASE("Hooks: what hangs, fails, floods, forks or dies is ended, counted and logged, and no tunnel minds")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string on = "\"down\"";
    const HookLab lab(sshd, hook_table("hangs", on, "timeout = \"1s\"\n") + hook_table("fails", on) +
                                hook_table("floods", on) + hook_table("forks", on) + hook_table("dies", on) +
                                hook_table("deaf", on) + hook_table("gone", on) + hook_table("bare", on) +
                                "[tunnel.a]\n[tunnel.other]\n");
    lab.hook("hangs", "trap '' TERM\necho $$ >hanging\nwhile :; do sleep 1000; done\n");
    lab.hook("fails", "echo 'no such list' >&2\nexit 3\n");
    lab.hook("floods", "head -c 100000000 /dev/zero | tr '\\0' x\necho >flooded\n");
    lab.hook("forks", "(trap '' TERM; while :; do sleep 1000; done) &\necho $! >forked\n");
    lab.hook("dies", "kill -9 $$\n");
    lab.hook("deaf", "exec <&-\necho >was_deaf\n");
    lab.hook("gone", "exit 0\n");
    lab.hook("bare", "exit 0\n");
    const Process autossh(lab.folder().options());
    REQUIRE(lab.folder().wait_for("]: a: up: "));
    REQUIRE(lab.folder().wait_for("]: other: up: "));
    ::chmod((lab.folder() / "gone").c_str(), 0600);
    write_file(lab.folder() / "bare", "#!/no/such/shell\n");
    lab.kill_ssh_of("a");
    CHECK(lab.folder().wait_for("]: a: up again after "));
    const FleetFolder& log = lab.folder();
    CHECK(log.wait_for("hook hangs failed (down of a): it had not ended within 1 s, and was ended; "));
    CHECK(log.wait_for("hook fails: no such list\n"));
    CHECK(log.wait_for("hook fails failed (down of a): exit status 3\n"));
    CHECK(log.wait_for("hook dies failed (down of a): signal 9\n"));
    CHECK(log.wait_for("hook floods: 99999500 bytes more of its output are not logged\n"));
    CHECK(log.wait_for("hook gone failed (down of a): it cannot be run: "));
    CHECK(log.wait_for("/bare: there is no program that its first line names; mend that, nobody is told "));
    CHECK(lab.comes("flooded", "\n"));
    CHECK(lab.comes("was_deaf", "\n"));
    for (const char* const name : {"hanging", "forked"}) {
        const pid_t left = noted_pid(lab, name);
        CHECK(wait_until([&] { return left > 0 && ::kill(left, 0) != 0; }));
    }
    // A second failure is not told again, and the one that works again is.
    lab.hook("fails", "exit 0\n");
    ::chmod((lab.folder() / "gone").c_str(), 0700);
    lab.kill_ssh_of("a");
    CHECK(log.wait_for("hook fails works again, after 1 failed call\n"));
    CHECK(log.wait_for("hook gone works again, after 1 failed call\n"));
    CHECK(log.count("hook dies failed ") == 1);
    CHECK(log.count("]: other: starting ssh (count ") == 1);
    end(autossh, sshd);
}

TEST_CASE("Hooks: a hook has no secret of a tunnel, no variable for secrets and no descriptor")
{
    SKIP_WITHOUT_SSHD();
    const std::string secret = new_marker();
    Sshd sshd;
    use_locked_key(sshd, "ed25519", secret);
    const std::string file = secret_file(sshd, secret, "phrase");
    const HookLab lab(sshd, hook_table("looks", "\"up\"", "timeout = \"1h\"\n") +
                                fmt::format("[tunnel.locked]\nsecret-file = \"{}\"\n", file));
    lab.hook("looks", "{ env; cat /proc/$PPID/environ; cat /proc/$PPID/cmdline; cat; } >seen 2>/dev/null\n"
                      "ls -l /proc/$$/fd >descriptors\necho $$ >looking\nsleep 1000\n");
    ProcessOptions options = lab.folder().options();
    options.changes = {{"AUTOSSH_SECRET_COMMAND", "print-it"},
                       {"SSH_ASKPASS", "/bin/asker"},
                       {"CREDENTIALS_DIRECTORY", "/run/credentials/x"},
                       {"AUTOSSH_LOOKS_FOR", "this"}};
    const int kept = ::open((lab.folder() / "kept").c_str(), O_RDWR | O_CREAT, 0600);
    options.kept_descriptors = {kept};
    const Process autossh(options);
    ::close(kept);
    REQUIRE(lab.folder().wait_for("]: locked: up: "));
    const pid_t looking = noted_pid(lab, "looking");
    REQUIRE(looking > 0);
    const std::string seen = lab.file("seen");
    CHECK(seen.find(secret) == std::string::npos);
    const std::string environment = read_file(fmt::format("/proc/{}/environ", looking));
    CHECK(environment.find("AUTOSSH_EVENT=up") != std::string::npos);
    CHECK(environment.find("AUTOSSH_LOOKS_FOR=this") != std::string::npos);
    for (const char* const variable : {"AUTOSSH_SECRET", "ASKPASS", "CREDENTIALS_DIRECTORY"})
        CHECK(environment.find(variable) == std::string::npos);
    CHECK_FALSE(memory_holds(looking, secret, Memory::all));
    // The shell has its script open, and a copy of a stream that it puts elsewhere.
    const std::string descriptors = lab.file("descriptors");
    INFO(descriptors);
    CHECK(occurrences(descriptors, " -> ") <= 5);
    CHECK(descriptors.find("/kept") == std::string::npos);
    CHECK(descriptors.find("socket:") == std::string::npos);
    CHECK(descriptors.find("eventpoll") == std::string::npos);
    autossh.signal(SIGTERM);
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit().has_value());
    check_nothing_left(sshd);
}

TEST_CASE("Hooks: that the last tunnel was given up is told before autossh ends")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const HookLab lab(sshd,
                      hook_table("note", R"("gave-up", "needs-person")", "after = \"1h\"\n") +
                          fmt::format("[tunnel.a]\nexit-on = [\"authentication-refused\"]\n"
                                      "options = [\"-F\", \"{}\", \"-o\", \"PubkeyAuthentication=no\"]\n",
                                      sshd.client_config().string()));
    const Process autossh(lab.folder().options());
    CHECK(autossh.wait_for_exit().has_value());
    CHECK(occurrences(lab.calls(), "\n") == 1);
    CHECK(lab.calls().starts_with("gave-up|a|gave-up|"));
    check_nothing_left(sshd);
}

TEST_CASE("Hooks: the end of autossh leaves no hook behind, and a second signal does not wait for one")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const HookLab lab(sshd, hook_table("hangs", "\"up\"", "timeout = \"1h\"\n") + "[tunnel.a]\n");
    lab.hook("hangs", "echo $$ >hanging\nsleep 1000\n");
    const Process autossh(lab.folder().options());
    REQUIRE(noted_pid(lab, "hanging") > 0);
    autossh.signal(SIGTERM);
    CHECK(lab.folder().wait_for("]: a: received signal to exit (15)"));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit().has_value());
    CHECK(lab.folder().count(
              "hook hangs failed (up of a): it had not ended, and was ended, as autossh ends\n") == 1);
    check_nothing_left(sshd);
}

TEST_CASE("Hooks: a hook that cannot be run is told with its place, before anything is started")
{
    const FleetFolder folder("[[hook]]\nrun = [\"./nothing\"]\non = [\"down\"]\n[tunnel.a]\n");
    const Process autossh(folder.options());
    CHECK(autossh.wait_for_exit() == exited(65));
    CHECK(autossh.errors().find("lab.toml:2:7: error: run: ") != std::string::npos);
    CHECK(autossh.errors().find("./nothing cannot be run: No such file or directory\n") != std::string::npos);
    CHECK(folder.count("starting ssh") == 0);
}

TEST_CASE("Hooks: a reload takes over another hook, and starts nothing anew")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const HookLab lab(sshd, "[tunnel.a]\n");
    const Process autossh(lab.folder().options());
    REQUIRE(lab.folder().wait_for("]: a: up: "));
    lab.write(hook_table("note", "\"down\"") + "[tunnel.a]\n");
    autossh.signal(SIGHUP);
    CHECK(lab.folder().wait_for("reloaded, asked for by SIGHUP: 1 labels\n"));
    CHECK(lab.folder().count("starting ssh (count ") == 1);
    lab.kill_ssh_of("a");
    CHECK(lab.called("down|a|"));
    end(autossh, sshd);
}
