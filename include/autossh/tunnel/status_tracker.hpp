// Keeps the state of the tunnel true: from what ssh says, what its tests show and what the supervisor does.
#pragma once

#include "autossh/base/boxed.hpp"
#include "autossh/base/exit_status.hpp"
#include "autossh/rules/advice.hpp"
#include "autossh/rules/settling.hpp"
#include "autossh/rules/state.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/login_proof.hpp"
#include "autossh/ssh/plan.hpp"
#include "autossh/tunnel/end_cause.hpp"
#include "autossh/tunnel/figures.hpp"
#include "autossh/tunnel/refusals.hpp"
#include "autossh/tunnel/remarks.hpp"
#include "autossh/tunnel/reporter.hpp"

#include <algorithm>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Reports each change; where ssh is not understood, none: 1.4g's own lines say all that is known then.
class StatusTracker {
public:
    /// `over_ports`: it is tested with -M PORT. `progress`: of the ssh that runs, or has just ended.
    StatusTracker(
        Log& log, bool over_ports,
        std::function<LoginProgress()> progress = [] { return LoginProgress::unknown; });
    StatusTracker(const StatusTracker&) = delete;
    StatusTracker& operator=(const StatusTracker&) = delete;

    /// `on_change` is called whenever there may be more to say of the status.
    void watch_status(std::function<void()> on_change) { on_change_ = std::move(on_change); }
    /// How ssh will be run, settled before the first start.
    void set_plan(std::shared_ptr<const SshPlan> plan, bool on_terminal);

    /// `loop_port`, `loop_entrance`, `loop_echo`: as SessionTerms, of this session's loop, if it has one.
    void starting(std::string cause, std::optional<std::uint16_t> loop_port, std::string loop_entrance,
                  std::string loop_echo = {});
    void runs(pid_t ssh);  ///< and nothing has been said of it
    void executed(pid_t ssh);
    /// One line of ssh's log, with its end.
    void read_line(std::string_view raw_line) { proof_.read_line(raw_line, client_.logged_in()); }
    void read_refusal(std::string_view line);  ///< this and the next: as of ClientState
    void note_refusal(const SshMessage& refusal);
    void expect_probe(const std::string& target) { client_.expect_probe(target); }
    void hold_up(Time until) { settling_.hold(until); }           ///< as Settling::hold()
    std::uint64_t log_size() const { return proof_.log_size(); }  ///< in bytes, of this ssh
    /// One that has come past its log. `hidden`: it is not passed on, as it may be the server's banner.
    void read_stray_line(std::string_view line, bool hidden);
    void ssh_has_ended() { proof_.ssh_has_ended(client_.logged_in()); }  ///< no more will be seen of it
    void test_passed(Duration round_trip);
    void test_failed(const std::string& reason);     ///< after tests that have passed
    void connection_is_doubtful(std::string cause);  ///< the same, found without a test
    void server_is_heard() { record(TunnelEvent::test_passed, "the server is heard again"); }
    void loop_unproven(const std::string& reason);
    /// Its port is refused: it goes over this one of the server; nothing: over none.
    void loop_moves(std::optional<std::uint16_t> port);
    void echo_is_away(const std::string& reason);
    void note_sharing(std::string words);  ///< as Status::sharing
    /// Why ssh has ended. `complaint`: what it said when it was asked what it would do.
    Failure failure_of(ExitStatus status, const std::string& complaint);
    /// The same in full: with the holder of a port, and how ssh has exited.
    std::string cause_of_end(const Failure& failure, ExitStatus status) const;
    bool had_all_forwards() const { return had_all_forwards_; }  ///< in a session before
    /// A refused forward is asked for again on the living connection, and that is of use for all of them.
    void ask_again(bool possible) { may_ask_ = possible && plan_->forwards.are_asked_again; }
    bool may_ask() const { return may_ask_ && !client_.all_forwards_are_off(); }
    bool asks_again() const { return may_ask() && !client_.some_refusal_is_settled(); }
    bool waits_for_forwards() const;  ///< none works, and they are asked for again: not up
    void tell_of_wait_for_forwards();
    /// One that was refused works now: `words` say so.
    void forward_is_granted(const SshMessage& refusal, const ConfiguredForward& forward,
                            const std::string& words);
    /// Both as those of ClientState.
    void change_forwards(std::vector<Forward> forwards);
    void note_port(const ConfiguredForward& forward, std::uint16_t before, std::uint16_t port);
    Failure refusal() const { return refusals_.most_serious(client_); }  ///< that tells most; there is one
    /// Why ssh has ended, or is ended, as ended_of() will tell by its class.
    void note_failure(const Failure& failure) { failure_ = failure; }
    /// ssh has ended, and what follows is not known yet. Nothing: it has not failed.
    void ended_of(std::optional<FailureClass> failure, EndedBy by = EndedBy::exit);
    void session_is_over();  ///< a person or a command has ended it: the person at the terminal knows
    void ending(const std::string& cause) { record(TunnelEvent::ending, cause); }
    /// `wait`: until the next start; nothing: until there is a network.
    void waiting(const std::string& cause, std::optional<Duration> wait, const WaitWords& words);
    /// It would be started but for others, as StateMachine::note_hold() has it. `remedy`: or empty.
    void held(const std::string& words, bool in_line = false, const std::string& remedy = "");
    void gave_up(const std::string& cause, bool was_asked_for = false);
    void last_words(Level level, std::string_view words) { reporter_.last_words(level, words); }
    /// While waiting: it comes sooner, or the route to the server has come or gone.
    void note_next_try(std::optional<Time> next_try);
    void look(Time now);  ///< see settled_at()
    /// When forwards count as accepted, if ssh logs no refusal until then; Time::max(): not to come.
    Time settled_at() const { return std::min(forwards_settle_at(), remarks_.answer_is_due()); }
    const ClientState& client_state() const { return client_; }
    const Status& status() const { return state_machine_.status(); }
    const TunnelFigures& figures() const { return figures_; }
    std::optional<Time> logged_in_at() const { return settling_.logged_in_at(); }
    bool claims_login() const { return proof_.waits(); }  ///< and its process does not show it yet
    std::optional<Duration> up_for(Time now) const;       ///< of this session; nothing: not known
    /// Of the last log-in, or the one ssh was given. Nothing: by name only, or behind a proxy.
    std::optional<Destination> server_address() const;

private:
    void take_in(const LoggedLine& line, LoginProgress progress);
    void record(TunnelEvent what, std::string cause);
    void note_state();
    void note_login();
    void note_refused();
    void tell_refused();
    void note_loop();
    void note_remedy(const Failure& failure);
    void advise();
    Time forwards_settle_at() const;
    bool waits_for_test() const { return has_loop_ && !loop_is_no_help_ && !passed_while_held_; }

    Log& log_;
    LogContext context_;  ///< of the log's lines
    Reporter reporter_;
    Remarks remarks_{reporter_};
    std::function<void()> on_change_ = [] {};
    LoginProof proof_;
    bool over_ports_;
    std::shared_ptr<const SshPlan> plan_;
    StateMachine state_machine_;
    ClientState client_;
    pid_t ssh_ = 0;
    TunnelFigures figures_;
    Settling settling_;
    bool has_loop_ = false;
    bool loop_is_no_help_ = false;  ///< refused or unproven, in this session
    bool passed_while_held_ = false;
    Refusals refusals_;
    Advice advice_;
    bool may_ask_ = false;  ///< of this ssh
    bool had_all_forwards_ = false;
    Boxed<Failure> failure_;             ///< the last that was noted of this session
    std::optional<Destination> server_;  ///< of the last log-in
};

}  // namespace autossh
