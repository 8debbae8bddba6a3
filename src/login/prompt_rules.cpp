#include "autossh/login/prompt_rules.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/message.hpp"

#include <algorithm>
#include <iterator>
#include <string_view>

#include <fnmatch.h>

#include <fmt/core.h>

namespace autossh {

namespace {

using Act = PromptDecision::Act;
using Kind = Prompt::Kind;

constexpr std::size_t longest_told_key = 100;  // OpenSSH's "%.100s"

/// No NUL: it would hide from fnmatch what is behind it.
bool fits(const std::string& pattern, const std::string& text)
{
    return text.find('\0') == std::string::npos && fnmatch(pattern.c_str(), text.c_str(), FNM_NOESCAPE) == 0;
}

bool fits_any(const std::string& pattern, std::span<const std::string> names)
{
    return std::ranges::any_of(names, [&](const std::string& name) { return fits(pattern, name); });
}

/// A pattern `USER@HOST QUESTION`. The question is the server's, so nothing of it may stand for the account,
/// or a server could ask for what `*/some key` is given to.
bool fits_with_question(const std::string& pattern, std::span<const std::string> names,
                        const std::string& question)
{
    const std::size_t blank = pattern.find(' ');
    if (blank == std::string::npos || pattern.find('@') > blank)
        return false;
    return fits_any(pattern.substr(0, blank), names) && fits(pattern.substr(blank + 1), question);
}

PromptDecision after_refusal(std::size_t rule, PromptDecision decision)
{
    if (decision.act == Act::ask_person)
        decision.refused_rule = rule;
    return decision;
}

/// What a secret is given for: the second time means that it was wrong, however the server words its
/// question. A command has another answer for another kind of question.
std::string occasion(const Prompt& prompt, const SecretSource& source, const Asker& asker)
{
    const bool always_new = source.kind == SecretSource::Kind::command;
    return fmt::format("{} {} {}", asker.process, always_new ? name(prompt.kind) : "", prompt.subject);
}

}  // namespace

PromptRules::PromptRules(std::span<const SecretRule> rules, PromptContext context)
    : rules_(rules), context_(std::move(context))
{}

PromptDecision PromptRules::decide(const Prompt& prompt, const Asker& asker)
{
    using enum FailureClass;
    const std::string question = one_line(prompt.question);
    switch (prompt.kind) {
    case Kind::passphrase: return decide_for_key(prompt, asker);
    case Kind::password:
    case Kind::code:
    case Kind::challenge: return decide_for_server(prompt, asker);
    case Kind::new_password:
        return person_or(Act::end_ssh, needs_person,
                         fmt::format("needs a person: the server wants the password of {} to be changed",
                                     one_line(prompt.subject)));
    case Kind::host_key:
        return person_or(Act::refuse, host_key_unknown,
                         "the server's host key is not known, and only a person may accept it");
    case Kind::notice:
        return person_or(Act::refuse, needs_person, fmt::format("needs a person: {}", question));
    case Kind::pin:
    case Kind::confirmation:
    case Kind::unknown: break;
    }
    // What we do not know may come from a server, and an empty answer be a try.
    const Act act = prompt.kind == Kind::unknown ? Act::end_ssh : Act::refuse;
    return person_or(act, needs_person, fmt::format("needs a person: ssh asks \"{}\"", question));
}

PromptDecision PromptRules::decide_for_key(const Prompt& prompt, const Asker& asker)
{
    const std::string key = one_line(prompt.subject);
    const auto rule = rule_for_key(prompt.subject);
    if (!rule)
        return person_or(Act::refuse, FailureClass::key_unusable,
                         fmt::format("the key {} needs a passphrase, and no secret is given for it", key));
    if (!given_.emplace(*rule, fmt::format("{} {}", asker.process, prompt.subject)).second)
        return after_refusal(*rule,
                             person_or(Act::refuse, FailureClass::authentication_refused,
                                       fmt::format("the secret is not the passphrase of the key {}", key)));
    // From now on the secret for everything is known to be a passphrase.
    if (rules_[*rule].pattern.empty())
        context_.guarded.push_back({prompt.subject, fmt::format("the passphrase of {}", prompt.subject)});
    return {Act::give, *rule, {}};
}

PromptDecision PromptRules::decide_for_server(const Prompt& prompt, const Asker& asker)
{
    using enum FailureClass;
    const std::string account = one_line(prompt.subject);
    if (rules_.empty() && !context_.person)
        return {Act::end_ssh,
                0,
                {authentication_refused,
                 prompt.kind == Kind::password
                     ? fmt::format("no key is enough: the server asks for the password of {}", account)
                     : fmt::format("no key is enough: {} asks \"{}\"", account, one_line(prompt.question))}};
    const auto fit = fit_for_server(prompt, asker);
    if (!fit && prompt.kind == Kind::password)
        return person_or(Act::end_ssh, secret_unavailable,
                         fmt::format("no secret is given for the password of {}", account));
    if (!fit)
        return person_or(Act::end_ssh, needs_person,
                         fmt::format("needs a person: {} asks \"{}\"", account, one_line(prompt.question)));
    const GuardedKey* const guarded = rules_[*fit].pattern.empty() ? what_it_may_be_for() : nullptr;
    if (guarded != nullptr)
        return person_or(
            Act::end_ssh, secret_unavailable,
            fmt::format("the secret may be {}, which no server may have; say what it is for: --secret-for "
                        "'{}=SOURCE'",
                        one_line(guarded->secret), one_line(context_.destination.front())));
    if (!given_.emplace(*fit, occasion(prompt, rules_[*fit].source, asker)).second)
        return after_refusal(*fit,
                             person_or(Act::end_ssh, authentication_refused,
                                       fmt::format("the server does not accept the secret for {}", account)));
    return {Act::give, *fit, {}};
}

std::optional<std::size_t> PromptRules::rule_for_key(const std::string& key) const
{
    std::vector<std::string> names{key};
    std::ranges::copy_if(context_.key_files, std::back_inserter(names), [&](const std::string& file) {
        return file.compare(0, longest_told_key, key) == 0;
    });
    for (std::size_t i = names.size(); i-- > 0;)
        for (const std::string& home : context_.homes)
            if (names[i].starts_with(home + "/"))
                names.push_back("~" + names[i].substr(home.size()));
    std::optional<std::size_t> otherwise;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const std::string& pattern = rules_[i].pattern;
        if (!pattern.empty() && fits_any(pattern, names))
            return i;
        if (pattern.empty() && !otherwise)
            otherwise = i;
    }
    return otherwise;
}

/// A secret that stands in a file is no answer to what changes each time, unless it is said to be.
std::optional<std::size_t> PromptRules::fit_for_server(const Prompt& prompt, const Asker& asker) const
{
    const bool destination = !asker.is_for_jump_host && is_destination(prompt.subject);
    const std::vector<std::string> names =
        destination ? context_.destination : std::vector<std::string>{prompt.subject};
    const auto may_answer = [&](const SecretRule& rule) {
        return prompt.kind == Kind::password ||
               (prompt.kind == Kind::code && rule.source.kind == SecretSource::Kind::command);
    };
    std::optional<std::size_t> otherwise;
    for (std::size_t i = 0; i < rules_.size(); ++i) {
        const SecretRule& rule = rules_[i];
        if (fits_with_question(rule.pattern, names, prompt.question))
            return i;
        if (!rule.pattern.empty() && may_answer(rule) && fits_any(rule.pattern, names))
            return i;
        if (rule.pattern.empty() && destination && may_answer(rule) && !otherwise)
            otherwise = i;
    }
    return otherwise;
}

/// The secret for what no pattern names.
const GuardedKey* PromptRules::what_it_may_be_for() const
{
    const auto found = std::ranges::find_if(context_.guarded, [this](const GuardedKey& guarded) {
        const auto rule = rule_for_key(guarded.key);
        return rule && rules_[*rule].pattern.empty();
    });
    return found == context_.guarded.end() ? nullptr : &*found;
}

bool PromptRules::is_destination(const std::string& account) const
{
    return std::ranges::find(context_.destination, account) != context_.destination.end();
}

PromptDecision PromptRules::person_or(Act act, FailureClass failure_class, std::string cause) const
{
    if (context_.person)
        return {Act::ask_person, 0, {}};
    return {act, 0, {failure_class, std::move(cause)}};
}

}  // namespace autossh
