// OpenSSH's messages by pattern, for ssh_words alone: what each means.
#pragma once

#include "autossh/ssh/message.hpp"

#include <span>
#include <string_view>

namespace autossh {

/// One message. In a pattern `*` stands for any text, the shortest that lets the rest match. In `cause` and
/// `subject` $1 to $9 are what the asterisks stand for, and @1 to @9 the same as_name().
struct MessagePattern {
    std::string_view pattern;
    FailureClass failure_class = FailureClass::other;
    int weight = 0;
    std::string_view cause = {};
    SshMessage::Kind kind = SshMessage::Kind::failure;
    std::string_view subject = {};
    std::string_view address = {};
};

/// The first that matches a line counts.
std::span<const MessagePattern> message_patterns();

/// The same of condor-ssh, all of whose lines begin with job_words.
std::span<const MessagePattern> job_message_patterns();

}  // namespace autossh
