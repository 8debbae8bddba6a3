// The log file, and what becomes of it.
#include "autossh/base/log_file.hpp"
#include "autossh/settings/settings.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <string>

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

void append(const LogFile& file, const std::string& text)
{
    REQUIRE(::write(file.descriptor(), text.data(), text.size()) == static_cast<ssize_t>(text.size()));
}

}  // namespace

TEST_CASE("Log file: one that cannot be opened is an error with the path as it was given")
{
    try {
        const LogFile file("none/log");
        FAIL("opened");
    } catch (const ConfigError& error) {
        CHECK(std::string(error.what()) == "none/log: No such file or directory");
    }
}

TEST_CASE("Log file: one that cannot be opened for want of something that comes back is opened later")
{
    const TemporaryDirectory directory;
    rlimit before{};
    REQUIRE(::getrlimit(RLIMIT_NOFILE, &before) == 0);
    const rlimit none{0, before.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_NOFILE, &none) == 0);
    LogFile file(directory / "log");
    const std::string still = file.reopen();
    ::setrlimit(RLIMIT_NOFILE, &before);
    CHECK_FALSE(file.is_open());
    CHECK(file.complaint() == "Too many open files");
    CHECK(still == "Too many open files");
    CHECK_FALSE(file.was_moved());
    CHECK_FALSE(file.is_to_be_tried());  // not with each line
    CHECK(file.reopen().empty());
    append(file, "first\n");
    CHECK(read_file(directory / "log") == "first\n");
}

TEST_CASE("Log file: a FIFO is not waited for")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "log";
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    LogFile file(path);
    CHECK_FALSE(file.is_open());
    CHECK(file.complaint() == "No such device or address");
    const UniqueFd reader(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
    CHECK(file.reopen().empty());
    append(file, "first\n");
    CHECK(file.reopen().empty());  // nobody's to move
    append(file, "second\n");
    char text[64];
    CHECK(::read(reader.get(), text, sizeof text) == 13);
    CHECK((::fcntl(file.descriptor(), F_GETFL) & O_NONBLOCK) == 0);
}

TEST_CASE("Log file: one that was moved away, removed or replaced is noticed, and opened anew")
{
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "log";
    LogFile file(path);
    append(file, "first\n");
    CHECK_FALSE(file.was_moved());

    std::filesystem::rename(path, directory / "log.1");
    CHECK(file.was_moved());
    append(file, "second\n");
    CHECK(file.reopen().empty());
    CHECK_FALSE(file.was_moved());
    append(file, "third\n");
    CHECK(read_file(directory / "log.1") == "first\nsecond\n");
    CHECK(read_file(path) == "third\n");

    std::filesystem::remove(path);
    CHECK(file.was_moved());
    write_file(path, "made by somebody else\n");
    CHECK(file.was_moved());
    CHECK(file.reopen().empty());
    append(file, "fourth\n");
    CHECK(read_file(path) == "made by somebody else\nfourth\n");
}

TEST_CASE("Log file: the new one has the mode that the first one had")
{
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "log";
    const mode_t before = ::umask(027);
    LogFile file(path);
    struct stat first {};
    struct stat second {};
    REQUIRE(::stat(path.c_str(), &first) == 0);
    std::filesystem::remove(path);
    CHECK(file.reopen().empty());
    ::umask(before);
    REQUIRE(::stat(path.c_str(), &second) == 0);
    CHECK((first.st_mode & 0777U) == 0640U);
    CHECK(second.st_mode == first.st_mode);
}

TEST_CASE("Log file: where no new one can be made, the old one stays open")
{
    const TemporaryDirectory directory;
    std::filesystem::create_directory(directory / "logs");
    const std::filesystem::path path = directory / "logs" / "log";
    LogFile file(path);
    std::filesystem::rename(directory / "logs", directory / "old");
    CHECK(file.was_moved());
    CHECK(file.reopen() == "No such file or directory");
    append(file, "still here\n");
    CHECK(read_file(directory / "old" / "log") == "still here\n");

    std::filesystem::create_directory(directory / "logs");
    CHECK(file.reopen().empty());
    append(file, "here again\n");
    CHECK(read_file(path) == "here again\n");
}

TEST_CASE("Log file: what is no regular file takes neither its place nor is replaced")
{
    const TemporaryDirectory directory;
    const std::filesystem::path path = directory / "log";
    LogFile file(path);
    std::filesystem::remove(path);
    REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
    CHECK_FALSE(file.was_moved());
    CHECK_FALSE(file.reopen().empty());  // and does not wait for a reader
    append(file, "kept\n");

    LogFile null("/dev/null");
    CHECK_FALSE(null.was_moved());
    CHECK(null.reopen().empty());
}

TEST_CASE("Log file: a relative path means the directory in which it was opened")
{
    const TemporaryDirectory directory;
    const std::filesystem::path before = std::filesystem::current_path();
    std::filesystem::current_path(directory.path());
    LogFile file("log");
    std::filesystem::current_path("/");
    CHECK_FALSE(file.was_moved());
    std::filesystem::rename(directory / "log", directory / "log.1");
    CHECK(file.was_moved());
    CHECK(file.reopen().empty());
    std::filesystem::current_path(before);
    append(file, "in the right place\n");
    CHECK(read_file(directory / "log") == "in the right place\n");
}
