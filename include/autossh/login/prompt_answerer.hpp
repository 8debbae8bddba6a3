// Answers what ssh asks: by the rules, from the sources of the secrets, or through a person.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/boxed.hpp"
#include "autossh/base/failure.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/login/ask_socket.hpp"
#include "autossh/login/caller.hpp"
#include "autossh/login/prompt_rules.hpp"
#include "autossh/login/secret_sources.hpp"
#include "autossh/login/secret_store.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/jump_login.hpp"
#include "autossh/ssh/plan.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// Who and what can answer.
struct LoginHelp {
    SecretStore secrets = {};
    Caller* caller = nullptr;  ///< waits in the foreground while we are in the background; null: nobody
};

/// Follows one ssh after another.
class PromptAnswerer {
public:
    /// `on_change` is called when must_end() may have changed.
    PromptAnswerer(const ProcessContext& process, AskSocket& socket, const TunnelSettings& settings,
                   LoginHelp& help, Log& log, std::function<void()> on_change);

    /// There are secrets, or there is somebody in the foreground.
    bool is_needed() const { return !settings_.secrets.empty() || caller_is_there(); }
    bool caller_is_there() const { return caller_ != nullptr && caller_->is_there(); }

    void release_caller() const
    {
        if (caller_is_there())
            caller_->release();
    }

    /// `drain` hands out to note_log_line() what ssh has logged by now.
    void listen_by(std::function<void()> drain) { drain_ = std::move(drain); }
    /// A line of ssh's, which may belong to its next question: the name and the instruction of the server's.
    void note_log_line(std::string_view line);

    /// Takes questions in `directory`, that of the process. False: it cannot, and has said so.
    bool listen(const std::string& directory);
    bool is_there() const;

    /// What the ssh that is about to start needs in its environment. `person`: one can be asked what no
    /// secret answers. Throws std::system_error.
    std::vector<std::string> ssh_starts(const SshPlan& plan, bool person);
    /// `by_proxy`: by way of a jump host or a ProxyCommand.
    void ssh_runs(pid_t ssh, bool by_proxy)
    {
        desk_.ssh_runs(ssh);
        if (by_proxy)
            jump_login_.ssh_runs(ssh, Clock::now());
    }
    /// Of the ssh that runs, or has just ended: the process for the jump host has shown it.
    bool jump_host_let_in() const { return jump_login_.let_in(); }
    void ssh_has_ended();

    void ssh_has_logged_in();

    /// Does what has come due.
    void look(Time now) { jump_login_.look(now); }
    Time next_look() const { return jump_login_.next_look(); }

    /// Why the first question without an answer had none.
    const std::optional<Failure>& failure() const { return asked().failure; }
    /// What lies behind `failure`, of an ssh that has not logged in: a question that was not answered makes
    /// ssh say something of keys and passwords.
    Failure explained(const Failure& failure) const;
    /// An answer that we do not have would be a wrong try.
    bool must_end() const { return asked().must_end; }
    /// A server was given a secret, and this ssh has ended of `failure` without a log-in: that may have been
    /// a wrong try, of which too many lock an account.
    bool secret_may_be_wrong(FailureClass failure) const;
    /// A person was asked by way of us.
    bool has_asked_person() const { return asked().has_asked_person; }
    /// Without a person ssh cannot log in, as far as we know.
    bool person_is_needed() const { return person_is_needed_; }

private:
    /// What has come of the questions of this ssh. Most have none.
    struct Asked {
        std::optional<PromptRules> rules;
        std::optional<Failure> failure;
        bool must_end = false;
        bool jump_host_failed = false;  ///< it was a question of a jump host's ssh
        bool has_asked_person = false;
        bool has_given_to_target = false;
        std::string beside_question;      ///< for the person who is asked next
        std::set<std::string> questions;  ///< that a person was asked
        std::optional<std::pair<std::size_t, Secret>>
            mended;  ///< by a person, if it lets us in: rule, answer
    };

    const Asked& asked() const
    {
        static const Asked nothing;
        return asked_ ? *asked_ : nothing;
    }

    Awaitable<AskAnswer> answer(AskRequest request, pid_t asker);
    Awaitable<AskAnswer> give(std::size_t rule, Prompt prompt, Asker asker);
    Awaitable<AskAnswer> ask_person(AskRequest request, Prompt prompt,
                                    std::optional<std::size_t> refused_rule);
    void keep_if_right(std::size_t rule, const Secret& typed);
    void fail(Failure failure, bool end_ssh);

    const TunnelSettings& settings_;
    SecretStore& secrets_;
    SecretSources sources_;
    Caller* caller_;
    Log& log_;
    std::function<void()> on_change_;
    std::function<void()> drain_ = [] {};
    std::string askpass_program_;
    Timer end_;               ///< for who waits for the end of ssh
    std::int64_t ended_ = 0;  ///< how many of them have
    AskSocket& socket_;
    AskDesk desk_;

    std::vector<GuardedKey> guarded_;  ///< all that ever were: what a secret may be for

    bool person_helped_ = false;     ///< the last log-in needed what was typed
    bool person_is_needed_ = false;  ///< one was asked, in this ssh or before

    JumpLogin jump_login_;  ///< of this ssh
    Boxed<Asked> asked_;
};

}  // namespace autossh
