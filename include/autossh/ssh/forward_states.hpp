// What ssh's log tells of each of the user's forwards. Pure.
#pragma once

#include "autossh/ssh/forward.hpp"
#include "autossh/ssh/forward_reply.hpp"
#include "autossh/ssh/message.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Follows the forwards of one session. What is not in ssh's log, as the lines of the level DEBUG1 where the
/// user has the log elsewhere, leaves them unknown.
class ForwardStates {
public:
    ForwardStates() = default;
    explicit ForwardStates(std::vector<Forward> forwards);

    /// Others are wanted from now on: what is known of one that stays counts further.
    void become(std::vector<Forward> forwards);

    /// One line of ssh's log, and what it means. A message: a forward cannot be used which seemed to be in
    /// order; `remedy` helps against that, as is known from the lines before.
    std::optional<SshMessage> read_line(std::string_view line, const SshMessage& message,
                                        const std::string& remedy = {});

    /// This one, which was refused, has been granted: of what listens here no more is known than that.
    void granted(const ConfiguredForward& forward);
    /// The server listens on this port for a -R 0 of these words.
    void note_port(const ConfiguredForward& forward, std::uint16_t port);
    /// Those that are refused, by such a message.
    bool some_are_refused(const SshMessage& refusal) const;

    /// Both tell of the same forward, as far as that is known.
    bool are_about_one(const SshMessage& refusal, const SshMessage& other) const;

    bool awaits_answers() const;  ///< the server's, of -R

    const std::vector<Forward>& all() const { return forwards_; }
    /// "-L 8080 unknown, shop -R 2222 working"; of many some.
    const std::string& in_words() const { return words_; }

private:
    void take_reply(std::string_view line);
    void take_user(std::string_view line);
    void take_answer(const ForwardReply& reply);
    void take_allocated(const std::string& port);
    void take_stdio(std::string_view line);
    std::optional<SshMessage> take_channel(std::string_view line, const SshMessage& message);
    std::optional<SshMessage> take_end_of_channel(std::string_view line);
    /// The first that is meant, or all.
    void set(const std::function<bool(const Forward&)>& is_meant, Forward::State state, bool all = false);
    void change(Forward& forward, Forward::State state);
    void put_in_words();

    std::vector<Forward> forwards_;
    std::vector<std::string> prohibited_;  ///< the numbers of channels that are about to be closed
    std::vector<std::string> dead_;        ///< the same, where the target is not there
    std::string answered_;                 ///< the place of a refusal that the next message tells again
    std::string words_;
};

}  // namespace autossh
