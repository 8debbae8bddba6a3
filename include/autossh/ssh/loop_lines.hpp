// Which of ssh's lines are about our own loop of forwardings (-M auto) and no concern of the user's, and what
// they tell of it. No I/O.
#pragma once

#include "autossh/ssh/message.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace autossh {

class LoopLines {
public:
    struct Terms {
        std::optional<std::uint16_t>
            port;               ///< of the loop's forward on the server; nothing: there is no loop
        std::string entrance;   ///< the socket here where the loop begins; empty: there is none
        std::string echo = {};  ///< in place of the port: the loop's target, as ssh logs it
        std::optional<std::uint16_t> monitor_port = std::nullopt;  ///< in its place: of -M PORT
        bool users_forwards = true;  ///< beside the loop's there are forwards of the user's own
        bool may_move = false;       ///< to another port, where this one is refused
    };

    LoopLines() = default;
    explicit LoopLines(Terms terms) : terms_(std::move(terms)) {}

    /// Takes in a line without its end, and what it means. True: it concerns the loop alone. One that
    /// switches off all forwards tells something of the loop and of the user's forwards.
    bool take(const SshMessage& message, std::string_view line);

    void works() { works_ = true; }  ///< a message of ours has come back

    /// The server has not answered yet for its part of the loop, as far as the log tells.
    bool awaits_answer() const { return (terms_.port || terms_.monitor_port) && !answered_; }
    /// Its port is refused, and another one may be had.
    bool is_to_move() const { return port_is_refused_ && terms_.may_move && !refused_; }
    void move_to(std::uint16_t port);
    void cannot_move() { terms_.may_move = false; }
    /// The server forbids the loop, its port is taken and it cannot move, or ssh cannot listen at the
    /// entrance.
    bool refused() const { return refused_ || (port_is_refused_ && !terms_.may_move); }
    /// Why ssh cannot listen at the entrance; empty: it can.
    const std::string& entrance_refusal() const { return entrance_refusal_; }

private:
    void note_channel(std::string_view line);
    void note_answer(std::string_view line);
    bool is_port(const SshMessage& message) const;
    bool is_entrance(const SshMessage& message) const;

    Terms terms_;
    bool port_is_refused_ = false;
    bool refused_ = false;  ///< for another reason
    bool answered_ = false;
    std::string entrance_refusal_;
    bool opens_ = false;        ///< ssh has said that the next channel leads into the loop
    std::string open_channel_;  ///< the last one that did, by its number
    bool works_ = false;
};

}  // namespace autossh
