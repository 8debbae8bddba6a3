#include "autossh/login/secret_reader.hpp"

#include "autossh/base/descriptors.hpp"

#include <cerrno>
#include <cstring>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <poll.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace autossh {

namespace {

[[noreturn]] void cannot_read(const std::string& source, int error)
{
    throw SecretError(fmt::format("cannot read {}: {}", source, std::strerror(error)));
}

/// Waits for what a descriptor that was opened non-blocking does not have yet. 0: the end.
std::size_t wait_for_some(int fd, std::span<char> room, const std::string& source)
{
    for (;;) {
        const ssize_t size = read_some(fd, room);
        if (size >= 0)
            return static_cast<std::size_t>(size);
        if (errno != EAGAIN)
            cannot_read(source, errno);
        pollfd readable{fd, POLLIN, 0};
        ::poll(&readable, 1, -1);
    }
}

Secret locked_room()
{
    try {
        return Secret();
    } catch (const std::system_error& error) {
        throw SecretError(error.what());
    }
}

/// As much as there is room for: more than any secret that ssh takes.
Secret read_into_locked_room(int fd, const std::string& source)
{
    Secret secret = locked_room();
    std::size_t size = 0;
    while (size < secret.room().size()) {
        const std::size_t more = wait_for_some(fd, secret.room().subspan(size), source);
        if (more == 0)
            break;
        size += more;
    }
    secret.set_size(size);
    return secret;
}

Secret first_line(Secret secret, const std::string& source)
{
    if (const auto flaw = secret.cut_to_first_line())
        throw SecretError(fmt::format("{} {}", source, describe(*flaw)));
    return secret;
}

/// Opening must neither wait for a FIFO's writer nor make a terminal ours.
UniqueFd open_regular(const std::string& path, const std::string& source, struct stat& status)
{
    UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK));
    if (!file || ::fstat(file.get(), &status) < 0)
        cannot_read(source, errno);
    if (!S_ISREG(status.st_mode))
        throw SecretError(fmt::format("{} is not a regular file", source));
    return file;
}

std::string user_name(uid_t uid)
{
    const passwd* const user = ::getpwuid(uid);
    return user != nullptr ? user->pw_name : "nobody we know";
}

void check_privacy(const struct stat& status, const std::string& source)
{
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        throw SecretError(fmt::format("{} belongs to {} (uid {}), not to us or root: chown it", source,
                                      user_name(status.st_uid), status.st_uid));
    const auto mode = static_cast<unsigned>(status.st_mode) & 07777U;
    if ((mode & 0077U) != 0)
        throw SecretError(fmt::format("{} {} (mode {:04o}): chmod 600 it", source,
                                      (mode & 0044U) != 0 ? "can be read by others" : "is open to others",
                                      mode));
}

/// Takes it over.
UniqueFd open_source(int fd)
{
    if (fd == STDOUT_FILENO || fd == STDERR_FILENO)
        throw SecretError(
            fmt::format("file descriptor {} is for what we print: no secret is read from it", fd));
    const int flags = ::fcntl(fd, F_GETFD);
    if (flags < 0 || (flags & FD_CLOEXEC) != 0)  // what we have opened ourselves nobody has given us
        throw SecretError(fmt::format("file descriptor {} is not open", fd));
    if (fd != STDIN_FILENO)
        return UniqueFd(fd);
    // Else the next file that is opened would be standard input, and ssh's.
    UniqueFd source(::fcntl(fd, F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    if (!source || !null || ::dup2(null.get(), fd) < 0)
        cannot_read("standard input", errno);
    return source;
}

}  // namespace

Secret secret_from_file(const std::string& path)
{
    const std::string source = fmt::format("the secret file \"{}\"", path);
    struct stat status {};
    const UniqueFd file = open_regular(path, source, status);
    check_privacy(status, source);
    return first_line(read_into_locked_room(file.get(), source), source);
}

Secret secret_from_credential(const std::string& name, const Environment& environment)
{
    if (name.empty() || name == "." || name == ".." || name.find('/') != name.npos)
        throw SecretError(fmt::format("invalid name of a credential \"{}\": it is a file in "
                                      "$CREDENTIALS_DIRECTORY, without a slash",
                                      name));
    const std::string source = fmt::format("the credential \"{}\"", name);
    const std::string remedy = fmt::format("LoadCredential={}:PATH in the unit provides it", name);
    const auto directory = environment("CREDENTIALS_DIRECTORY");
    if (!directory || directory->empty())
        throw SecretError(
            fmt::format("cannot read {}: CREDENTIALS_DIRECTORY is not set; {}", source, remedy));
    const std::string path = *directory + "/" + name;
    struct stat status {};
    if (::stat(path.c_str(), &status) < 0 && errno == ENOENT)
        throw SecretError(fmt::format("cannot read {}: there is no file \"{}\"; {}", source, path, remedy));
    const UniqueFd file = open_regular(path, source, status);
    return first_line(read_into_locked_room(file.get(), source), source);
}

Secret secret_from_descriptor(int fd)
{
    const std::string name = fmt::format("file descriptor {}", fd);
    const UniqueFd source = open_source(fd);
    if (::isatty(source.get()) != 0)
        throw SecretError(
            fmt::format("{} is a terminal, which would show the secret: use --secret-prompt", name));
    Secret secret = read_into_locked_room(source.get(), name);
    secret = first_line(std::move(secret), fmt::format("the secret on {}", name));
    // Whoever writes more than a line shall not be cut off. It goes where the first line does not reach.
    const std::span<char> beyond = secret.room().subspan(secret.room().size() / 2);
    while (wait_for_some(source.get(), beyond, name) > 0)
        ;
    wipe(beyond);
    return secret;
}

}  // namespace autossh
