// Manual, "Secrets": where one may come from, and what is said where it may not.
#include "autossh/login/secret_reader.hpp"

#include "autossh/base/descriptors.hpp"
#include "support/catch.hpp"
#include "support/process/forked.hpp"
#include "support/process/pseudo_terminal.hpp"
#include "support/skip.hpp"

#include <cerrno>
#include <functional>
#include <optional>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

using namespace autossh;
using namespace autossh_test;

namespace {

constexpr uid_t stranger = 12345;  // in nobody's passwd

/// Empty: none. Checks that it does not tell the content, which is "geheim" here.
std::string error_of(const std::function<Secret()>& read)
{
    try {
        const Secret secret = read();
        CHECK(secret.text() == "geheim");
        return {};
    } catch (const SecretError& error) {
        const std::string text = error.what();
        CHECK(text.find("geheim") == text.npos);
        return text;
    }
}

std::string error_of_file(const std::string& path)
{
    return error_of([&] { return secret_from_file(path); });
}

std::string secret_file(const TemporaryDirectory& directory, mode_t mode,
                        const std::string& text = "geheim\n")
{
    const std::string path = directory / "secret";
    std::filesystem::remove(path);  // it may be one that cannot be written
    write_file(path, text);
    REQUIRE(::chmod(path.c_str(), mode) == 0);
    return path;
}

autossh::Environment credentials_in(const std::optional<std::string>& directory)
{
    return [directory](std::string_view name) {
        return name == "CREDENTIALS_DIRECTORY" ? directory : std::nullopt;
    };
}

std::string error_of_credential(const std::string& name, const std::optional<std::string>& directory)
{
    return error_of([&] { return secret_from_credential(name, credentials_in(directory)); });
}

/// As whoever starts autossh gives it one.
int given(int fd)
{
    ::fcntl(fd, F_SETFD, 0);
    return fd;
}

std::string error_of_descriptor(int fd)
{
    return error_of([&] { return secret_from_descriptor(given(fd)); });
}

bool is_open(int fd)
{
    return ::fcntl(fd, F_GETFD) >= 0;
}

/// The end to read from of a pipe with `text` in it and nobody at its other end.
int pipe_with(std::string_view text)
{
    Pipe pipe;
    REQUIRE(write_all(pipe.write_end.get(), text));
    return pipe.read_end.release();
}

}  // namespace

TEST_CASE("Secrets: a file is read only where nobody else may")
{
    const TemporaryDirectory directory;
    struct Row {
        mode_t mode;
        std::string complaint;
    };
    const std::vector<Row> rows = {
        {0600, ""},
        {0400, ""},
        {0700, ""},
        {0644, "can be read by others (mode 0644): chmod 600 it"},
        {0640, "can be read by others (mode 0640): chmod 600 it"},
        {0604, "can be read by others (mode 0604): chmod 600 it"},
        {0620, "is open to others (mode 0620): chmod 600 it"},
        {0602, "is open to others (mode 0602): chmod 600 it"},
        {0611, "is open to others (mode 0611): chmod 600 it"},
        {04644, "can be read by others (mode 4644): chmod 600 it"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.mode);
        const std::string path = secret_file(directory, row.mode);
        const std::string subject = row.complaint.empty() ? "" : fmt::format("the secret file \"{}\" ", path);
        CHECK(error_of_file(path) == subject + row.complaint);
    }
}

TEST_CASE("Secrets: a file belongs to its reader or to root")
{
    SKIP_UNLESS(::geteuid() == 0, "only root can give files away");
    const TemporaryDirectory directory;
    const std::string path = secret_file(directory, 0600);
    CHECK(error_of_file(path).empty());
    REQUIRE(::chown(path.c_str(), stranger, 0) == 0);
    CHECK(error_of_file(path) ==
          fmt::format(
              "the secret file \"{}\" belongs to nobody we know (uid 12345), not to us or root: chown it",
              path));
    REQUIRE(::chown(path.c_str(), 1, 0) == 0);
    CHECK(error_of_file(path) ==
          fmt::format("the secret file \"{}\" belongs to daemon (uid 1), not to us or root: chown it", path));

    // Whom it belongs to is said first: chmod would be no help.
    REQUIRE(::chmod(path.c_str(), 0644) == 0);
    CHECK(error_of_file(path).find("belongs to daemon") != std::string::npos);
}

TEST_CASE("Secrets: only a regular file is read, and nothing is waited for")
{
    const TemporaryDirectory directory;
    const std::string good = secret_file(directory, 0600);
    const std::string link = directory / "link";
    std::filesystem::create_symlink(good, link);
    CHECK(error_of_file(link).empty());

    const auto subject = [](const std::string& path) { return fmt::format("the secret file \"{}\"", path); };
    const std::string fifo = directory / "fifo";
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);
    CHECK(error_of_file(fifo) == subject(fifo) + " is not a regular file");
    CHECK(error_of_file(directory.path()) == subject(directory.path()) + " is not a regular file");
    CHECK(error_of_file("/dev/null") == subject("/dev/null") + " is not a regular file");

    const std::string dangling = directory / "dangling";
    std::filesystem::create_symlink(directory / "nowhere", dangling);
    for (const std::string& path : {dangling, std::string(directory / "nowhere"), std::string()})
        CHECK(error_of_file(path) == "cannot read " + subject(path) + ": No such file or directory");

    if (::geteuid() != 0)
        CHECK(error_of_file(secret_file(directory, 0000)) ==
              "cannot read " + subject(good) + ": Permission denied");
}

TEST_CASE("Secrets: what is no secret for ssh is said of the file, without what is in it")
{
    const TemporaryDirectory directory;
    struct Row {
        std::string text;
        std::string complaint;
    };
    std::string long_text;
    while (long_text.size() <= Secret::longest)
        long_text += "geheim";
    const std::vector<Row> rows = {
        {"", "is empty"},
        {"\ngeheim\n", "is empty"},
        {long_text, "is longer than 1023 bytes, which is all that ssh takes"},
        {std::string(100'000, 'x') + "\n", "is longer than 1023 bytes, which is all that ssh takes"},
        {std::string("geheim\0\n", 8), "has a NUL byte in it, where ssh would cut it off"},
        {"geheim\n" + std::string(100'000, '\0'), ""},
    };
    for (const Row& row : rows) {
        const std::string path = secret_file(directory, 0600, row.text);
        const std::string subject = row.complaint.empty() ? "" : fmt::format("the secret file \"{}\" ", path);
        CHECK(error_of_file(path) == subject + row.complaint);
    }
}

TEST_CASE("Secrets: a credential is read whoever else may read it")
{
    const TemporaryDirectory directory;
    secret_file(directory, 0440);
    CHECK(error_of_credential("secret", directory.path()).empty());
}

TEST_CASE("Secrets: a credential that is not there says how to provide it")
{
    const TemporaryDirectory directory;
    const std::string path = directory.path();
    for (const auto& unset : {std::optional<std::string>(), std::optional<std::string>("")})
        CHECK(error_of_credential("tunnel", unset) ==
              "cannot read the credential \"tunnel\": CREDENTIALS_DIRECTORY is not set; "
              "LoadCredential=tunnel:PATH in the unit provides it");
    CHECK(error_of_credential("tunnel", path) ==
          fmt::format("cannot read the credential \"tunnel\": there is no file \"{}/tunnel\"; "
                      "LoadCredential=tunnel:PATH in the unit provides it",
                      path));
    for (const char* name : {"", ".", "..", "a/b", "/etc/passwd", "../secret"})
        CHECK(error_of_credential(name, path) ==
              fmt::format("invalid name of a credential \"{}\": it is a file in $CREDENTIALS_DIRECTORY, "
                          "without a slash",
                          name));
    std::filesystem::create_directory(directory / "inner");
    CHECK(error_of_credential("inner", path) == "the credential \"inner\" is not a regular file");
    secret_file(directory, 0600, "\n");
    CHECK(error_of_credential("secret", path) == "the credential \"secret\" is empty");
}

TEST_CASE("Secrets: a descriptor is read to its end, and closed")
{
    const int reading = pipe_with("geheim\n" + std::string(50'000, 'x'));
    CHECK(error_of_descriptor(reading).empty());
    CHECK_FALSE(is_open(reading));

    const TemporaryDirectory directory;
    const std::string path = secret_file(directory, 0644, "geheim\n" + std::string(500'000, 'x'));
    const int opened = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    const UniqueFd same(::fcntl(opened, F_DUPFD_CLOEXEC, 0));
    CHECK(error_of_descriptor(opened).empty());
    CHECK(::lseek(same.get(), 0, SEEK_CUR) == 500'007);
}

TEST_CASE("Secrets: a descriptor is waited for, in parts and without blocking it too")
{
    Pipe pipe;
    ::fcntl(pipe.read_end.get(), F_SETFL, O_NONBLOCK);
    const Forked process([&](const Forked::Step& step) {
        pipe.write_end.reset();
        step('r');
        return secret_from_descriptor(given(pipe.read_end.release())).text() == "geheim" ? 0 : 1;
    });
    REQUIRE(process.reached('r'));
    process.go_on();
    REQUIRE(wait_until([&] { return state_of(process.pid()) == 'S'; }));
    REQUIRE(write_all(pipe.write_end.get(), "gehe"));
    REQUIRE(wait_until([&] { return state_of(process.pid()) == 'S'; }));
    REQUIRE(write_all(pipe.write_end.get(), "im"));
    pipe.write_end.reset();
    CHECK(process.wait_for_exit() == exited(0));
}

TEST_CASE("Secrets: standard input is a source, and /dev/null stands in its place then")
{
    const UniqueFd reading(pipe_with("geheim\n"));
    const Forked process([&](const Forked::Step&) {
        if (::dup2(reading.get(), STDIN_FILENO) < 0 ||
            secret_from_descriptor(STDIN_FILENO).text() != "geheim")
            return 1;
        const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
        return same_file(STDIN_FILENO, null.get()) && null.get() != STDIN_FILENO ? 0 : 2;
    });
    CHECK(process.wait_for_exit() == exited(0));
}

TEST_CASE("Secrets: a descriptor that cannot be a source says why")
{
    for (const int fd : {STDOUT_FILENO, STDERR_FILENO}) {
        CHECK(error_of_descriptor(fd) ==
              fmt::format("file descriptor {} is for what we print: no secret is read from it", fd));
        CHECK(is_open(fd));
    }
    const int closed = pipe_with("");
    ::close(closed);
    CHECK(error_of_descriptor(closed) == fmt::format("file descriptor {} is not open", closed));
    CHECK(error_of_descriptor(-1) == "file descriptor -1 is not open");
    const UniqueFd ours(pipe_with("geheim\n"));
    CHECK(error_of([&] { return secret_from_descriptor(ours.get()); }) ==
          fmt::format("file descriptor {} is not open", ours.get()));
    CHECK(is_open(ours.get()));

    const int empty = pipe_with("");
    CHECK(error_of_descriptor(empty) == fmt::format("the secret on file descriptor {} is empty", empty));
    CHECK_FALSE(is_open(empty));

    Pipe pipe;
    const int write_only = pipe.write_end.release();
    CHECK(error_of_descriptor(write_only) ==
          fmt::format("cannot read file descriptor {}: Bad file descriptor", write_only));
    CHECK_FALSE(is_open(write_only));

    const PseudoTerminal terminal;
    const int tty = ::open(terminal.path().c_str(), O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(error_of_descriptor(tty) ==
          fmt::format("file descriptor {} is a terminal, which would show the secret: use --secret-prompt",
                      tty));
}
