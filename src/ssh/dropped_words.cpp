#include "autossh/ssh/dropped_words.hpp"

#include "autossh/settings/ssh_letters.hpp"

#include <string_view>

namespace autossh {

namespace {

/// What the next word is.
enum class NextWord { any, value, dropped_value };

/// "Nq" without the q: "N". What is attached to an option is its value.
std::string cluster_without(std::string_view letters, const DroppedWords& dropped, NextWord& next)
{
    std::string kept;
    for (std::size_t i = 0; i < letters.size(); ++i) {
        const char letter = letters[i];
        if (ssh_option(letter) == SshOption::takes_value) {
            const bool drops = letter == 'S' && dropped.sharing;
            if (i + 1 == letters.size())
                next = drops ? NextWord::dropped_value : NextWord::value;
            return drops ? kept : kept.append(letters.substr(i));
        }
        if (letter != 'f' && (letter != 'q' || !dropped.quiet) && (letter != 'M' || !dropped.sharing))
            kept += letter;
    }
    return kept;
}

}  // namespace

std::vector<std::string> without(std::span<const std::string> words, const DroppedWords& dropped)
{
    std::vector<std::string> kept;
    bool has_destination = false;
    bool is_over = false;  // "--", or the command has begun
    NextWord next = NextWord::any;
    for (const std::string& word : words) {
        const bool is_value = next != NextWord::any;
        const bool is_cluster = !is_value && !is_over && word.size() > 1 && word.front() == '-';
        if (!is_cluster || word == "--") {
            is_over = is_over || (is_cluster && word == "--") || (!is_value && has_destination);
            has_destination = has_destination || (!is_value && !is_cluster);
            if (next != NextWord::dropped_value)
                kept.push_back(word);
            next = NextWord::any;
            continue;
        }
        const std::string letters = cluster_without(std::string_view(word).substr(1), dropped, next);
        if (!letters.empty())
            kept.push_back("-" + letters);
    }
    return kept;
}

}  // namespace autossh
