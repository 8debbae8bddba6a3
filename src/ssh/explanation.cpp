#include "autossh/ssh/explanation.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/explanation_table.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <vector>

#include <fmt/args.h>
#include <fmt/format.h>

namespace autossh {

namespace {

using enum FailureClass;

constexpr std::size_t longest_cause = 100;
constexpr std::size_t longest_remedy = 112;

std::string without_end_of(const std::string& text, std::string_view end)
{
    return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

/// ssh -l nobody -W '[%h]:%p' gate: the same without -W.
std::string by_hand(const std::string& jump)
{
    const std::size_t begin = jump.find(" -W ");
    const std::size_t end = begin == std::string::npos ? begin : jump.find(' ', begin + 4);
    return end == std::string::npos ? jump : jump.substr(0, begin) + jump.substr(end);
}

std::string login_words(const SshCircumstances& known)
{
    const std::string account = fmt::format("{}@{}", known.user, known.host);
    return known.port.empty() || known.port == "22" ? account : fmt::format("-p {} {}", known.port, account);
}

/// Of ssh_config(5), for "no matching cipher found."
std::string_view option_of_algorithm(std::string_view words)
{
    constexpr std::array<std::pair<std::string_view, std::string_view>, 4> options{
        {{"cipher", "Ciphers"},
         {"MAC", "MACs"},
         {"key exchange", "KexAlgorithms"},
         {"host key", "HostKeyAlgorithms"}}};
    for (const auto& [name, option] : options)
        if (words.find(name) != words.npos)
            return option;
    return "the algorithms";
}

using Values = fmt::dynamic_format_arg_store<fmt::format_context>;

/// What a server or a stranger may have worded goes into no command that a person is told to type.
bool is_safe_in_command(std::string_view name, std::string_view value)
{
    constexpr std::string_view safe =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-+@%:,=~[]";
    constexpr std::array<std::string_view, 3> of_ours{"jump", "proxy", "place"};  // see read_remote()
    if (std::ranges::find(of_ours, name) != of_ours.end())
        return true;
    return value.find_first_not_of(name == "login" ? std::string(safe) + " " : std::string(safe)) ==
           value.npos;
}

/// `unsafe`: the names of those that must not stand in a command. `in_text`: they are for a sentence.
Values values_of(const SshMessage& reason, const SshCircumstances& known, const KeyCircumstances& keys,
                 std::vector<std::string>& unsafe, bool in_text)
{
    const std::string& subject = reason.subject;
    const std::string key = known.offered.empty() ? "" : known.offered.front();
    const bool plain_port = known.port == "22" || known.port.empty();
    Values values;
    const auto add = [&](const char* name, const std::string& value) {
        values.push_back(fmt::arg(name, value));
        if (!is_safe_in_command(name, value))
            unsafe.emplace_back(name);
    };
    add("told", reason.failure.cause);
    add("subject", subject);
    values.push_back(fmt::arg("option", option_of_algorithm(subject)));
    add("missing", keys.missing_key.empty() ? subject : keys.missing_key);
    const std::string host = known.host.empty() ? subject : known.host;
    add("host", in_text ? as_name(host) : host);
    add("port", known.port.empty() ? reason.address : known.port);
    add("user", known.user);
    add("address", known.address);
    add("login", login_words(known));
    const std::string spec = plain_port ? known.host : fmt::format("[{}]:{}", known.host, known.port);
    add("spec", known.host_key_alias.empty() ? spec : known.host_key_alias);
    add("file", known.known_host.substr(0, known.known_host.rfind(':')));
    add("key", key);
    add("private", without_end_of(subject, ".pub"));
    add("count", std::to_string(known.offered.size()));
    add("methods", known.methods);
    add("place", known.key_place);
    add("greeting", known.greeting);
    add("program", keys.missing_program);
    add("jump", by_hand(known.proxy_command));
    add("proxy", known.proxy_command);
    add("stray", known.stray_words.empty() ? "" : ": " + known.stray_words);
    add("said", known.stray_words.empty() ? "" : fmt::format(": \"{}\"", known.stray_words));
    return values;
}

/// `configured`: perhaps with a ~, which ssh has resolved.
bool is_among(const std::vector<std::string>& told, std::string_view configured)
{
    configured.remove_prefix(configured.starts_with('~') ? 1 : 0);
    return std::ranges::any_of(told, [&](const std::string& key) { return key.ends_with(configured); });
}

/// The key whose passphrase is wanting: the server takes it, or ssh cannot even offer it.
std::string locked_key(const SshCircumstances& known, const KeyCircumstances& keys)
{
    for (const std::string& key : keys.encrypted_keys)
        if (is_among(known.accepted, key))
            return key;
    const auto found = std::ranges::find_if(
        keys.encrypted_keys, [&](const std::string& key) { return !is_among(known.offered, key); });
    return found == keys.encrypted_keys.end() ? "" : *found;
}

/// What ssh keeps to itself: it says "Permission denied" and not that no key could be used.
std::optional<Failure> explained_by_keys(const SshMessage& reason, const SshCircumstances& known,
                                         const KeyCircumstances& keys)
{
    const bool denied_key = reason.failure.failure_class == authentication_refused &&
                            reason.weight == denied && reason.subject.find("publickey") != std::string::npos;
    if (!denied_key || known.first_factor)
        return std::nullopt;
    if (!keys.useless_certificate.empty())
        return Failure{key_unusable, one_line(keys.useless_certificate),
                       std::string(explanation_of(Cause::certificate_invalid).remedy)};
    const bool agent_gone = keys.agent_expected && !keys.agent_reachable;
    const std::string locked = locked_key(known, keys);
    if (locked.empty())
        return agent_gone ? std::optional(Failure{agent_unreachable, "the agent cannot be reached"})
                          : std::nullopt;
    const char* why = "nobody can be asked";
    if (agent_gone)
        why = "the agent cannot be reached";
    else if (keys.agent_reachable)  // what it holds is not known
        why = is_among(known.accepted, locked) ? "the agent does not have it"
                                               : "the agent does not have it, or the server refuses it";
    return Failure{key_unusable, one_line(fmt::format("the key {} needs a passphrase, and {}", locked, why)),
                   fmt::format("ssh-add {0}, or give the passphrase: --secret-for '{0}=file:PATH'", locked)};
}

}  // namespace

Failure explained(const SshMessage& reason, const SshCircumstances& known, const KeyCircumstances& keys)
{
    Failure failure = reason.failure;
    if (!failure.remedy.empty())
        return failure;
    if (keys.missing_key.empty())
        if (auto by_keys = explained_by_keys(reason, known, keys))
            return *by_keys;
    const bool match_failed = !keys.missing_program.empty() && known.proxy_command.empty();
    const auto cause =
        match_failed ? std::optional(Cause::match_program_missing) : cause_of(reason, known, keys);
    if (cause) {
        const ExplainedCause found = explanation_of(*cause);
        std::vector<std::string> unsafe;
        const Values in_text = values_of(reason, known, keys, unsafe, true);
        unsafe.clear();
        const Values in_command = values_of(reason, known, keys, unsafe, false);
        if (found.failure_class != other)
            failure.failure_class = found.failure_class;
        failure.lasts = is_lasting(*cause);
        const bool says_it = reason.failure.cause.starts_with(no_key_is_enough) &&
                             (*cause == Cause::password_wanted || *cause == Cause::answers_wanted);
        failure.cause = shortened(says_it ? failure.cause : fmt::vformat(found.text, in_text), longest_cause);
        failure.remedy = fmt::vformat(found.remedy, in_command);
        const bool is_unsafe = std::ranges::any_of(unsafe, [&](const std::string& name) {
            return found.remedy.find("{" + name + "}") != std::string_view::npos;
        });
        if (failure.remedy.size() > longest_remedy || is_unsafe)
            failure.remedy.clear();  // half a command is none
    }
    return failure;
}

Failure explained_end_of_session(const SshCircumstances& known, bool shell)
{
    SshMessage ended;
    ended.kind = SshMessage::Kind::session_over;
    ended.failure = {FailureClass::other,
                     std::string(shell ? shell_has_ended : "the remote command has ended")};
    return explained(ended, known, {});
}

}  // namespace autossh
