#include "autossh/hub/beat_reader.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>

namespace autossh {

namespace {

/// As the sender has at most.
constexpr std::size_t longest_name = 64;

/// The word before the next blank, which is taken away with it.
std::string_view next_word(std::string_view& text)
{
    const std::size_t blank = std::min(text.find(' '), text.size());
    const std::string_view word = text.substr(0, blank);
    text.remove_prefix(std::min(blank + 1, text.size()));
    return word;
}

template <typename Number>
std::optional<Number> whole_number(std::string_view word)
{
    Number number = 0;
    const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), number);
    return error == std::errc() && end == word.data() + word.size() && number >= 0 ? std::optional(number)
                                                                                   : std::nullopt;
}

std::string visible(std::string_view bytes)
{
    return with_escapes(bytes, [](std::string_view character) { return !is_control_character(character); });
}

}  // namespace

std::optional<Beat> beat_from(std::string_view line)
{
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const std::string_view node = next_word(line);
    const std::string_view program = next_word(line);
    const auto pid = whole_number<pid_t>(next_word(line));
    const auto random = whole_number<std::int64_t>(next_word(line));
    if (node.empty() || node.size() > longest_name || program.empty() || !pid || !random ||
        line.size() > longest_name)
        return std::nullopt;
    const bool is_blank = line.find_first_not_of(' ') == line.npos;
    return Beat{.box = visible(is_blank ? node : line), .node = visible(node), .pid = *pid};
}

std::optional<Beat> BeatReader::take(std::string_view bytes)
{
    if (is_over_)
        return std::nullopt;
    const std::size_t end = bytes.find('\n');
    is_over_ = end != bytes.npos || line_.size() + bytes.size() > longest;
    const bool is_whole = end != bytes.npos && line_.size() + end <= longest;
    if (!is_over_ || is_whole)
        line_ += bytes.substr(0, end);
    const auto beat = is_whole ? beat_from(line_) : std::nullopt;
    has_beat_ = beat.has_value();
    if (is_over_)
        line_ = {};
    return beat;
}

}  // namespace autossh
