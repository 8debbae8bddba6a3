#include "autossh/login/secret_store.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/system/process_privacy.hpp"
#include "autossh/system/terminal_question.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

using SourceKind = SecretSource::Kind;

Secret typed_secret(const std::string& pattern)
{
    const std::string prompt = pattern.empty()
                                   ? "autossh: passphrase or password for ssh: "
                                   : fmt::format("autossh: passphrase or password for {}: ", pattern);
    auto typed = ask_on_terminal(prompt, true);
    if (!typed)
        throw SecretError("no secret was typed: --secret-prompt needs somebody at a terminal");
    if (typed->empty())
        throw SecretError("the secret that was typed is empty");
    return std::move(*typed);
}

}  // namespace

SecretStore::SecretStore(const std::vector<SecretRule>& rules, const Environment& environment)
    : rules_(rules), environment_(environment)
{
    if (!rules_.empty())
        hide_memory_from_others();
    // Nobody shall type a secret before it is clear that all else is well.
    for (std::size_t rule = 0; rule < rules_.size(); ++rule)
        check(rule);
    for (std::size_t rule = 0; rule < rules_.size(); ++rule)
        ask_for(rule);
}

void SecretStore::check(std::size_t rule)
{
    const SecretSource& source = rules_[rule].source;
    if (source.kind == SourceKind::command && find_program(source.command.front()).empty())
        throw SecretError(
            fmt::format("the secret command \"{}\" is no program that can be run", source.command.front()));
    if (source.kind == SourceKind::descriptor && first_with(source) == rule)
        kept_.emplace(rule, secret_from_descriptor(source.fd));
    if (source.kind == SourceKind::file || source.kind == SourceKind::credential)
        read(rule);
}

void SecretStore::ask_for(std::size_t rule)
{
    if (rules_[rule].source.kind == SourceKind::prompt)
        kept_.emplace(rule, typed_secret(rules_[rule].pattern));
}

std::size_t SecretStore::first_with(const SecretSource& source) const
{
    const auto found = std::ranges::find(rules_, source, &SecretRule::source);
    return static_cast<std::size_t>(found - rules_.begin());
}

void SecretStore::take_over()
{
    for (auto& [rule, secret] : kept_) {
        secret.lock_again();
        secret.keep_from_children();
    }
}

Secret SecretStore::read(std::size_t rule) const
{
    const SecretSource& source = rules_.at(rule).source;
    switch (source.kind) {
    case SourceKind::file: return secret_from_file(with_home(source.name));
    case SourceKind::credential: return secret_from_credential(source.name, environment_);
    case SourceKind::descriptor: return kept_.at(first_with(source)).copy();
    case SourceKind::prompt: return kept_.at(rule).copy();
    case SourceKind::command: break;
    }
    throw SecretError("a secret command is run by the event loop");
}

}  // namespace autossh
