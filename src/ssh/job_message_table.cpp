#include "autossh/ssh/message_table.hpp"

namespace autossh {

namespace {

using enum FailureClass;

// They come behind all that ssh has said, and tell why it could not stay.
constexpr MessagePattern job_messages[] = {
    {"condor-ssh: job * is held: *", job_held, 60, "job $1 is held: $2"},
    {"condor-ssh: job * has left the queue", job_gone, 60, "job $1 has left the queue"},
    {"condor-ssh: job * has ended", job_gone, 60, "job $1 has ended"},
    {"condor-ssh: job * is *", job_not_running, 60, "job $1 is $2"},
    {"condor-ssh: no answer from the schedd: *", timed_out, 60, "no answer from the schedd: $1"},
    {"condor-ssh: *", other, 60, "$1"},
};

constexpr PackedMessages<std::size(job_messages), size_of_texts(job_messages)>
    packed_job_messages(job_messages);

}  // namespace

MessagePatterns job_message_patterns()
{
    return {packed_job_messages.rows, packed_job_messages.texts.data()};
}

}  // namespace autossh
