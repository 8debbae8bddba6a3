#include "autossh/import/shell_line.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

using ShellLookup = std::function<std::optional<std::string>(std::string_view name)>;

bool is_of_variable(char letter)
{
    return letter == '_' || (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9');
}

/// "which autossh" and its likes: the word is a path of it.
bool asks_for_autossh(std::string_view command)
{
    const std::string_view text = without_blanks(command);
    return text == "which autossh" || text == "command -v autossh" || text == "type -p autossh";
}

class ShellReader {
public:
    ShellReader(std::string_view line, const ShellLookup& lookup, const ShellCommandTaker& take)
        : rest_(line), lookup_(lookup), take_command_(take)
    {}

    bool read()
    {
        while (!rest_.empty() && good_)
            take(next());
        end_command(0);
        return good_;
    }

private:
    char next()
    {
        const char letter = rest_.front();
        rest_.remove_prefix(1);
        return letter;
    }

    void take(char letter)
    {
        if (letter == ' ' || letter == '\t') {
            end_word();
        } else if (std::string_view(";&|\n()").find(letter) != std::string_view::npos) {
            end_command(letter);
        } else if (letter == '<' || letter == '>') {
            redirect();
        } else if (letter == '#' && !word_) {
            rest_.remove_prefix(std::min(rest_.find('\n'), rest_.size()));
        } else if (letter == '~' && !word_ &&
                   (rest_.empty() || rest_.front() == '/' || rest_.front() == ' ')) {
            *begin() += lookup_("HOME").value_or("~");
        } else if (letter == '\'') {
            take_single();
        } else if (letter == '"') {
            take_double();
        } else if (letter == '\\') {
            take_escaped();
        } else if (letter == '$' || letter == '`') {
            expand(letter, false);
        } else {
            *begin() += letter;
        }
    }

    std::optional<std::string>& begin()
    {
        if (!word_)
            word_.emplace();
        return word_;
    }

    void end_word()
    {
        if (word_ && std::exchange(is_target_, false))
            word_.reset();  // of a redirection
        if (word_)
            command_.words.push_back(*std::exchange(word_, std::nullopt));
    }

    void end_command(char letter)
    {
        end_word();
        if (good_)
            take_command_(std::exchange(command_, {}), letter);
        is_target_ = false;
    }

    /// "2>&1", ">>FILE", "&>FILE": the digits in front belong to it.
    void redirect()
    {
        if (word_ && word_->find_first_not_of("0123456789") == std::string::npos)
            word_.reset();
        end_word();
        command_.is_redirected = is_target_ = true;
        while (!rest_.empty() && std::string_view("<>&|").find(rest_.front()) != std::string_view::npos)
            rest_.remove_prefix(1);
    }

    void take_single()
    {
        begin();
        const std::size_t end = rest_.find('\'');
        good_ = end != rest_.npos;
        *word_ += rest_.substr(0, end);
        rest_.remove_prefix(good_ ? end + 1 : rest_.size());
    }

    void take_double()
    {
        begin();
        while (!rest_.empty()) {
            const char letter = next();
            if (letter == '"')
                return;
            if (letter == '\\' && !rest_.empty() &&
                std::string_view("\"\\$`\n").find(rest_.front()) != std::string_view::npos) {
                if (const char escaped = next(); escaped != '\n')
                    *word_ += escaped;
            } else if (letter == '$' || letter == '`') {
                expand(letter, true);
            } else {
                *word_ += letter;
            }
        }
        good_ = false;
    }

    void take_escaped()
    {
        good_ = !rest_.empty();
        if (!good_)
            return;
        if (const char letter = next(); letter != '\n')
            *begin() += letter;
    }

    void unknown(std::string text)
    {
        begin();
        if (command_.unknown.empty())
            command_.unknown = std::move(text);
    }

    void expand(char letter, bool is_quoted)
    {
        if (letter == '`' || rest_.starts_with('(')) {
            const std::size_t end = rest_.find(letter == '`' ? '`' : ')');
            good_ = end != rest_.npos;
            if (asks_for_autossh(rest_.substr(letter == '`' ? 0 : 1, end - (letter == '`' ? 0 : 1))))
                *begin() += "autossh";
            else
                unknown(letter + std::string(rest_.substr(0, good_ ? end + 1 : end)));
            rest_.remove_prefix(good_ ? end + 1 : rest_.size());
            return;
        }
        const bool in_braces = rest_.starts_with('{');
        std::string_view name = rest_.substr(in_braces ? 1 : 0);
        const auto end = std::ranges::find_if_not(name, is_of_variable) - name.begin();
        name = name.substr(0, static_cast<std::size_t>(end));
        if (name.empty() && !rest_.empty() && std::string_view("@*#?$!-").find(rest_.front()) != name.npos) {
            unknown(letter + std::string(1, next()));
            return;
        }
        if (name.empty() && !in_braces) {
            *begin() += '$';
            return;
        }
        const std::string_view behind = rest_.substr(name.size() + (in_braces ? 1 : 0));
        const auto value = lookup_(name);
        if ((in_braces && !behind.starts_with('}')) || !value)
            unknown("$" + std::string(in_braces ? rest_.substr(0, rest_.find('}') + 1) : name));
        else
            put_value(*value, is_quoted);
        rest_ = in_braces ? rest_.substr(std::min(rest_.find('}'), rest_.size() - 1) + 1) : behind;
    }

    /// Without quotes, blanks in a value divide words.
    void put_value(const std::string& value, bool is_quoted)
    {
        if (is_quoted) {
            *begin() += value;
            return;
        }
        for (const char letter : value)
            if (letter == ' ' || letter == '\t' || letter == '\n')
                end_word();
            else
                *begin() += letter;
    }

    std::string_view rest_;
    const ShellLookup& lookup_;
    const ShellCommandTaker& take_command_;
    ShellCommand command_;
    std::optional<std::string> word_;
    bool is_target_ = false;  ///< the word is that of a redirection
    bool good_ = true;
};

}  // namespace

bool read_shell_commands(std::string_view line, const ShellLookup& lookup, const ShellCommandTaker& take)
{
    return ShellReader(line, lookup, take).read();
}

std::optional<std::vector<ShellCommand>> read_shell_line(std::string_view line, const ShellLookup& lookup)
{
    std::vector<ShellCommand> commands;
    const bool good = read_shell_commands(line, lookup, [&](const ShellCommand& command, char) {
        if (!command.words.empty())
            commands.push_back(command);
    });
    return good ? std::optional(std::move(commands)) : std::nullopt;
}

}  // namespace autossh
