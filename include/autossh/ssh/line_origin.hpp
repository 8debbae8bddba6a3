// Which lines of ssh's log are its own, and which a server can have put there: ssh lets a newline in the
// words of a server pass, and what follows looks like a line of ssh's. Pure.
#pragma once

#include "autossh/ssh/message.hpp"

#include <string_view>

namespace autossh {

/// Follows the log of one ssh.
class LineOrigin {
public:
    /// The next line before the log-in. True: it may be a server's.
    bool is_foreign(std::string_view line);
    /// The last line was ssh's own, and came behind one that refuses the log-in: ssh has gone on.
    bool shows_that_ssh_goes_on() const { return goes_on_; }
    /// What was a server's is over: ssh has logged in, and that is proven.
    void login_is_proven() { foreign_ = Foreign::no; }

    /// The same behind the log-in. ssh sets up what listens here before it hears another word of the server's
    /// (ssh.c: ssh_init_forwarding).
    void read_line_of_session(std::string_view line);
    bool may_tell_of_local_forwards() const { return !server_may_speak_; }

private:
    enum class Foreign { no, until_debug_line, to_the_end };

    Foreign foreign_ = Foreign::no;
    bool is_denied_ = false;  ///< by the line before those that are foreign
    bool goes_on_ = false;
    bool server_may_speak_ = false;
};

/// sshconnect.c and sshconnect2.c: fatal() follows no line but these.
bool is_last_line(std::string_view line);

/// ssh.c: forwards are set up in ssh_session2(), behind the log-in.
bool comes_after_login(const SshMessage& message);

/// Behind the log-in, what a target or a server says can only imitate these.
bool comes_before_login(const SshMessage& message);

}  // namespace autossh
