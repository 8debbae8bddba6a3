#include "autossh/ssh/words.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/ssh/choices.hpp"

#include <cstddef>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// "OPTION=SECONDS", or any other word.
std::string multiplied(const std::string& word, std::string_view option, int factor)
{
    const auto seconds = word.starts_with(option) ? parse_integer(word.substr(option.size())) : std::nullopt;
    return seconds ? fmt::format("{}{}", option, *seconds * factor) : word;
}

void insert(std::vector<std::string>& words, std::size_t place, const std::vector<std::string>& others)
{
    words.insert(words.begin() + static_cast<std::ptrdiff_t>(place), others.begin(), others.end());
}

}  // namespace

std::vector<std::string> words_for_ssh(std::span<const Addition> added, const StartTerms& terms,
                                       bool must_win)
{
    std::vector<std::string> words;
    for (const Addition& addition : added) {
        if (addition.must_win != must_win)
            continue;
        const bool is_replaced = is_control_line(addition) && !terms.has_control_line;
        for (const std::string& word : is_replaced ? own_connection().words : addition.words) {
            words.push_back(multiplied(word, "ConnectTimeout=", terms.for_greeting));
            words.back() = multiplied(words.back(), "ServerAliveInterval=", terms.for_answers);
        }
    }
    if (terms.we_end_ssh && must_win)
        words.insert(words.end(), {"-o", "ExitOnForwardFailure=no"});
    return words;
}

Command command_for(const Command& ssh, const SshPlan& plan, const std::vector<std::string>& loop,
                    const StartTerms& terms)
{
    Command command = ssh;
    std::vector<std::string>& words = command.arguments;
    words = without(std::span(ssh.arguments).subspan(1), plan.dropped);
    words.insert(words.begin(), ssh.arguments.front());
    const std::size_t place = 1 + choices_of(command).options_end;
    insert(words, place, loop);
    insert(words, place, words_for_ssh(plan.additions, terms, false));
    insert(words, 1, words_for_ssh(plan.additions, terms, true));
    return command;
}

}  // namespace autossh
