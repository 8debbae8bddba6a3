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
#include "autossh/ssh/probe_lines.hpp"
#include "autossh/ssh/session_terms.hpp"
#include "autossh/system/login_progress.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

class ClientState {
public:
    ClientState() = default;
    explicit ClientState(SessionTerms terms)
        : terms_(std::move(terms)),
          loop_({.port = terms_.loop_port,
                 .entrance = std::exchange(terms_.loop_entrance, {}),
                 .echo = std::exchange(terms_.loop_echo, {}),
                 .monitor_port = terms_.monitor_listens ? terms_.monitor_port : std::nullopt,
                 .users_forwards = terms_.users_forwards,
                 .may_move = terms_.is_our_master}),
          forwards_(std::exchange(terms_.forwards, {}))
    {}

    /// Takes in one line without its end. `progress`: how far the ssh has come by now, or further; before
    /// the log-in many a message can only be the server's, which can stand on a line of its own, and means
    /// nothing. True: ssh would have shown it to the user without us, so pass it on.
    /// `is_of_users_level`: as of LoggedLine.
    bool read_line(std::string_view line, LoginProgress progress = LoginProgress::unknown,
                   bool is_of_users_level = false);
    /// The same for several, with their ends; what is to be shown is forgotten.
    void read_lines(std::string_view text);
    /// That a forward is refused, known from its master's answer to us, in the words of its log.
    void read_refusal(std::string_view line);
    /// The same, of a forward that the server has granted on another address.
    void note_refusal(SshMessage refusal);
    /// As ProbeLines::expect().
    void expect_probe(std::string target) { probe_.expect(std::move(target)); }
    const ProbeLines& probe() const { return probe_; }
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
    /// It has granted all, and there is nothing else to wait for: ssh listens here before that.
    bool is_answered() const;
    /// The same as awaits_answers() for the tests' own.
    bool loop_awaits_answer() const { return loop_.awaits_answer(); }
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
    ProbeLines probe_;
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
