// Which secret answers which question of one ssh, if any does. Pure.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/guarded_key.hpp"
#include "autossh/ssh/prompt.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// What is known of one start of ssh.
struct PromptContext {
    std::vector<std::string> destination;  ///< USER@HOST, by each name it has; empty: not known
    std::vector<std::string> key_files;    ///< absolute
    std::vector<std::string> homes;        ///< what "~" in front of a pattern may mean
    std::vector<GuardedKey> guarded;       ///< those of them that need a secret, or may
    bool person = false;                   ///< somebody can be asked what no secret answers
};

/// The ssh that asks, as each in a chain of jump hosts has questions of its own.
struct Asker {
    std::int64_t process = 0;       ///< 0: not known
    bool is_for_jump_host = false;  ///< it is not the one that we have started
};

/// What becomes of one question.
struct PromptDecision {
    enum class Act {
        give,  ///< the secret of rule number `rule`
        ask_person,
        refuse,   ///< ssh goes on without an answer, at no cost
        end_ssh,  ///< without an answer ssh would send an empty one, and that is a wrong try
    };
    Act act = Act::refuse;
    std::size_t rule = 0;
    Failure failure = {};  ///< refuse, end_ssh: why, for the log and for the end of ssh
    std::optional<std::size_t> refused_rule = {};  ///< ask_person: this one's secret was wrong
};

/// Follows one ssh from its start to its end: no secret answers the same question twice, but for the
/// passphrase of a key that several of a chain of jump hosts use.
class PromptRules {
public:
    /// `rules` outlive this.
    PromptRules(std::span<const SecretRule> rules, PromptContext context);

    PromptDecision decide(const Prompt& prompt, const Asker& asker = {});

    /// Those of the context, and what has turned out to be another one.
    const std::vector<GuardedKey>& guarded() const { return context_.guarded; }

private:
    PromptDecision decide_for_key(const Prompt& prompt, const Asker& asker);
    PromptDecision decide_for_server(const Prompt& prompt, const Asker& asker);
    std::optional<std::size_t> rule_for_key(const std::string& key) const;
    std::optional<std::size_t> fit_for_server(const Prompt& prompt, const Asker& asker) const;
    const GuardedKey* what_it_may_be_for() const;
    bool is_destination(const std::string& account) const;
    PromptDecision person_or(PromptDecision::Act act, FailureClass failure_class, std::string cause) const;

    std::span<const SecretRule> rules_;
    PromptContext context_;
    std::set<std::pair<std::size_t, std::string>> given_;  ///< rule, and whom or what for
};

}  // namespace autossh
