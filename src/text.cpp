#include "autossh/text.hpp"

#include <algorithm>

namespace autossh {

namespace {

char lower_letter(char letter)
{
    return letter >= 'A' && letter <= 'Z' ? static_cast<char>(letter - 'A' + 'a') : letter;
}

/// Letters and what no shell gives a meaning to. (= has one in the first word, and at the beginning of any in
/// zsh.)
bool is_plain(const std::string& word, bool first)
{
    constexpr std::string_view plain =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789@%_+:,./-=";
    return !word.empty() && word.find_first_not_of(plain) == std::string::npos && word.front() != '=' &&
           !(first && word.find('=') != std::string::npos);
}

}  // namespace

std::string lower_case(std::string_view text)
{
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), lower_letter);
    return lower;
}

namespace {

std::vector<std::string> pieces_of(std::string_view text, std::string_view separators)
{
    std::vector<std::string> pieces;
    for (std::size_t begin = text.find_first_not_of(separators); begin != std::string_view::npos;) {
        const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
        pieces.emplace_back(text.substr(begin, end - begin));
        begin = text.find_first_not_of(separators, end);
    }
    return pieces;
}

}  // namespace

std::vector<std::string> lines_of(std::string_view text)
{
    return pieces_of(text, "\r\n");
}

std::vector<std::string> words_of(std::string_view text)
{
    return pieces_of(text, " \t\r\n");
}

std::string shell_quoted(std::span<const std::string> words)
{
    std::string line;
    for (const std::string& word : words) {
        const bool first = line.empty();
        if (!first)
            line += ' ';
        if (is_plain(word, first)) {
            line += word;
            continue;
        }
        line += '\'';
        for (const char letter : word)
            line += letter == '\'' ? std::string("'\\''") : std::string(1, letter);
        line += '\'';
    }
    return line;
}

}  // namespace autossh
