// OpenSSH's messages by pattern, for ssh_words alone: what each means.
#pragma once

#include "autossh/base/text_pool.hpp"
#include "autossh/ssh/message.hpp"

#include <array>
#include <iterator>
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

/// A table of them, as it is kept.
class MessagePatterns {
public:
    struct Row {
        PooledText pattern;
        PooledText cause;
        PooledText subject;
        PooledText address;
        FailureClass failure_class = FailureClass::other;
        SshMessage::Kind kind = SshMessage::Kind::failure;
        int weight = 0;
    };

    constexpr MessagePatterns(std::span<const Row> rows, const char* texts) : rows_(rows), texts_(texts) {}

    std::span<const Row> rows() const { return rows_; }
    std::string_view text(PooledText pooled) const { return pooled.in(texts_); }

private:
    std::span<const Row> rows_;
    const char* texts_;
};

/// The first that matches a line counts.
MessagePatterns message_patterns();

/// The same of condor-ssh, all of whose lines begin with job_words.
MessagePatterns job_message_patterns();

constexpr std::size_t size_of_texts(std::span<const MessagePattern> patterns)
{
    std::size_t size = 0;
    for (const MessagePattern& one : patterns)
        size += one.pattern.size() + one.cause.size() + one.subject.size() + one.address.size();
    return size;
}

/// What a table is written down as, at compile time, becomes what is kept of it.
template <std::size_t Count, std::size_t Size>
struct PackedMessages {
    constexpr explicit PackedMessages(std::span<const MessagePattern, Count> patterns)
    {
        for (std::size_t i = 0; i < Count; ++i) {
            const MessagePattern& one = patterns[i];
            rows[i] = {texts.add(one.pattern),
                       texts.add(one.cause),
                       texts.add(one.subject),
                       texts.add(one.address),
                       one.failure_class,
                       one.kind,
                       one.weight};
        }
    }

    std::array<MessagePatterns::Row, Count> rows;
    TextPool<Size> texts;
};

}  // namespace autossh
