// Where lines go: what the user has chosen, and what standard error is.
#include "autossh/base/descriptors.hpp"
#include "autossh/base/log_outlets.hpp"
#include "autossh/base/unique_fd.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <string>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/socket.h>
#include <sys/stat.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;

namespace {

constexpr LogOutlets syslog_alone{.syslog = true};
constexpr LogOutlets syslog_and_stderr{.standard_error = true, .syslog = true};
constexpr LogOutlets syslog_and_warnings{.standard_error = true, .only_warnings = true, .syslog = true};
constexpr LogOutlets journal{.standard_error = true, .priority = true};
constexpr LogOutlets file{.file = true};
constexpr LogOutlets standard_output{.standard_output = true};

constexpr StreamKind all_kinds[] = {StreamKind::journal, StreamKind::pipe, StreamKind::other};

std::string journal_stream_of(int fd)
{
    struct stat status {};
    REQUIRE(::fstat(fd, &status) == 0);
    return fmt::format("{}:{}", status.st_dev, status.st_ino);
}

}  // namespace

TEST_CASE("Log: where nothing is chosen, standard error decides")
{
    struct Row {
        const char* what;
        LogSettings settings;
        LogOutlets on_journal;
        LogOutlets on_pipe;
        LogOutlets otherwise;
    };
    const Row rows[] = {
        {"nothing read yet", {}, journal, syslog_alone, syslog_alone},
        {"in the foreground", {.to_pipe = true}, journal, syslog_and_stderr, syslog_alone},
        {"AUTOSSH_DEBUG", {.debug = true, .to_pipe = true}, journal, syslog_and_stderr, syslog_and_stderr},
        {"for a program", {.to_pipe = true, .for_program = true}, journal, syslog_and_warnings, syslog_alone},
        {"for a program, with AUTOSSH_DEBUG",
         {.debug = true, .to_pipe = true, .for_program = true},
         journal,
         syslog_and_stderr,
         syslog_and_stderr},
        {"for a program, --plain", {.for_program = true}, journal, syslog_alone, syslog_alone},
        {"--plain", {.to_pipe = false}, journal, syslog_alone, syslog_alone},
        {"--plain and AUTOSSH_DEBUG", {.debug = true}, journal, syslog_and_stderr, syslog_and_stderr},
        {"-f", {.background = true}, syslog_alone, syslog_alone, syslog_alone},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK((outlets_for(row.settings, StreamKind::journal) == row.on_journal));
        CHECK((outlets_for(row.settings, StreamKind::pipe) == row.on_pipe));
        CHECK((outlets_for(row.settings, StreamKind::other) == row.otherwise));
    }
}

TEST_CASE("Log: a log file, and else standard output in service mode, take all lines")
{
    for (const StreamKind kind : all_kinds)
        for (const bool debug : {false, true}) {
            CHECK((outlets_for({.file = "f", .debug = debug, .to_pipe = true}, kind) == file));
            CHECK((outlets_for({.file = "f", .to_stdout = true, .debug = debug}, kind) == file));
            CHECK(
                (outlets_for({.to_stdout = true, .debug = debug, .to_pipe = true}, kind) == standard_output));
        }
}

TEST_CASE("Log: the form of a line does not change where it goes")
{
    for (const StreamKind kind : all_kinds)
        CHECK((outlets_for({.to_pipe = true, .format = LogFormat::json}, kind) ==
               outlets_for({.to_pipe = true}, kind)));
}

TEST_CASE("Log: a stream is the journal's if JOURNAL_STREAM names its device and inode")
{
    const TemporaryDirectory directory;
    const UniqueFd some_file(::open((directory / "file").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    const Pipe pipe;
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) == 0);
    const UniqueFd socket(ends[0]);
    const UniqueFd other_end(ends[1]);
    const UniqueFd null(::open("/dev/null", O_WRONLY | O_CLOEXEC));

    struct Row {
        const char* what;
        int fd;
        StreamKind kind;
    };
    const Row rows[] = {{"a file", some_file.get(), StreamKind::other},
                        {"a pipe", pipe.write_end.get(), StreamKind::pipe},
                        {"a socket", socket.get(), StreamKind::pipe},
                        {"/dev/null", null.get(), StreamKind::other}};
    for (const Row& row : rows) {
        CAPTURE(row.what);
        const std::string mine = journal_stream_of(row.fd);
        CHECK(kind_of_stream(row.fd, mine) == StreamKind::journal);
        CHECK(kind_of_stream(row.fd, std::nullopt) == row.kind);
        for (const std::string& another :
             {std::string(), "0" + mine, mine + "0", mine + " ", std::string(":"), std::string("junk")})
            CHECK(kind_of_stream(row.fd, another) == row.kind);
    }
    CHECK(kind_of_stream(-1, std::nullopt) == StreamKind::other);
}
