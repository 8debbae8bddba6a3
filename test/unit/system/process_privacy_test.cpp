// Manual, "Secrets": nobody but root may look into a process that holds one.
#include "autossh/system/process_privacy.hpp"

#include "support/catch.hpp"
#include "support/process/forked.hpp"
#include "support/sanitizer.hpp"
#include "support/skip.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <filesystem>

#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

constexpr uid_t ordinary = 65534;

/// For a forked process: an ordinary user's, as open as any that such a user starts.
bool become_ordinary()
{
    return (::geteuid() != 0 || ::setuid(ordinary) == 0) && ::prctl(PR_SET_DUMPABLE, 1, 0, 0, 0) == 0;
}

uid_t owner_of_environment(pid_t pid)
{
    struct stat status {};
    REQUIRE(::stat(("/proc/" + std::to_string(pid) + "/environ").c_str(), &status) == 0);
    return status.st_uid;
}

/// What ptrace(2) says to an ordinary user about a process of the same user; 0: it may.
std::optional<int> error_of_tracing(bool hidden)
{
    const Forked tracer([hidden](const Forked::Step&) {
        if (!become_ordinary())
            return 200;
        const pid_t traced = ::fork();
        if (traced == 0) {
            if (hidden)
                hide_memory_from_others();
            ::raise(SIGSTOP);
            ::_exit(0);
        }
        int status = 0;
        ::waitpid(traced, &status, WUNTRACED);
        const int error = ::ptrace(PTRACE_ATTACH, traced, nullptr, nullptr) < 0 ? errno : 0;
        ::kill(traced, SIGKILL);
        ::waitpid(traced, &status, 0);
        return error;
    });
    const auto result = tracer.wait_for_exit();
    return result ? result->code : std::nullopt;
}

/// Ended by SIGABRT in that directory, where it may leave a core dump.
void abort_in(const std::filesystem::path& directory, bool hidden)
{
    const Forked process([&](const Forked::Step&) {
        const rlimit unlimited{RLIM_INFINITY, RLIM_INFINITY};
        if (::setrlimit(RLIMIT_CORE, &unlimited) < 0 || ::chdir(directory.c_str()) < 0)
            return 1;
        ::signal(SIGABRT, SIG_DFL);
        if (hidden)
            hide_memory_from_others();
        ::abort();
    });
    CHECK(process.wait_for_exit() == killed_by(SIGABRT));
}

}  // namespace

TEST_CASE("Secrets: a process that hides its memory is not dumpable, and its files in /proc are root's")
{
    const Forked process([](const Forked::Step& step) {
        if (!become_ordinary())
            return 2;
        step('o');
        hide_memory_from_others();
        hide_memory_from_others();
        step('h');
        return ::prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0 ? 0 : 1;
    });
    REQUIRE(process.reached('o'));
    CHECK(owner_of_environment(process.pid()) != 0);
    process.go_on();
    REQUIRE(process.reached('h'));
    CHECK(owner_of_environment(process.pid()) == 0);
    process.go_on();
    CHECK(process.wait_for_exit() == exited(0));
}

TEST_CASE("Secrets: what a hidden process executes is as open as ever")
{
    const Forked process([](const Forked::Step& step) {
        if (!become_ordinary())
            return 2;
        hide_memory_from_others();
        step('h');
        ::execl("/bin/sleep", "sleep", "600", nullptr);
        return 1;
    });
    REQUIRE(process.reached('h'));
    CHECK(owner_of_environment(process.pid()) == 0);
    process.go_on();
    CHECK(wait_until(
        [&] { return read_file("/proc/" + std::to_string(process.pid()) + "/comm") == "sleep\n"; }));
    CHECK(owner_of_environment(process.pid()) != 0);
}

TEST_CASE("Secrets: a hidden process cannot be traced by another of the same user")
{
    SKIP_UNLESS(error_of_tracing(false) == 0, "nobody may trace here");
    CHECK(error_of_tracing(true) == EPERM);
}

TEST_CASE("Secrets: a hidden process leaves no core dump")
{
    SKIP_UNLESS(!under_address_sanitizer, "AddressSanitizer's memory is too large to be dumped");
    const std::string pattern = read_file("/proc/sys/kernel/core_pattern");
    SKIP_UNLESS(pattern.starts_with("core"), "core dumps do not go to the working directory here");
    const TemporaryDirectory open;
    abort_in(open.path(), false);
    SKIP_UNLESS(!std::filesystem::is_empty(open.path()), "there are no core dumps here");
    const TemporaryDirectory hidden;
    abort_in(hidden.path(), true);
    CHECK(std::filesystem::is_empty(hidden.path()));
}
