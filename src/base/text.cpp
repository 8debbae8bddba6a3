#include "autossh/base/text.hpp"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/core.h>

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

/// Unicode, table 3-7: how long the sequence is that `first` begins, and what its second byte may be.
struct Sequence {
    std::size_t size;
    std::uint8_t second_from;
    std::uint8_t second_to;
};

Sequence sequence_from(std::uint8_t first)
{
    if (first < 0x80)
        return {1, 0, 0};
    if (first >= 0xC2 && first <= 0xDF)
        return {2, 0x80, 0xBF};
    if (first == 0xE0)
        return {3, 0xA0, 0xBF};
    if (first == 0xED)
        return {3, 0x80, 0x9F};
    if (first >= 0xE1 && first <= 0xEF)
        return {3, 0x80, 0xBF};
    if (first == 0xF0)
        return {4, 0x90, 0xBF};
    if (first >= 0xF1 && first <= 0xF3)
        return {4, 0x80, 0xBF};
    if (first == 0xF4)
        return {4, 0x80, 0x8F};
    return {0, 0, 0};
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

std::string_view without_blanks(std::string_view text)
{
    constexpr std::string_view blanks = " \t\r\n\v\f";
    text.remove_prefix(std::min(text.find_first_not_of(blanks), text.size()));
    return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string> words_of(std::string_view text)
{
    return pieces_of(text, " \t\r\n");
}

std::optional<std::vector<std::string>> shell_words(std::string_view line)
{
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = 0;
    for (std::size_t i = 0; i < line.size(); ++i) {
        const char letter = line[i];
        const bool is_blank = letter == ' ' || letter == '\t' || letter == '\n';
        if (quote == 0 && is_blank) {
            if (word)
                words.push_back(*std::exchange(word, std::nullopt));
            continue;
        }
        if (!word)
            word.emplace();
        const bool quote_ends = quote != 0 && letter == quote;
        const bool quote_begins = quote == 0 && (letter == '\'' || letter == '"');
        const char next = i + 1 < line.size() ? line[i + 1] : '\0';
        const bool protects = quote == 0 || (quote == '"' && (next == '"' || next == '\\'));
        if (quote_ends || quote_begins)
            quote = quote_begins ? letter : '\0';
        else if (letter == '\\' && protects && i + 1 == line.size())
            return std::nullopt;
        else
            *word += letter == '\\' && protects ? line[++i] : letter;
    }
    if (word)
        words.push_back(*word);
    return quote == 0 ? std::optional(words) : std::nullopt;
}

std::size_t size_of_first_character(std::string_view text)
{
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(text[at]); };
    const Sequence sequence = sequence_from(byte(0));
    if (sequence.size > text.size())
        return 0;
    if (sequence.size > 1 && (byte(1) < sequence.second_from || byte(1) > sequence.second_to))
        return 0;
    for (std::size_t at = 2; at < sequence.size; ++at)
        if ((byte(at) & 0xC0) != 0x80)
            return 0;
    return sequence.size;
}

bool is_control_character(std::string_view character)
{
    const auto first = static_cast<std::uint8_t>(character.front());
    if (character.size() == 1)
        return first < 0x20 || first == 0x7F;
    return first == 0xC2 && static_cast<std::uint8_t>(character[1]) < 0xA0;  // U+0080 to U+009F
}

std::string with_escapes(std::string_view text, const std::function<bool(std::string_view)>& shows)
{
    std::string fit;
    while (!text.empty()) {
        const std::size_t size = size_of_first_character(text);
        const std::string_view character = text.substr(0, std::max<std::size_t>(size, 1));
        if (size > 0 && shows(character))
            fit += character;
        else
            for (const char byte : character)
                fit += fmt::format("\\x{:02x}", static_cast<std::uint8_t>(byte));
        text.remove_prefix(character.size());
    }
    return fit;
}

std::string printable(std::string_view bytes)
{
    std::string text;
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        if (value < 0x20 || value >= 0x7f)
            text += fmt::format("\\x{:02x}", value);
        else
            text += byte;
    }
    return text;
}

std::string shortened(std::string text, std::size_t limit)
{
    if (text.size() > limit)
        text.replace(limit - 3, std::string::npos, "...");
    return text;
}

std::string one_line(std::string_view text)
{
    return shortened(printable(text), longest_text);
}

std::string_view without_end(std::string_view raw_line)
{
    return raw_line.substr(0, raw_line.find_last_not_of("\r\n") + 1);
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

std::optional<std::string_view> between(std::string_view text, std::string_view before,
                                        std::string_view after)
{
    const std::size_t begin = text.find(before);
    if (begin == std::string_view::npos)
        return std::nullopt;
    text.remove_prefix(begin + before.size());
    const std::size_t end = text.find(after);
    return end == std::string_view::npos ? std::nullopt : std::optional(text.substr(0, end));
}

}  // namespace autossh
