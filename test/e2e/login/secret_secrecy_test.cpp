// Manual, "Secrets": nowhere but in locked memory of ours, shown by looking wherever a secret could be.
#include "e2e/support/secrets.hpp"
#include "support/process/memory_search.hpp"
#include "support/process/pseudo_terminal.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>
#include <unistd.h>

#define SKIP_WITHOUT_ROOT() SKIP_UNLESS(getuid() == 0, "only root may look into a process that hides")

using namespace autossh_test;

namespace {

/// The end of a pipe that has a line in it.
class FilledPipe {
public:
    explicit FilledPipe(const std::string& line)
    {
        int ends[2];
        REQUIRE(pipe(ends) == 0);
        end_ = ends[0];
        const std::string text = line + "\n";
        REQUIRE(write(ends[1], text.data(), text.size()) == static_cast<ssize_t>(text.size()));
        close(ends[1]);
    }
    ~FilledPipe() { close(end_); }
    FilledPipe(const FilledPipe&) = delete;
    FilledPipe& operator=(const FilledPipe&) = delete;

    int end() const { return end_; }

private:
    int end_ = -1;
};

std::vector<std::string> all_files(const std::filesystem::path& directory)
{
    std::vector<std::string> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(directory))
        if (entry.is_regular_file())
            files.push_back(entry.path());
    return files;
}

/// Looks at whatever `process` shows of itself.
void check_outside(pid_t process, const std::string& secret)
{
    INFO(read_file(fmt::format("/proc/{}/cmdline", process)));
    CHECK_FALSE(environment_holds(process, secret));
    CHECK_FALSE(command_line_holds(process, secret));
}

/// Nothing that autossh writes has it, nor its memory, as far as that could get into a dump.
void check_autossh(pid_t autossh, const SecretTunnel& tunnel, const std::filesystem::path& temporary,
                   const std::string& secret)
{
    check_outside(autossh, secret);
    CHECK_FALSE(memory_holds(autossh, secret, Memory::dumpable));
    CHECK(tunnel.log().count(secret) == 0);
    for (const std::string& file : all_files(temporary))
        CHECK(read_file(file).find(secret) == std::string::npos);
}

void check_locked(pid_t autossh, const std::string& secret)
{
    CHECK(memory_holds(autossh, secret, Memory::all));  // so the search can find something
    if (!tested_autossh_has_address_sanitizer())
        CHECK(locked_bytes(autossh) >= 4096);
}

/// The askpass program that waits for an answer, or 0.
pid_t asker(const SecretTunnel& tunnel)
{
    for (const auto& entry : tunnel.process().family())
        if (entry.command.find("/autossh-askpass ") != std::string::npos)
            return entry.pid;
    return 0;
}

/// A command that waits for go_on() at each run, and prints what is in the file "phrase" then.
std::string patient_command(const Sshd& sshd)
{
    return script_file(sshd, "command",
                       fmt::format("until rm {0}/go 2>/dev/null; do sleep 0.02; done\ncat {0}/phrase\n",
                                   sshd.directory().string()));
}

void go_on(const Sshd& sshd)
{
    write_file(sshd.directory() / "go", "");
}

/// An autossh that may leave a core dump in a directory.
std::vector<std::string> with_dumps_in(const std::filesystem::path& directory)
{
    return {"sh", "-c", "cd \"$1\" && ulimit -c unlimited && shift && exec \"$@\"", "sh", directory};
}

bool dumps_come_to(const std::filesystem::path& directory)
{
    std::vector<std::string> words = with_dumps_in(directory);
    words.insert(words.end(), {"sleep", "600"});
    const Process sleeper({.arguments = words});
    wait_until([&] { return read_file(fmt::format("/proc/{}/comm", sleeper.pid())) == "sleep\n"; });
    sleeper.signal(SIGSEGV);
    return sleeper.wait_for_exit() == killed_by(SIGSEGV) && !std::filesystem::is_empty(directory);
}

}  // namespace

TEST_CASE("Secrecy: a secret that is kept and one that is asked for, at every stage")
{
    SKIP_WITHOUT_SSHD();
    SKIP_WITHOUT_ROOT();
    const std::string kept = new_marker();
    const std::string asked = new_marker();
    Sshd sshd;
    const std::string key = use_locked_key(sshd, "ed25519", asked);
    const std::string phrase = secret_file(sshd, asked, "phrase");
    const std::string rule = fmt::format("{}=command:{}", key, patient_command(sshd));
    const TemporaryDirectory temporary;
    Environment changes = default_times();
    changes["TMPDIR"] = temporary.path();
    const FilledPipe pipe(kept);
    const SecretTunnel tunnel(sshd, {"--secret-for", rule, "--secret-fd", std::to_string(pipe.end())},
                              {.changes = changes, .kept_descriptors = {pipe.end()}});
    const pid_t autossh = tunnel.process().pid();
    const auto look = [&](const std::string& stage) {
        INFO(stage);
        const pid_t helper = asker(tunnel);
        CHECK((helper != 0) == stage.starts_with("asking"));
        for (const std::string& secret : {kept, asked}) {
            check_autossh(autossh, tunnel, temporary.path(), secret);
            if (stage != "waiting")
                check_outside(tunnel.log().ssh_pid(), secret);
            if (helper != 0)
                check_outside(helper, secret);
        }
        CHECK_FALSE(memory_holds(autossh, asked, Memory::all));  // wiped, or not there yet
        if (helper != 0)
            CHECK_FALSE(memory_holds(helper, kept, Memory::all));
        check_locked(autossh, kept);
    };
    REQUIRE(wait_until([&] { return asker(tunnel) != 0; }));
    look("asking");
    go_on(sshd);
    REQUIRE(tunnel.comes_up());
    look("up");
    CHECK(process_table::send(tunnel.log().ssh_pid(), SIGKILL));
    REQUIRE(tunnel.log().wait_for("starting ssh (count 2)"));
    REQUIRE(wait_until([&] { return asker(tunnel) != 0; }));
    look("asking again");
    go_on(sshd);
    REQUIRE(tunnel.log().wait_for("]: up again "));
    look("up again");
    std::filesystem::remove(phrase);
    CHECK(process_table::send(tunnel.log().ssh_pid(), SIGKILL));
    go_on(sshd);
    REQUIRE(tunnel.log().wait_for("; trying again in 30 s\n"));
    look("waiting");
    CHECK(tunnel.end());
    CHECK(all_files(temporary.path()).empty());
    check_nothing_left(sshd);
}

TEST_CASE("Secrecy: a secret that was typed, also with -f")
{
    SKIP_WITHOUT_SSHD();
    SKIP_WITHOUT_ROOT();
    const bool in_background = GENERATE(false, true);
    const std::string typed = new_marker();
    Sshd sshd;
    use_locked_key(sshd, "ed25519", typed);
    const TemporaryDirectory temporary;
    const PseudoTerminal terminal;
    std::vector<std::string> options{"--secret-prompt"};
    if (in_background)
        options.push_back("-f");
    const SecretTunnel tunnel(sshd, options,
                              {.changes = {{"TMPDIR", temporary.path()}}, .terminal = terminal.path()});
    REQUIRE(terminal.wait_for_text("autossh: passphrase or password for ssh: "));
    CHECK_FALSE(terminal.modes().c_lflag & static_cast<tcflag_t>(ECHO));
    terminal.type(typed + "\r");
    for (const int times : {1, 2}) {
        REQUIRE((times == 1 ? tunnel.comes_up() : tunnel.comes_back()));
        const pid_t autossh = tunnel.log().autossh_pid();
        check_autossh(autossh, tunnel, temporary.path(), typed);
        check_outside(tunnel.log().ssh_pid(), typed);
        check_locked(autossh, typed);
    }
    CHECK(terminal.shown().find(typed) == std::string::npos);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrecy: a file's secret is not kept")
{
    SKIP_WITHOUT_SSHD();
    SKIP_WITHOUT_ROOT();
    const std::string secret = new_marker();
    Sshd sshd;
    use_locked_key(sshd, "ed25519", secret);
    const TemporaryDirectory temporary;
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, secret)},
                              {.changes = {{"TMPDIR", temporary.path()}}});
    for (const int times : {1, 2}) {
        REQUIRE((times == 1 ? tunnel.comes_up() : tunnel.comes_back()));
        const pid_t autossh = tunnel.process().pid();
        check_autossh(autossh, tunnel, temporary.path(), secret);
        CHECK_FALSE(memory_holds(autossh, secret, Memory::all));
        CHECK(locked_bytes(autossh) == 0);
        check_outside(tunnel.log().ssh_pid(), secret);
    }
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrecy: an autossh that crashes leaves no core dump")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(!tested_autossh_has_address_sanitizer(),
                "AddressSanitizer's memory is too large to be dumped");
    const TemporaryDirectory open;
    SKIP_UNLESS(dumps_come_to(open.path()), "core dumps do not go to the working directory here");
    const std::string secret = new_marker();
    Sshd sshd;
    use_locked_key(sshd, "ed25519", secret);
    const TemporaryDirectory dumps;
    const TemporaryDirectory temporary;
    const FilledPipe pipe(secret);
    const SecretTunnel tunnel(sshd, {"--secret-fd", std::to_string(pipe.end())},
                              {.arguments = with_dumps_in(dumps.path()),
                               .changes = {{"TMPDIR", temporary.path()}},
                               .kept_descriptors = {pipe.end()}});
    REQUIRE(tunnel.comes_up());
    CHECK(process_table::send(tunnel.log().ssh_pid(), SIGSTOP));  // it must not end of itself meanwhile
    tunnel.process().signal(SIGSEGV);
    CHECK(tunnel.process().wait_for_exit() == killed_by(SIGSEGV));
    CHECK(std::filesystem::is_empty(dumps.path()));
    for (const std::string& file : all_files(temporary.path()))
        CHECK(read_file(file).find(secret) == std::string::npos);
    process_table::send(tunnel.log().ssh_pid(), SIGKILL);
    check_nothing_left(sshd);
}
