// What a server may have ssh ask, and which secret that gets. An input is lines: letters for what is known,
// ssh's hint, a pattern; then the questions of one ssh, parted by form feeds. The letters: p somebody can be
// asked, d the destination is known, e it has an encrypted key, o another one, f and c the secret for
// everything is from a file or a command, k a rule names the key, q one names a question.
#include "autossh/login/prompt_rules.hpp"
#include "autossh/ssh/prompt.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include <fnmatch.h>

using namespace autossh;
using fuzz::require;
using Act = PromptDecision::Act;
using Kind = Prompt::Kind;

namespace {

constexpr std::string_view blanks = " \t\r\n";
const std::string key = "/k/id";
const std::string other_key = "/k/other";
const std::string of_key = "*/id";
const std::string of_question = "*@* *code*";

std::string_view take_until(char end, std::string_view& text)
{
    const std::size_t size = std::min(text.find(end), text.size());
    const std::string_view part = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    return part;
}

bool has_control(std::string_view text)
{
    return std::ranges::any_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

bool has_blank_at_an_end(std::string_view text)
{
    return !text.empty() && (blanks.find(text.front()) != std::string_view::npos ||
                             blanks.find(text.back()) != std::string_view::npos);
}

/// The account that ssh itself puts in front of a server's words, if it does.
std::string_view account_in_front(std::string_view text)
{
    const std::size_t end = text.find(") ");
    if (!text.starts_with('(') || end == std::string_view::npos)
        return {};
    const std::string_view account = text.substr(1, end - 1);
    const std::size_t at = account.rfind('@');
    const bool complete = at != std::string_view::npos && at > 0 && at + 1 < account.size();
    const bool clean = account.find(' ') == std::string_view::npos && !has_control(account);
    return complete && clean ? account : std::string_view();
}

void check_prompt(const Prompt& prompt, std::string_view text, std::string_view hint)
{
    const std::set<Kind> of_servers{Kind::password, Kind::code, Kind::challenge, Kind::new_password};
    const bool from_server = of_servers.contains(prompt.kind);
    require(is_from_server(prompt.kind) == from_server, "four kinds come from a server");
    require(prompt.subject.empty() != (from_server || prompt.kind == Kind::passphrase),
            "what is asked for a key or by a server says which, and nothing else does");
    require(!has_control(prompt.subject), "no subject has a control character");
    require(!has_blank_at_an_end(prompt.question), "a question has no blanks around it");
    require(!from_server || prompt.subject.find('@') != std::string::npos, "a server is USER@HOST");
    require(prompt.kind != Kind::passphrase || text == "Enter passphrase for key '" + prompt.subject + "': ",
            "a passphrase is asked for in ssh's own words alone");
    if (!hint.empty()) {
        const Kind kind = hint == "none" ? Kind::notice : Kind::unknown;
        require(prompt.kind == (hint == "confirm" ? Kind::confirmation : kind), "a hint decides");
        return;
    }
    const std::string_view account = account_in_front(text);
    require(account.empty() || (from_server && prompt.subject == account), "a server's words are a server's");
    require(!text.starts_with('(') || from_server || prompt.kind == Kind::unknown,
            "what begins like a server's words is no question of ssh's own");
}

/// One ssh, and the secrets there are.
struct Start {
    std::vector<SecretRule> rules;
    PromptContext context;
    /// What has been given: rule, kind, subject, and the question where the rule's pattern speaks of it.
    std::set<std::tuple<std::size_t, Kind, std::string, std::string>> given;
};

Start start_of(std::string_view letters, std::string_view pattern)
{
    const auto has = [letters](char letter) { return letters.find(letter) != std::string_view::npos; };
    SecretSource command;
    command.kind = SecretSource::Kind::command;
    Start start;
    if (has('d'))
        start.context.destination = {"u@h", "u@h.example"};
    start.context.key_files = {key};
    if (has('e'))
        start.context.guarded = {{key, "the passphrase of " + key}};
    if (has('o'))
        start.context.guarded.push_back({other_key, "the passphrase of " + other_key});
    start.context.person = has('p');
    if (!pattern.empty() && !has_control(pattern))
        start.rules.push_back({std::string(pattern), {}});
    if (has('k'))
        start.rules.push_back({of_key, {}});
    if (has('q'))
        start.rules.push_back({of_question, {}});
    if (has('f') || has('c'))
        start.rules.push_back({"", has('c') ? command : SecretSource()});
    return start;
}

void check_given_to_server(const Start& start, const SecretRule& rule, const Prompt& prompt)
{
    const bool from_command = rule.source.kind == SecretSource::Kind::command;
    const bool names_question = rule.pattern.find(' ') != std::string::npos;
    require(rule.pattern != of_key || prompt.subject.ends_with("/id"), "no server gets what is for a key");
    require(prompt.kind == Kind::password || names_question || (prompt.kind == Kind::code && from_command),
            "a challenge is answered only by what names it");
    if (!rule.pattern.empty())
        return;
    const auto& names = start.context.destination;
    require(std::ranges::find(names, prompt.subject) != names.end(),
            "the secret for everything is for no other server than the destination");
    for (const GuardedKey& guarded : start.context.guarded)
        require(std::ranges::any_of(start.rules,
                                    [&](const SecretRule& each) {
                                        return !each.pattern.empty() &&
                                               fnmatch(each.pattern.c_str(), guarded.key.c_str(), 0) == 0;
                                    }),
                "what may be a passphrase goes to no server");
    require(std::ranges::none_of(start.given,
                                 [&](const auto& each) {
                                     return std::get<Kind>(each) == Kind::passphrase &&
                                            start.rules.at(std::get<0>(each)).pattern.empty();
                                 }),
            "what was a passphrase goes to no server");
}

void check_given(Start& start, const PromptDecision& decision, const Prompt& prompt)
{
    const std::set<Kind> answerable{Kind::passphrase, Kind::password, Kind::code, Kind::challenge};
    require(answerable.contains(prompt.kind), "only four kinds get a secret");
    require(decision.rule < start.rules.size(), "a secret is one of those there are");
    const SecretRule& rule = start.rules.at(decision.rule);
    if (is_from_server(prompt.kind))
        check_given_to_server(start, rule, prompt);
    const bool names_question = rule.pattern.find(' ') != std::string::npos;
    const std::string question = names_question ? prompt.question : "";
    require(start.given.emplace(decision.rule, prompt.kind, prompt.subject, question).second,
            "no secret is given twice");
}

void check_decision(Start& start, const PromptDecision& decision, const Prompt& prompt)
{
    const bool ends = decision.act == Act::end_ssh;
    const bool without = ends || decision.act == Act::refuse;
    require(without != decision.failure.cause.empty(), "who gets no answer is told why");
    const bool may_be_try = is_from_server(prompt.kind) || prompt.kind == Kind::unknown;
    require(!without || ends == may_be_try, "ssh ends where an empty answer is a wrong try");
    require(!has_control(decision.failure.cause), "a cause is one line");
    require(decision.act != Act::ask_person || start.context.person, "nobody is asked where nobody is");
    if (decision.act == Act::give)
        check_given(start, decision, prompt);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    std::string_view input(reinterpret_cast<const char*>(data), size);
    const std::string_view letters = take_until('\n', input);
    const std::string_view hint = take_until('\n', input);
    const std::string_view pattern = take_until('\n', input);
    Start start = start_of(letters, pattern);
    PromptRules rules(start.rules, start.context);
    while (!input.empty()) {
        const std::string_view text = take_until('\f', input);
        const Prompt prompt = understand_prompt(text, hint);
        check_prompt(prompt, text, hint);
        check_decision(start, rules.decide(prompt), prompt);
    }
    return 0;
}
