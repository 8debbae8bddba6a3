#include "autossh/system/pid_file.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/lock_holder.hpp"
#include "autossh/system/process_tree.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"

#include <algorithm>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <csignal>
#include <fcntl.h>
#ifdef __linux__
#include <sys/prctl.h>
#include <sys/sysmacros.h>
#endif
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

const std::string our_pid = std::to_string(::getpid());

/// As another autossh would have it.
UniqueFd lock(const std::string& path)
{
    UniqueFd file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0666));
    REQUIRE(::flock(file.get(), LOCK_EX | LOCK_NB) == 0);
    return file;
}

std::string refusal(const std::string& path)
{
    try {
        const PidFile file(path);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("Pid file: it holds the pid while we live, and goes with us")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    {
        PidFile file(path);
        CHECK_FALSE(file.write());
        CHECK(read_file(path) == our_pid + "\n");
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("Pid file: its mode is 0666 less the umask")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const mode_t before = ::umask(027);
    const PidFile file(path);
    ::umask(before);
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 07777) == 0640);
}

TEST_CASE("Pid file: one that a living autossh holds is refused with its pid, and left as it is")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    const std::string link = directory / "link";
    fs::create_symlink(path, link);
    const std::string text = std::to_string(::getppid()) + "\n";
    write_file(path, text);
    const UniqueFd held = lock(path);
    for (const std::string& way : {path, link}) {
        CHECK(refusal(way) == "already running (pid " + std::to_string(::getppid()) + ")");
        CHECK(read_file(path) == text);
        CHECK(fs::is_symlink(link));
    }
}

#ifdef __linux__

TEST_CASE("Pid file: who has locked a file")
{
    const std::string locks = "1: POSIX  ADVISORY  WRITE 700 08:01:42 0 EOF\n"
                              "2: FLOCK  ADVISORY  WRITE 701 08:01:42 0 EOF\n"
                              "2: -> FLOCK  ADVISORY  WRITE 702 08:01:42 0 EOF\n"
                              "3: FLOCK  ADVISORY  READ 703 fe:10:42 0 EOF\n"
                              "4: FLOCK  ADVISORY  READ  704 08:01:42 0 EOF\n"
                              "5: OFDLCK ADVISORY  READ -1 08:01:42 0 EOF\n";
    CHECK(lock_holders(locks, makedev(8, 1), 42) == std::vector<pid_t>{701, 704});
    CHECK(lock_holders(locks, makedev(0xfe, 0x10), 42) == std::vector<pid_t>{703});
    CHECK(lock_holders(locks, makedev(0, 30), 42) == std::vector<pid_t>{701, 703, 704});  // as of btrfs
    CHECK(lock_holders(locks, makedev(8, 1), 43).empty());
    CHECK(lock_holders("", makedev(8, 1), 42).empty());
}

TEST_CASE("Pid file: one whose holder is known to have another tunnel is left to it")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "12345\n");
    const UniqueFd held = lock(path);
    std::vector<std::string> seen;
    const auto another = [&](std::span<const std::string> ours, std::span<const std::string> others) {
        seen.assign(others.begin(), others.end());
        CHECK(std::ranges::equal(ours, others));  // the holder is this process, too
        return false;
    };
    {
        PidFile file(path, another);
        CHECK(file.warning() == "the pid file \"" + path + "\" is in use by another autossh (pid " + our_pid +
                                    ") with other arguments; going on without it");
        CHECK_FALSE(file.write());
        CHECK(read_file(path) == "12345\n");
    }
    CHECK(read_file(path) == "12345\n");
    std::vector<std::string> words = words_of_process(::getpid());
    REQUIRE_FALSE(words.empty());
    words.erase(words.begin());
    CHECK(seen == words);

    const auto same = [](std::span<const std::string>, std::span<const std::string>) { return true; };
    CHECK_THROWS_AS(PidFile(path, same), ConfigError);
}

TEST_CASE("Pid file: the lock of another user does not count, nor one who passes for root")
{
    SKIP_UNLESS(::geteuid() == 0, "needs root for another user");
    const auto [how, dumpable] = GENERATE(table<int, int>({{LOCK_EX, 1}, {LOCK_SH, 1}, {LOCK_EX, 0}}));
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "4194305\n");  // no system has that pid
    const UniqueFd readable(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    Pipe locked;
    const pid_t stranger = ::fork();
    if (stranger == 0) {
        const bool done = ::setuid(65534) == 0 && ::prctl(PR_SET_DUMPABLE, dumpable) == 0 &&
                          ::flock(readable.get(), how | LOCK_NB) == 0;
        static_cast<void>(!::write(locked.write_end.get(), done ? "+" : "-", 1));
        ::pause();
        ::_exit(0);
    }
    char done = 0;
    REQUIRE(::read(locked.read_end.get(), &done, 1) == 1);
    CHECK(done == '+');
    {
        PidFile file(path);
        CHECK(file.warning() == "the pid file \"" + path + "\" is locked by another user's process (" +
                                    std::to_string(stranger) + "); going on without the lock");
        CHECK_FALSE(file.write());
        CHECK(refusal(path) == "");  // it is our own process that is written
        write_file(path, "1\n");     // left over, and another program's by now
        CHECK(refusal(path) == "");
        const pid_t another = ::fork();
        if (another == 0) {
            ::pause();
            ::_exit(0);
        }
        write_file(path, std::to_string(another) + "\n");
        CHECK(refusal(path) == "already running (pid " + std::to_string(another) + ")");
        ::kill(another, SIGKILL);
        CHECK(::waitpid(another, nullptr, 0) == another);
        CHECK_FALSE(file.write());
    }
    CHECK_FALSE(fs::exists(path));
    ::kill(stranger, SIGKILL);
    CHECK(::waitpid(stranger, nullptr, 0) == stranger);
}

#endif

TEST_CASE("Pid file: the pid of a holder whose disk is full is not known")
{
    const TemporaryDirectory directory;
    const UniqueFd held = lock(directory / "pid");
    CHECK(refusal(directory / "pid") == "already running (pid unknown)");
    CHECK(fs::exists(directory / "pid"));
}

TEST_CASE("Pid file: what nobody holds is overwritten, whatever it says")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    for (const std::string& text : {std::to_string(::getppid()) + "\n", std::string("1\n"), std::string(),
                                    std::string("no number, and longer than any pid\n")}) {
        CAPTURE(text);
        write_file(path, text);
        PidFile file(path);
        CHECK_FALSE(file.write());
        CHECK(read_file(path) == our_pid + "\n");
    }
}

TEST_CASE("Pid file: until it is written, what another has written stays")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    write_file(path, "12345\n");
    {
        const PidFile never_written(path);
    }
    CHECK(read_file(path) == "12345\n");

    {
        const PidFile never_written(directory / "new");
    }
    CHECK_FALSE(fs::exists(directory / "new"));
}

TEST_CASE("Pid file: through a symbolic link the target is written and the link removed")
{
    const TemporaryDirectory directory;
    fs::create_symlink(directory / "real", directory / "pid");
    {
        PidFile file(directory / "pid");
        CHECK_FALSE(file.write());
        CHECK(fs::is_symlink(directory / "pid"));
        CHECK(read_file(directory / "real") == our_pid + "\n");
    }
    CHECK_FALSE(fs::is_symlink(directory / "pid"));
    CHECK(read_file(directory / "real") == our_pid + "\n");
}

TEST_CASE("Pid file: one that another has put in its place stays")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    {
        PidFile file(path);
        CHECK_FALSE(file.write());
        write_file(directory / "new", "12345\n");
        fs::rename(directory / "new", path);
    }
    CHECK(read_file(path) == "12345\n");
}

TEST_CASE("Pid file: one after the other has it, and two never at once")
{
    constexpr int processes = 8;
    constexpr int rounds = 50;
    const TemporaryDirectory directory;
    const std::string path = directory / "pid";
    std::vector<pid_t> children;
    for (int number = 0; number < processes; ++number) {
        children.push_back(::fork());
        if (children.back() != 0)
            continue;
        const std::string own = std::to_string(::getpid()) + "\n";
        bool alone = true;
        for (int done = 0; done < rounds;) {
            std::optional<PidFile> file;
            try {
                file.emplace(path);
            } catch (const ConfigError&) {
                continue;
            }
            alone = alone && !file->write() && read_file(path) == own;
            ++done;
        }
        ::_exit(alone ? 0 : 1);
    }
    for (const pid_t child : children) {
        int status = -1;
        CHECK(::waitpid(child, &status, 0) == child);
        CHECK(status == 0);
    }
    CHECK_FALSE(fs::exists(path));
}

TEST_CASE("Pid file: a FIFO and a device are written, and neither locked nor removed")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "fifo";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    const UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    {
        PidFile first(path);
        PidFile second(path);
        CHECK_FALSE(first.write());
        CHECK_FALSE(second.write());
    }
    char text[64] = "";
    CHECK(::read(reader.get(), text, sizeof text - 1) > 0);
    CHECK(text == our_pid + "\n" + our_pid + "\n");
    CHECK(fs::exists(path));

    PidFile full("/dev/full");
    CHECK(full.write() == std::errc::no_space_on_device);
}

TEST_CASE("Pid file: one that cannot be opened is an error")
{
    CHECK(refusal("/nonexistent/pid") ==
          "cannot open pid file \"/nonexistent/pid\": No such file or directory");
}
