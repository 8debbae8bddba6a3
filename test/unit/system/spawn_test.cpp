#include "autossh/system/spawn.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/system/new_program.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <system_error>
#include <vector>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

/// Of a child of ours.
int wait_status(pid_t child)
{
    int status = 0;
    while (::waitpid(child, &status, 0) < 0 && errno == EINTR)
        ;
    return status;
}

struct Ended {
    int status;
    std::string output;
};

/// Runs it to its end, with a pipe for its output.
Ended run(const Command& command)
{
    const InheritedSignals inherited;
    Pipe output;
    const pid_t child = spawn(command, inherited, {.out = output.write_end.get()});
    output.write_end.reset();
    std::string text(65536, '\0');
    std::size_t size = 0;
    for (ssize_t part = 0; (part = ::read(output.read_end.get(), &text[size], text.size() - size)) > 0;)
        size += static_cast<std::size_t>(part);
    text.resize(size);
    return {wait_status(child), text};
}

/// The error of starting it, in words.
std::string refusal_of_spawn(const Command& command)
{
    const InheritedSignals inherited;
    try {
        wait_status(spawn(command, inherited));
    } catch (const std::system_error& error) {
        return error.what();
    }
    return "";
}

fs::path script(const fs::path& path, const std::string& text)
{
    write_file(path, text);
    fs::permissions(path, fs::perms::owner_all);
    return path;
}

/// While it lives, PATH is another one.
class OtherPath {
public:
    explicit OtherPath(const std::string& path) { ::setenv("PATH", path.c_str(), 1); }
    ~OtherPath() { ::setenv("PATH", before_.c_str(), 1); }
    OtherPath(const OtherPath&) = delete;
    OtherPath& operator=(const OtherPath&) = delete;

private:
    std::string before_ = std::getenv("PATH");
};

}  // namespace

TEST_CASE("want of processes, memory or descriptors passes by itself, a missing file does not")
{
    using std::errc;
    for (const errc code : {errc::resource_unavailable_try_again, errc::not_enough_memory,
                            errc::too_many_files_open, errc::text_file_busy})
        CHECK(passes_by_itself(std::make_error_code(code)));
    for (const errc code :
         {errc::no_such_file_or_directory, errc::permission_denied, errc::executable_format_error})
        CHECK_FALSE(passes_by_itself(std::make_error_code(code)));
}

TEST_CASE("Spawn: a name is looked up in PATH as execvp(3) does")
{
    using Paths = std::vector<std::string>;
    CHECK(paths_to_try("", "/a:/b").empty());
    CHECK(paths_to_try("/x/ssh", "/a:/b") == Paths{"/x/ssh"});
    CHECK(paths_to_try("./ssh", "/a:/b") == Paths{"./ssh"});
    CHECK(paths_to_try("ssh", "/a:/b") == Paths{"/a/ssh", "/b/ssh"});
    CHECK(paths_to_try("ssh", "") == Paths{"ssh"});
    CHECK(paths_to_try("ssh", ":/a::/b/:") == Paths{"ssh", "/a/ssh", "ssh", "/b//ssh", "ssh"});
    CHECK(paths_to_try("ssh", "/" + std::string(5000, 'x') + ":/a") == Paths{"/a/ssh"});
}

TEST_CASE("Spawn: a program gets its words, its environment and its output")
{
    ::setenv("SPAWN_TEST_KEPT", "kept", 1);
    ::setenv("SPAWN_TEST_CHANGED", "before", 1);
    const std::string words = R"(printf '<%s>' "$@" "$SPAWN_TEST_KEPT" "$SPAWN_TEST_CHANGED"; exit 7)";
    const Ended ended =
        run({"sh", {"sh", "-c", words, "name", "one", "", "a b"}, {"SPAWN_TEST_CHANGED=after"}});
    ::unsetenv("SPAWN_TEST_KEPT");
    ::unsetenv("SPAWN_TEST_CHANGED");
    CHECK(ended.output == "<one><><a b><kept><after>");
    REQUIRE(WIFEXITED(ended.status));
    CHECK(WEXITSTATUS(ended.status) == 7);
}

TEST_CASE("Spawn: what cannot be executed is an error with its path, and leaves no child")
{
    const TemporaryDirectory directory;
    const std::string no_program = directory / "text";
    write_file(directory / "text", "exit 3\n");
    const std::string missing = directory / "none";
    CHECK(refusal_of_spawn({missing, {missing}}) == missing + ": No such file or directory");
    CHECK(refusal_of_spawn({no_program, {no_program}}) == no_program + ": Permission denied");
    CHECK(refusal_of_spawn({no_program + "/ssh", {"ssh"}}) == no_program + "/ssh: Not a directory");
    CHECK(refusal_of_spawn({"", {""}}) == ": No such file or directory");
    CHECK(refusal_of_spawn({"no-such-program", {"no-such-program"}}) ==
          "no-such-program: No such file or directory");
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
    CHECK(errno == ECHILD);
}

TEST_CASE(
    "Spawn: one that may not be executed gives way to the next in PATH, and is told of where there is none")
{
    const TemporaryDirectory directory;
    fs::create_directory(directory / "first");
    fs::create_directory(directory / "second");
    write_file(directory / "first/prog", "no program");
    write_file(directory / "file", "");
    const std::string first = directory / "first";
    const std::string file = directory / "file";
    const std::string second = directory / "second";
    const OtherPath path(first + ":" + file + ":" + second);
    CHECK(refusal_of_spawn({"prog", {"prog"}}) == "prog: Permission denied");
    script(directory / "second/prog", "#!/bin/sh\necho second\n");
    CHECK(run({"prog", {"prog"}}).output == "second\n");
}

TEST_CASE("Spawn: a text without #! is given to the shell")
{
    const TemporaryDirectory directory;
    const std::string path = script(directory / "text", "echo \"$0\" \"$@\"\n");
    CHECK(run({path, {"name", "one", "two words"}}).output == path + " one two words\n");
    CHECK(run({path, {"name"}}).output == path + "\n");
}

TEST_CASE("Spawn: streams, also such as stand in the way of others, and a group of its own")
{
    const InheritedSignals inherited;
    Pipe in;
    Pipe out;
    REQUIRE(::write(in.write_end.get(), "text\n", 5) == 5);
    in.write_end.reset();
    const Command command{"sh", {"sh", "-c", "cat; echo error >&2; ps -o pgid= -p $$"}};
    const pid_t child =
        spawn(command, inherited, {in.read_end.get(), out.write_end.get(), out.write_end.get(), true});
    CHECK(::getpgid(child) == child);
    out.write_end.reset();
    char text[256];
    std::string all;
    for (ssize_t size = 0; (size = ::read(out.read_end.get(), text, sizeof text)) > 0;)
        all.append(text, static_cast<std::size_t>(size));
    CHECK(all.starts_with("text\nerror\n"));
    CHECK(wait_status(child) == 0);

    // Our standard error as its output, and our output as its error.
    const pid_t swapped = spawn({"sh", {"sh", "-c", "test /dev/fd/1 -ef /proc/$PPID/fd/2"}}, inherited,
                                {.out = STDERR_FILENO, .err = STDOUT_FILENO});
    CHECK(wait_status(swapped) == 0);
}

TEST_CASE("Spawn: a stream that is none is an error")
{
    const InheritedSignals inherited;
    const int closed = ::fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 100);
    ::close(closed);
    try {
        wait_status(spawn({"true", {"true"}}, inherited, {.out = closed}));
        FAIL("started");
    } catch (const std::system_error& error) {
        CHECK(error.code().value() == EBADF);
    }
}

TEST_CASE("Spawn: signals are as they were inherited, and ours are left alone")
{
    ::signal(SIGHUP, SIG_IGN);
    const InheritedSignals inherited;
    ::signal(SIGHUP, SIG_DFL);
    ::signal(SIGPIPE, SIG_IGN);
    Pipe output;
    const Command command{"sh", {"sh", "-c", "kill -HUP $$; echo alive; kill -PIPE $$; echo wrong"}};
    const pid_t child = spawn(command, inherited, {.out = output.write_end.get()});
    output.write_end.reset();
    CHECK(WTERMSIG(wait_status(child)) == SIGPIPE);
    CHECK(::signal(SIGPIPE, SIG_DFL) == SIG_IGN);
    char text[64];
    const ssize_t size = ::read(output.read_end.get(), text, sizeof text);
    CHECK(std::string(text, static_cast<std::size_t>(std::max<ssize_t>(size, 0))) == "alive\n");
    sigset_t blocked;
    ::sigprocmask(SIG_SETMASK, nullptr, &blocked);
    CHECK(::sigismember(&blocked, SIGTERM) == 0);
}

TEST_CASE("Spawn: a child is ours to wait for however often, and what it uses is not in use any more")
{
    const InheritedSignals inherited;
    for (int i = 0; i < 300; ++i) {
        const std::string number = std::to_string(i % 100);
        const pid_t child = spawn({"/bin/sh", {"sh", "-c", "exit " + number}}, inherited);
        const int status = wait_status(child);
        REQUIRE(WIFEXITED(status));
        REQUIRE(WEXITSTATUS(status) == i % 100);
    }
}
