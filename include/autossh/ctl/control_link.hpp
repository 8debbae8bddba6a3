// The control sockets of processes of ours, as a program in a hurry uses them: each step has its limit.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/control/answer.hpp"
#include "autossh/control/request.hpp"
#include "autossh/system/private_directory.hpp"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

/// A question to one process, and what comes back, line by line.
class ControlLink {
public:
    /// Asks at once. Who listens must be the process that the directory is named after, and belong to the
    /// directory's owner (Linux). Where the directory is closed to us, the observers' socket beside it is
    /// asked.
    ControlLink(const PrivateDirectory::Found& asked, const ControlRequest& request);

    /// To be waited for; -1: it has ended.
    int fd() const { return socket_.get(); }
    /// What it is waited for: POLLIN, and POLLOUT as long as the question is not out.
    short events() const;
    /// Sends and takes in what there is, without waiting.
    void go_on();
    /// The next that has come. Nothing: none yet, or none any more.
    std::optional<ControlAnswer> take_answer();

    /// Of who listens, as the system tells it; 0: it does not, or nobody does.
    pid_t pid() const { return pid_; }

    /// 0: it lives, or has ended well. ENOENT: it has no control socket; ECONNREFUSED: nobody listens; EPERM:
    /// somebody else does; EPROTO: it says what no process of ours does; ECONNRESET: it has gone.
    int error() const { return error_; }

private:
    void end(int error);
    void send_rest();

    UniqueFd socket_;
    std::string unsent_;
    std::string unread_;
    int error_ = 0;
    pid_t pid_ = 0;
};

/// Of one process.
struct LinkAnswer {
    std::optional<ControlAnswer> answer = {};
    int error = 0;  ///< where there is none; ETIMEDOUT: it does not answer
    pid_t pid = 0;  ///< as ControlLink::pid()
};

/// What is asked of one process.
struct LinkQuestion {
    PrivateDirectory::Found asked;
    ControlRequest request;
};

/// Asks all at once, and waits for no more than `limit`. In the order of `questions`.
std::vector<LinkAnswer> ask_each(std::span<const LinkQuestion> questions, Duration limit);

/// Waits until one of them says something, or `limit` has passed (false). Signals, too, end it.
bool wait_for_links(std::span<ControlLink> links, Duration limit);

}  // namespace autossh
