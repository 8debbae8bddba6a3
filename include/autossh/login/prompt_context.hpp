// What the rules have to know of the ssh that is about to ask: whose account it is, and which keys there are.
#pragma once

#include "autossh/login/prompt_rules.hpp"
#include "autossh/ssh/plan.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// `person`: one can be asked what no secret answers. `known`: the keys that were there before, of which each
/// may only be away, or be an agent's for a while, and counts on. Reads the key files.
PromptContext prompt_context(const SshPlan& plan, bool person, const std::vector<GuardedKey>& known);

/// "for the password of USER@HOST", "for the passphrase of KEY", or what the question says.
std::string what_is_asked(const Prompt& prompt, std::string_view text);

}  // namespace autossh
