#include "autossh/import/unit_words.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace autossh {

namespace {

/// The number behind \x (two digits) or \ (three octal ones); takes it away.
char number_in_escape(std::string_view& rest, std::size_t digits, int base)
{
    int number = 0;
    const std::string_view text = rest.substr(0, digits);
    std::from_chars(text.data(), text.data() + text.size(), number, base);
    rest.remove_prefix(text.size());
    return static_cast<char>(number);
}

char escaped_in_unit(std::string_view& rest)
{
    constexpr std::string_view letters = "abfnrtvs";
    constexpr std::string_view values = "\a\b\f\n\r\t\v ";
    const char letter = rest.front();
    if (letter >= '0' && letter <= '7')
        return number_in_escape(rest, 3, 8);
    rest.remove_prefix(1);
    if (letter == 'x')
        return number_in_escape(rest, 2, 16);
    const std::size_t at = letters.find(letter);
    return at == letters.npos ? letter : values[at];
}

bool is_unit_variable(char letter)
{
    return letter == '_' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

}  // namespace

std::vector<std::pair<std::string, std::string>> service_settings(std::string_view text)
{
    std::vector<std::pair<std::string, std::string>> found;
    std::string section;
    std::string line;
    bool goes_on = false;
    for (const std::string& raw : lines_of(text)) {
        const std::string_view part = without_blanks(raw);
        const bool is_comment = part.starts_with('#') || part.starts_with(';');
        if (part.empty() || is_comment)
            continue;  // also between lines that are continued
        line += (goes_on ? " " : "") + std::string(part);
        goes_on = line.ends_with('\\');
        if (goes_on) {
            line.pop_back();
            continue;
        }
        const std::size_t equals = line.find('=');
        if (line.starts_with('['))
            section = line;
        else if (section == "[Service]" && equals != line.npos)
            found.emplace_back(without_blanks(std::string_view(line).substr(0, equals)),
                               without_blanks(std::string_view(line).substr(equals + 1)));
        line.clear();
    }
    return found;
}

std::optional<std::vector<std::string>> unit_words(std::string_view line)
{
    std::vector<std::string> words;
    std::optional<std::string> word;
    char quote = 0;
    while (!line.empty()) {
        const char letter = line.front();
        line.remove_prefix(1);
        const bool is_blank = letter == ' ' || letter == '\t' || letter == '\n';
        if (quote == 0 && is_blank) {
            if (word)
                words.push_back(std::move(*word));
            word.reset();
            continue;
        }
        if (!word)
            word.emplace();
        if (letter == quote)
            quote = 0;
        else if (quote == 0 && (letter == '"' || letter == '\''))
            quote = letter;
        else if (letter == '\\' && !line.empty())
            *word += escaped_in_unit(line);
        else
            *word += letter;
    }
    if (word)
        words.push_back(std::move(*word));
    return quote == 0 ? std::optional(words) : std::nullopt;
}

std::string with_specifiers(std::string_view word, const UnitSpecifiers& specifiers, std::string& unknown)
{
    std::string result;
    for (std::size_t i = 0; i < word.size(); ++i) {
        if (word[i] != '%' || i + 1 == word.size()) {
            result += word[i];
            continue;
        }
        const char letter = word[++i];
        const auto found = specifiers.find(letter);
        if (letter == '%')
            result += '%';
        else if (found != specifiers.end())
            result += found->second;
        else if (unknown.empty())
            unknown = word.substr(i - 1, 2);
    }
    return result;
}

std::vector<std::string>
with_unit_variables(std::span<const std::string> words,
                    const std::function<std::optional<std::string>(std::string_view name)>& lookup)
{
    std::vector<std::string> result;
    for (const std::string& word : words) {
        const bool is_variable = word.size() > 1 && word.front() == '$' &&
                                 std::all_of(word.begin() + 1, word.end(), is_unit_variable);
        if (is_variable) {
            const std::string value = lookup(std::string_view(word).substr(1)).value_or("");
            for (std::string& part : shell_words(value).value_or(words_of(value)))
                result.push_back(std::move(part));
            continue;
        }
        std::string made;
        for (std::size_t i = 0; i < word.size(); ++i) {
            const std::size_t end = word.find('}', i);
            if (word.compare(i, 2, "$$") == 0) {
                made += word[i++];
            } else if (word.compare(i, 2, "${") == 0 && end != word.npos) {
                made += lookup(std::string_view(word).substr(i + 2, end - i - 2)).value_or("");
                i = end;
            } else {
                made += word[i];
            }
        }
        result.push_back(std::move(made));
    }
    return result;
}

}  // namespace autossh
