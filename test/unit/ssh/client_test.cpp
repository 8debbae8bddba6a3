#include "autossh/ssh/client.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/system/spawn.hpp"
#include "autossh/tunnel/prepare.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/sanitizer.hpp"
#include "support/skip.hpp"

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fcntl.h>
#include <fmt/core.h>
#include <sys/resource.h>
#include <sys/wait.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace fs = std::filesystem;

namespace {

constexpr const char* real_ssh = "/usr/bin/ssh";
constexpr const char* good_answer =
    "echo user u; echo hostname h; echo port 22; echo serveraliveinterval 0; echo serveralivecountmax 3";

bool no_child_left()
{
    return ::waitpid(-1, nullptr, WNOHANG) == -1 && errno == ECHILD;
}

std::size_t open_descriptors()
{
    const fs::directory_iterator all("/proc/self/fd");
    return static_cast<std::size_t>(std::distance(begin(all), end(all)));
}

/// What whoever runs the tests has left open for every program.
int descriptors_of_others()
{
    int count = 0;
    for (const auto& entry : fs::directory_iterator("/proc/self/fd")) {
        const int fd = std::stoi(entry.path().filename());
        const int flags = ::fcntl(fd, F_GETFD);
        count += fd > STDERR_FILENO && flags >= 0 && (flags & FD_CLOEXEC) == 0 ? 1 : 0;
    }
    return count;
}

Answer ask(const Command& ssh, Duration limit = patience)
{
    const InheritedSignals inherited;
    boost::asio::io_context io{1};
    bool changed = true;  // the first look needs no event
    Reaper reaper(io.get_executor());
#ifdef __linux__
    ::prctl(PR_SET_CHILD_SUBREAPER, 0);  // what a script leaves behind does not come to us
#endif
    Inquiry inquiry(
        {io.get_executor(), inherited, reaper}, ssh, [&] { changed = true; }, limit);
    std::optional<Answer> answered;
    while (!answered) {
        if (std::exchange(changed, false))
            answered = inquiry.take();
        else if (io.run_one() == 0)
            FAIL("nothing to wait for");
    }
    CHECK_FALSE(inquiry.take());
    CHECK(no_child_left());
    return *answered;
}

/// A shell script as ssh.
struct Script {
    explicit Script(const std::string& text)
    {
        write_file(path, "#!/bin/sh\n" + text + "\n");
        fs::permissions(path, fs::perms::owner_all);
    }
    Command command(const std::vector<std::string>& words = {"h"}) const
    {
        Command command{path, {"an ssh"}};
        command.arguments.insert(command.arguments.end(), words.begin(), words.end());
        return command;
    }

    TemporaryDirectory directory;
    std::string path = directory / "script";
};

Answer ask_script(const std::string& text, Duration limit = patience)
{
    const Script script(text);
    return ask(script.command(), limit);
}

/// Sets a variable of ours for its life.
class Variable {
public:
    Variable(const char* name, const std::string& value) : name_(name), before_(std::getenv(name))
    {
        ::setenv(name, value.c_str(), 1);
    }
    ~Variable() { ::setenv(name_, before_.c_str(), 1); }

private:
    const char* name_;
    std::string before_;
};

}  // namespace

TEST_CASE("Asking ssh: the question stands before the user's words")
{
    const Command command = question({"ssh", {"name", "-N", "--", "h", "-x"}});
    CHECK(command.file == "ssh");
    CHECK(command.arguments == std::vector<std::string>{"name", "-G", "-N", "--", "h", "-x"});
}

TEST_CASE("Asking ssh: the real one tells its configuration")
{
    const TemporaryDirectory directory;
    const std::string file = directory / "config";
    write_file(file, "Host h\n ServerAliveCountMax 7\n BatchMode yes\n ControlPath /x/%h\n");
    const Answer answered = ask({real_ssh, {"ssh", "-F", file, "-N", "--", "h", "-v"}});
    CHECK(answered.doubt.empty());
    REQUIRE(answered.config);
    CHECK(answered.config->number("serveralivecountmax") == 7);
    CHECK(answered.config->value("batchmode") == "yes");
    CHECK(answered.config->value("controlpath") == "/x/h");
    CHECK(answered.config->value("sessiontype") == "none");
}

TEST_CASE("Asking ssh: a mistake in the configuration is a doubt, with ssh's complaint")
{
    const Answer answered = ask({real_ssh, {"ssh", "-F", "none", "-oNoSuchOption=1", "h"}});
    CHECK_FALSE(answered.config);
    CHECK(answered.doubt == "exit status 255");
    CHECK(answered.complaint.find("Bad configuration option: nosuchoption") != std::string::npos);
}

TEST_CASE("Asking ssh: the child's streams, words and environment")
{
    const Script script(
        "printf '%s|' \"$@\" >&2; readlink /proc/self/fd/0 >&2; ls /proc/self/fd | wc -l >&2");
    const Answer answered = ask(script.command({"-N", "h", "a b"}));
    CHECK(answered.doubt == "not OpenSSH's answer");
    // 0, 1, 2 and the directory that ls reads
    CHECK(answered.complaint == fmt::format("-G|-N|h|a b|/dev/null\n{}\n", 4 + descriptors_of_others()));
}

TEST_CASE("Asking ssh: what is no answer is a doubt")
{
    CHECK(ask_script("exit 0").doubt == "not OpenSSH's answer");
    CHECK(ask_script("echo garbage; printf '\\000\\377'").doubt == "not OpenSSH's answer");
    CHECK(ask_script(fmt::format("{}; exit 3", good_answer)).doubt == "exit status 3");
    CHECK(ask_script("kill -KILL $$").doubt == "killed by signal 9");
    CHECK(ask_script(good_answer).doubt.empty());
    CHECK(ask({"/nonexistent/ssh", {"ssh", "h"}}).doubt == "/nonexistent/ssh: No such file or directory");
}

TEST_CASE("Asking ssh: an answer of up to 1 MiB is read, more is a doubt, and never waited for")
{
    const Answer large = ask_script(fmt::format("{}; head -c 1040000 /dev/zero | tr '\\0' x", good_answer));
    CHECK(large.doubt.empty());
    CHECK(large.config);
    CHECK(ask_script(fmt::format("{}; head -c 1048577 /dev/zero", good_answer)).doubt ==
          "more than 1 MiB of output");
    const auto begin = Clock::now();
    CHECK(ask_script("exec cat /dev/zero").doubt == "more than 1 MiB of output");
    const Answer noisy = ask_script("exec cat /dev/zero >&2");
    CHECK(noisy.doubt == "more than 1 MiB of output");
    CHECK(noisy.complaint.size() == 1024 * 1024);
    CHECK(Clock::now() - begin < patience);
}

TEST_CASE("Asking ssh: one that hangs is killed when its time is over")
{
    const auto begin = Clock::now();
    const Answer answered = ask_script("echo why >&2; trap '' TERM; exec sleep 60", 200ms);
    CHECK(answered.doubt == "no answer within 200 ms");
    CHECK(answered.complaint == "why\n");
    CHECK(Clock::now() - begin < 5s);
}

TEST_CASE("Asking ssh: a process that it leaves behind does not hold the answer up")
{
    const auto begin = Clock::now();
    const Answer answered = ask_script(fmt::format("sleep 3 & {}", good_answer));
    CHECK(answered.doubt.empty());
    CHECK(answered.config);
    CHECK(Clock::now() - begin < 2s);
}

TEST_CASE("Asking ssh: who gives up leaves no process and no descriptor")
{
    const InheritedSignals inherited;
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    const Script script("exec sleep 60");
    std::size_t before = 0;
    for (int i = 0; i < 3; ++i) {
        {
            const Inquiry inquiry({io.get_executor(), inherited, reaper}, script.command(), [] {});
            CHECK_FALSE(no_child_left());
        }
        CHECK(no_child_left());
        io.poll();  // handlers of what is gone
        const std::size_t now = open_descriptors();
        CHECK((i == 0 || now == before));  // Asio opens its own the first time
        before = now;
    }
}

TEST_CASE("starting a child: its streams may have the numbers of standard streams")
{
    const InheritedSignals inherited;
    const TemporaryDirectory directory;
    const std::string path = directory / "out";
    const UniqueFd saved(::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3));
    ::close(STDIN_FILENO);
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);  // becomes 0
    const pid_t child = spawn({"/bin/sh", {"sh", "-c", "echo out; echo err >&2; [ -e /proc/self/fd/0 ]"}},
                              inherited, {-1, file, file});
    int status = -1;
    ::waitpid(child, &status, 0);
    ::dup2(saved.get(), STDIN_FILENO);
    CHECK(file == STDIN_FILENO);
    CHECK(status == 256);  // standard input was close-on-exec
    CHECK(read_file(path) == "out\nerr\n");
}

TEST_CASE("Asking ssh: only a program named ssh that is no script")
{
    const TemporaryDirectory directory;
    const auto make = [&](const std::string& name, const std::string& text, bool executable = true) {
        fs::create_directories((directory / name).parent_path());
        write_file(directory / name, text);
        fs::permissions(directory / name, executable ? fs::perms::owner_all : fs::perms::owner_read);
        return (directory / name).string();
    };
    const std::string binary("\x7f"
                             "ELF\0\0binary OpenSSH_9.2",
                             24);

    CHECK(may_be_asked(real_ssh));
    CHECK(may_be_asked(make("a/ssh", binary)));
    CHECK(may_be_asked(make("b/ssh.exe", std::string("MZ\0 OpenSSH_9", 13))));
    CHECK_FALSE(may_be_asked(make("c/ssh", "#!/bin/sh\n" + binary)));
    CHECK_FALSE(may_be_asked(make("d/ssh", "exec /usr/bin/ssh \"$@\"\n")));
    CHECK_FALSE(may_be_asked(make("e/ssh", "")));
    CHECK_FALSE(may_be_asked(make("f/ssh", std::string(4096, ' ') + binary)));
    CHECK_FALSE(may_be_asked(make("g/ssh-9", binary)));
    CHECK_FALSE(may_be_asked(make("h/sh", binary)));
    fs::create_directories(directory / "i/ssh");
    for (const std::string& file : {(directory / "i/ssh").string(), std::string("/nonexistent/ssh"),
                                    std::string(), std::string("ssh/"), std::string("/bin/true")})
        CHECK_FALSE(may_be_asked(file));

    fs::create_directories(directory / "links");
    fs::create_symlink("/bin/true", directory / "links/ssh");  // by its name only
    CHECK_FALSE(may_be_asked(directory / "links/ssh"));
    fs::create_directories(directory / "real");
    fs::create_symlink(real_ssh, directory / "real/ssh");
    CHECK(may_be_asked(directory / "real/ssh"));
    fs::create_symlink(directory / "a/ssh", directory / "links/other");
    CHECK_FALSE(may_be_asked(directory / "links/other"));
}

TEST_CASE("Asking ssh: a script is asked that names its arguments, and not dbclient")
{
    const TemporaryDirectory directory;
    const std::string file = directory / "wrapper";
    const std::string binary("\x7f"
                             "ELF\0\0$@ argv",
                             13);
    struct Row {
        std::string text;
        bool asked;
    };
    const Row rows[] = {
        {"#!/bin/sh\nexec ssh \"$@\"\n", true},
        {"exec sshpass -e /usr/bin/ssh -F x $*\n", true},
        {"#!/usr/bin/env python3\nimport os, sys\nos.execvp('ssh', sys.argv)\n", true},
        {"#!/usr/bin/perl\nexec 'ssh', @ARGV;\n", true},
        {"#!/bin/sh\nexec ssh -N tunnel\n", false},
        {"#!/bin/sh\nexec dbclient \"$@\"\n", false},
        {"", false},
        {binary, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        write_file(file, row.text);
        fs::permissions(file, fs::perms::owner_all);
        CHECK(passes_arguments_on(file) == row.asked);
    }
    CHECK_FALSE(passes_arguments_on("/nonexistent"));
}

TEST_CASE("Asking ssh: a script of any name that says that it answers -G is asked")
{
    const TemporaryDirectory directory;
    const std::string file = directory / "enter-job";
    struct Row {
        std::string text;
        bool asked;
    };
    const std::string mark = "# autossh: answers -G\n";
    const Row rows[] = {
        {"#!/bin/sh\n" + mark + "exec ssh -N tunnel\n", true},
        {"#!/usr/bin/env python3\n# what it is for\n" + mark, true},
        {"#!/bin/sh\nexec ssh \"$@\"\n", false},
        {"#!/bin/sh\necho '" + mark + "'\n", false},
        {"#!/bin/sh\n" + std::string(4096, '#') + "\n" + mark, false},
        {std::string("ELF\0\n", 5) + mark, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        write_file(file, row.text);
        fs::permissions(file, fs::perms::owner_all);
        TunnelSettings settings;
        settings.ssh.file = file;
        CHECK(claims_to_answer(file) == row.asked);
        CHECK(is_to_be_asked(settings) == row.asked);
        CHECK_FALSE(is_taken_for_openssh(settings));
        settings.plain = true;
        CHECK_FALSE(is_to_be_asked(settings));
    }
}

TEST_CASE("Asking ssh: a name without a slash is looked up in PATH")
{
    const TemporaryDirectory directory;
    fs::create_directories(directory / "script");
    fs::create_directories(directory / "ssh");
    write_file(directory / "script/ssh", "#!/bin/sh\n");
    const std::string script = directory / "script";
    const std::string root = directory.path();
    {
        const Variable path("PATH", fmt::format("/nonexistent:{}:/usr/bin", root));  // has a directory "ssh"
        CHECK(may_be_asked("ssh"));
        CHECK_FALSE(may_be_asked("ssh.exe"));
    }
    {
        const Variable path("PATH", fmt::format("{}:/usr/bin", script));
        CHECK(may_be_asked("ssh"));  // not executable
        fs::permissions(script + "/ssh", fs::perms::owner_all);
        CHECK_FALSE(may_be_asked("ssh"));
    }
    const Variable path("PATH", "/nonexistent");
    CHECK_FALSE(may_be_asked("ssh"));
}

TEST_CASE("An ssh that cannot be looked at for want of descriptors is not taken for another client")
{
    SKIP_UNLESS(!under_address_sanitizer, "UBSan needs a pipe of its own to look at a type");
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{0, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    const std::string want = cannot_be_read(real_ssh);
    TunnelSettings settings;
    settings.ssh.file = real_ssh;
    const std::string doubt = unprepared(settings).doubt;
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK(want == fmt::format("cannot read {}: Too many open files", real_ssh));
    CHECK(doubt == want);
    CHECK(cannot_be_read(real_ssh).empty());
    CHECK(cannot_be_read("/nonexistent/ssh").empty());
    CHECK(unprepared(settings).doubt == fmt::format("{} is not known to be OpenSSH's ssh", real_ssh));
}
