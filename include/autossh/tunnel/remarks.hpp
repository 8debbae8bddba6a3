// What is worth knowing of a tunnel and changes no state: that it is not tested, that a forward's target
// cannot be reached, that the server has not answered yet. Each is told once.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"
#include "autossh/rules/state.hpp"
#include "autossh/ssh/circumstances.hpp"
#include "autossh/tunnel/dead_targets.hpp"
#include "autossh/tunnel/reporter.hpp"

#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

class Remarks {
public:
    explicit Remarks(Reporter& reporter) : reporter_(reporter) {}

    /// Another one; it is being executed.
    /// `log_is_read`: it would tell that the server answers.
    void ssh_starts(Time now, bool log_is_read);

    /// For as long as autossh runs.
    void no_tests(const std::string& reason);
    /// The same when the causes that concern the user have been told.
    void keep_no_tests(const std::string& reason);
    void tell_kept();

    void echo_is_away(const std::string& reason);  ///< once, until it answers
    void echo_answers();

    void no_control_line(const std::string& reason);  ///< once
    void own_connection(const std::string& path);     ///< once: another ssh answers there

    /// Once: that a required one is refused would not be seen.
    void needs_are_unseen();
    /// One that the tunnel does not need is refused.
    void optional_forward(const Failure& refusal);

    bool has_told(const Failure& target) const { return dead_targets_.is_told(target.cause); }
    /// A use of it has failed. Repeats are counted, and told after a while and at the end of ssh.
    void dead_target(const Failure& target, Time now);
    void ssh_has_ended(Time now) { tell_repeats(now, Duration::zero()); }

    /// While ssh is connecting. True: the server is silent, and `state_machine` knows it now.
    bool look(Time now, const SshCircumstances& known, StateMachine& state_machine);
    /// When to look.
    Time answer_is_due() const { return answer_due_; }
    void server_has_answered() { answer_due_ = never; }

private:
    void tell_repeats(Time now, Duration interval);

    Reporter& reporter_;
    bool no_tests_told_ = false;
    bool echo_is_away_ = false;
    bool no_control_line_told_ = false;
    bool own_connection_told_ = false;
    bool unseen_needs_told_ = false;
    std::string kept_;
    DeadTargets dead_targets_;
    Time answer_due_ = never;
};

}  // namespace autossh
