// What is known of one ssh from the lines of its log. No I/O.
#pragma once

#include "autossh/base/boxed.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/ssh/circumstances.hpp"
#include "autossh/ssh/explanation.hpp"
#include "autossh/ssh/forward_states.hpp"
#include "autossh/ssh/line_origin.hpp"
#include "autossh/ssh/loop_lines.hpp"
#include "autossh/ssh/message.hpp"
#include "autossh/system/login_progress.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// What is known of a session before the first line of its log.
struct SessionTerms {
    /// What the user wants to see, where the level DEBUG1 was added by us. Nothing: all that ssh logs.
    std::optional<SshLogLevel> users_level = SshLogLevel::info;
    std::optional<std::uint16_t> loop_port;  ///< our own forward's port on the server: nothing for the user
    bool users_forwards = true;              ///< beside those of the tests there are the user's own
    bool session = false;                    ///< a command or shell is run on the server
    bool shell = false;                      ///< a shell, as no command is given
    /// Of -M PORT: what is refused there leaves the user's alone.
    std::optional<std::uint16_t> monitor_port = std::nullopt;
    std::string loop_entrance = {};  ///< the socket here where our own loop begins: nothing for the user
    std::string loop_echo = {};      ///< as LoopLines::Terms::echo
    bool log_is_read = true;         ///< without ssh's log its silence says nothing
    std::vector<Forward> forwards = {};
    bool is_our_master = false;    ///< what it says of our requests is nothing for the user
    bool after_session = false;    ///< that had all forwards, and may hold their ports
    bool past_log_is_read = true;  ///< what comes past ssh's log comes to us, too
    bool tells_of_jobs = false;    ///< else what looks like condor-ssh's words is a server's
};

class ClientState {
public:
    ClientState() = default;
    explicit ClientState(SessionTerms terms)
        : terms_(std::move(terms)),
          loop_({terms_.loop_port, std::exchange(terms_.loop_entrance, {}),
                 std::exchange(terms_.loop_echo, {}), terms_.users_forwards, terms_.is_our_master}),
          forwards_(std::exchange(terms_.forwards, {}))
    {}

    /// Takes in one line without its end. `progress`: how far the ssh has come by now, or further; before
    /// the log-in many a message can only be the server's, which can stand on a line of its own, and means
    /// nothing. True: ssh would have shown it to the user without us, so pass it on.
    bool read_line(std::string_view line, LoginProgress progress = LoginProgress::unknown);
    /// The same for several, with their ends; what is to be shown is forgotten.
    void read_lines(std::string_view text);
    /// That a forward is refused, known from its master's answer to us, in the words of its log.
    void read_refusal(std::string_view line);
    /// One that has come past its log, without its end.
    void read_stray_line(std::string_view line) { circumstances_.read_stray_line(line); }

    bool logged_in() const { return !login_.empty(); }
    /// A first method has let us in, and the server wants a second one.
    bool has_first_factor() const { return first_factor_; }
    const std::string& login() const { return login_; }  ///< `HOST ([ADDR]:PORT) with METHOD`
    /// The server forbids the loop, its port is taken, or ssh cannot listen where it begins.
    bool loop_refused() const { return loop_.refused(); }
    const std::string& entrance_refusal() const { return loop_.entrance_refusal(); }  ///< why; or empty
    LoopLines& loop() { return loop_; }
    const LoopLines& loop() const { return loop_; }
    /// The user's, as Status::forwards.
    const std::string& forwards() const { return forwards_.in_words(); }
    const std::vector<Forward>& users_forwards() const { return forwards_.all(); }
    /// As ForwardStates::become(); what was refused and is not wanted any more is forgotten.
    void change_forwards(std::vector<Forward> forwards);
    /// The server has not answered for each of those that it is to listen for.
    bool awaits_answers() const { return forwards_.awaits_answers(); }
    /// The user's forwards that do not work, remote and local, as ssh names them: ports or paths.
    const std::vector<SshMessage>& refused_forwards() const { return refused_forwards_; }
    bool is_refused(const SshMessage& refusal) const;  ///< it is still among them
    /// One of them fails wholly, so that with ExitOnForwardFailure ssh would end. (A forward that got one of
    /// two addresses does not.)
    bool some_forward_failed() const { return all_forwards_off_ || !failed_forwards_.empty(); }
    /// None of the addresses of those that this one is about could be had.
    bool fails_wholly(const SshMessage& refusal) const;
    /// One that was refused by this message has been asked for again, and works.
    void forward_is_granted(const SshMessage& refusal, const ConfiguredForward& forward);
    /// The server listens on `port` for this -R 0. `before`: which ssh has told; 0: none.
    void note_port(const ConfiguredForward& forward, std::uint16_t before, std::uint16_t port);
    bool some_refusal_is_settled() const;  ///< one of them is granted only by another log-in
    /// ssh itself has dropped them all, for want of trust in the server.
    bool all_forwards_are_off() const { return all_forwards_off_; }
    /// None of so many works, and some are needed.
    bool every_forward_failed(std::size_t forwards) const;
    bool required_forward_failed() const;  ///< one of the need `required`
    /// On the server, for the user's -R 0:…, each a decimal number.
    const std::vector<std::string>& allocated_ports() const { return allocated_ports_; }
    const Failure& dead_target() const;                         ///< the last one's reason; no cause: none
    std::uint64_t failed_uses() const { return failed_uses_; }  ///< of dead targets
    /// What its debug lines tell of it.
    const SshCircumstances& circumstances() const { return circumstances_.found(); }
    /// The log holds a reason for ssh's end (a dead target is none).
    bool failed() const { return failure_.has_value(); }
    /// The message that holds the reason; null where there is none.
    const SshMessage* reason() const { return failure_ ? &*failure_ : nullptr; }
    /// ssh says that it was ended by SIGHUP.
    bool hung_up() const { return failure_ && failure_->subject == "signal 1"; }
    /// That reason is one for which ssh ends by itself, with a last word of its own, and it has not: a server
    /// has said so.
    bool reason_is_claimed() const;

    /// Why it ended. Without any words of ssh's: class other, with the exit status as the cause.
    Failure failure(ExitStatus status, const KeyCircumstances& keys) const;

private:
    bool is_foreign(std::string_view line);
    bool may_come_now(const SshMessage& message, std::string_view line);
    void take(SshMessage message, std::string_view line);
    void take_failure(SshMessage message);
    void take_refused_forward(const SshMessage& message);
    void note_failed_forward(const SshMessage& message);
    void explain_forward(SshMessage& message);
    void take_dead_target(SshMessage message, std::string_view line);
    Failure without_words(ExitStatus status) const;

    static constexpr std::size_t most_remembered = 64;  // a server has a say in it, for years perhaps
    SessionTerms terms_;                                ///< without what the members below have
    LoopLines loop_;
    ForwardStates forwards_;
    CircumstanceReader circumstances_;
    LineOrigin origin_;
    std::string login_;
    bool first_factor_ = false;
    bool session_over_ = false;
    std::multiset<std::string> failed_forwards_;  ///< by direction and port or path
    bool all_forwards_off_ = false;
    std::vector<SshMessage> refused_forwards_;
    std::vector<std::string> allocated_ports_;
    Boxed<Failure> dead_target_;
    std::uint64_t failed_uses_ = 0;
    Boxed<SshMessage> failure_;
    Boxed<SshMessage> plain_failure_;  ///< the heaviest that is no matter for a person
    bool ended_by_itself_ = false;     ///< its last line says that it will not go on
    std::string unknown_words_;        ///< the last before the log-in that are not known to us
};

}  // namespace autossh
