#include "autossh/import/yaml_flow.hpp"

#include "autossh/base/text.hpp"
#include "autossh/import/imported_settings.hpp"

#include <algorithm>

namespace autossh {

namespace {

constexpr std::string_view yaml_null = "~";
constexpr int deepest_flow = 64;

class FlowReader {
public:
    explicit FlowReader(std::string_view text) : rest_(text) {}

    std::optional<TomlValue> read()
    {
        auto value = read_value("");
        skip();
        return value && rest_.empty() ? value : std::nullopt;
    }

private:
    void skip() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\n"), rest_.size())); }

    bool take(char letter)
    {
        skip();
        const bool is_there = rest_.starts_with(letter);
        rest_.remove_prefix(is_there ? 1 : 0);
        return is_there;
    }

    /// `ends`: what ends a text without quotes.
    std::optional<TomlValue> read_value(std::string_view ends)
    {
        skip();
        if (rest_.starts_with('[') || rest_.starts_with('{'))
            return read_nested();
        if (rest_.starts_with('"') || rest_.starts_with('\''))
            return read_quoted();
        std::size_t end = ends.empty() ? rest_.size() : std::min(rest_.find_first_of(ends), rest_.size());
        if (!ends.empty() && ends.find(':') != ends.npos)
            while (end < rest_.size() && rest_[end] == ':' && !rest_.substr(end).starts_with(": "))
                end = std::min(rest_.find_first_of(ends, end + 1), rest_.size());
        const std::string_view text = without_blanks(rest_.substr(0, end));
        rest_.remove_prefix(end);
        if (!text.empty() && std::string_view("&*!|>%@`").find(text.front()) != std::string_view::npos)
            return std::nullopt;
        return imported_text(text == yaml_null || text == "null" ? "" : std::string(text));
    }

    std::optional<TomlValue> read_nested()
    {
        if (depth_ == deepest_flow)
            return std::nullopt;
        ++depth_;
        auto value = take('[') ? read_list() : take('{') ? read_table() : std::nullopt;
        --depth_;
        return value;
    }

    std::optional<TomlValue> read_list()
    {
        TomlValue list;
        list.kind = TomlKind::list;
        while (!take(']')) {
            auto item = read_value(",]");
            if (!item || rest_.empty())
                return std::nullopt;
            list.items.push_back(std::move(*item));
            if (!take(',') && !rest_.starts_with(']'))
                return std::nullopt;
        }
        return list;
    }

    std::optional<TomlValue> read_table()
    {
        TomlValue table;
        while (!take('}')) {
            const auto key = read_value(":,}");
            if (!key || !take(':'))
                return std::nullopt;
            auto value = read_value(",}");
            if (!value || rest_.empty())
                return std::nullopt;
            table.entries.push_back({key->text, {}, std::move(*value)});
            if (!take(',') && !rest_.starts_with('}'))
                return std::nullopt;
        }
        return table;
    }

    std::optional<TomlValue> read_quoted()
    {
        const char quote = rest_.front();
        rest_.remove_prefix(1);
        std::string text;
        while (!rest_.empty()) {
            const char letter = rest_.front();
            rest_.remove_prefix(1);
            const bool is_doubled = quote == '\'' && rest_.starts_with('\'');
            if (letter == quote && !is_doubled)
                return imported_text(text);
            if (letter == quote)
                rest_.remove_prefix(1);
            if (letter == '\\' && quote == '"') {
                const auto escaped = read_escape();
                if (!escaped)
                    return std::nullopt;
                text += *escaped;
            } else {
                text += letter;
            }
        }
        return std::nullopt;
    }

    std::optional<char> read_escape()
    {
        constexpr std::string_view letters = "nt\"\\/ r";
        constexpr std::string_view values = "\n\t\"\\/ \r";
        const std::size_t at = rest_.empty() ? letters.npos : letters.find(rest_.front());
        rest_.remove_prefix(rest_.empty() ? 0 : 1);
        return at == letters.npos ? std::nullopt : std::optional(values[at]);
    }

    std::string_view rest_;
    int depth_ = 0;
};

/// Calls for each letter outside of quotes, until it says true.
template <typename Look>
std::size_t find_outside_quotes(std::string_view text, Look look)
{
    char quote = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char before = i == 0 ? ' ' : text[i - 1];
        if (quote != 0) {
            i += quote == '"' && text[i] == '\\' ? 1 : 0;
            quote = i < text.size() && text[i] == quote ? '\0' : quote;
        } else if ((text[i] == '"' || text[i] == '\'') &&
                   std::string_view(" [{,:-").find(before) != std::string_view::npos) {
            quote = text[i];
        } else if (look(i)) {
            return i;
        }
    }
    return text.npos;
}

}  // namespace

std::optional<TomlValue> read_yaml_flow(std::string_view text)
{
    return FlowReader(text).read();
}

std::string_view without_yaml_comment(std::string_view line)
{
    const std::size_t comment = find_outside_quotes(line, [line](std::size_t i) {
        return line[i] == '#' && (i == 0 || line[i - 1] == ' ' || line[i - 1] == '\t');
    });
    const std::string_view text = line.substr(0, std::min(comment, line.size()));
    return text.substr(0, text.find_last_not_of(" \t\r") + 1);
}

std::size_t end_of_yaml_key(std::string_view text)
{
    if (text.starts_with('[') || text.starts_with('{'))
        return text.npos;
    return find_outside_quotes(text, [text](std::size_t i) {
        return text[i] == ':' && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\t');
    });
}

int open_yaml_brackets(std::string_view text)
{
    int open = 0;
    find_outside_quotes(text, [&](std::size_t i) {
        open += text[i] == '[' || text[i] == '{' ? 1 : 0;
        open -= text[i] == ']' || text[i] == '}' ? 1 : 0;
        return false;
    });
    return open;
}

}  // namespace autossh
