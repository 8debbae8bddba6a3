// Small things about file descriptors that several files need.
#pragma once

#include "autossh/base/unique_fd.hpp"

#include <span>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Writes all of `text`. Waits a moment for `fd` to take it, but no reader of a log may stop the supervisor.
/// False: not all was written.
bool write_all(int fd, std::string_view text);

/// Whether all is sent, the rest has to wait, or nobody is there any more.
enum class Sending { done, later, ended };

/// Sends what the socket takes now, without waiting or a signal, and takes it from the front of `rest`.
Sending send_now(int socket, std::string_view& rest);

/// Sends a copy of a descriptor over a Unix socket (SCM_RIGHTS), with one zero byte. False: it was not taken,
/// with the reason in errno.
bool send_descriptor(int socket, int descriptor);

/// read(2), again where a signal interrupts it: -1, with the reason in errno, for any other error. 0: the
/// end.
ssize_t read_some(int fd, std::span<char> room);

/// A stream of somebody else's, which may be full for ever: a pipe that nobody reads any more. It is waited
/// for once, and again only after it has taken something.
class Outlet {
public:
    /// False: not all was written.
    bool write(int fd, std::string_view text);

private:
    int fd_ = -1;           ///< of the last text
    bool regular_ = false;  ///< it is a regular file, which is always ready
    bool stuck_ = false;
    bool torn_ = false;  ///< only a part of the last text was taken: the next one begins a line
};

/// A pipe, both ends close-on-exec. (pipe2(2) is not everywhere.) Throws std::system_error.
struct Pipe {
    Pipe();

    UniqueFd read_end;
    UniqueFd write_end;
};

/// Marks `fd` close-on-exec: nothing of ours may reach ssh.
void close_on_exec(int fd);

void make_blocking(int fd);

/// Opens /dev/null, close-on-exec, where 0, 1 or 2 is closed: else a log file or socket of ours would land
/// there and become ssh's standard stream. ssh itself still finds them closed.
void reserve_standard_streams();

/// Puts /dev/null on 0, 1 and 2.
void detach_standard_streams();

/// Closes everything above 2 that we did not open ourselves: what is not close-on-exec.
void close_inherited_descriptors();

/// Whether both are open on the same file.
bool same_file(int fd, int other);

}  // namespace autossh
