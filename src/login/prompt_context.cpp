#include "autossh/login/prompt_context.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/key_circumstances.hpp"
#include "autossh/ssh/path.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

PromptContext prompt_context(const SshPlan& plan, bool person, const std::vector<GuardedKey>& known)
{
    PromptContext context;
    context.destination = plan.login.accounts;
    context.person = person;
    const SshPaths paths(plan.login.keys.path_tokens);
    for (const std::string& file : plan.login.keys.files)
        context.key_files.push_back(paths(file).value_or(file));
    for (const auto& home : {paths("~"), environment_variable("HOME")})
        if (home && !home->empty())
            context.homes.push_back(*home);
    context.guarded = guarded_keys(plan.login.keys);
    for (const auto& jump : plan.login.jump_keys) {
        const auto more =
            jump ? guarded_keys(*jump) : std::vector{GuardedKey{"", "that of a jump host's key"}};
        context.guarded.insert(context.guarded.end(), more.begin(), more.end());
    }
    for (const GuardedKey& key : known)
        if (std::ranges::find(context.guarded, key.key, &GuardedKey::key) == context.guarded.end())
            context.guarded.push_back(key);
    return context;
}

std::string what_is_asked(const Prompt& prompt, std::string_view text)
{
    if (prompt.subject.empty())
        return fmt::format("\"{}\"", one_line(text));
    return one_line(fmt::format("for the {} of {}", name(prompt.kind), prompt.subject));
}

}  // namespace autossh
