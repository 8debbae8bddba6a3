#include "autossh/base/text.hpp"
#include "autossh/import/command.hpp"
#include "autossh/import/readers.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

/// Takes the first word away.
std::string_view take_field(std::string_view& line)
{
    const std::string_view field = line.substr(0, line.find_first_of(" \t"));
    line = without_blanks(line.substr(field.size()));
    return field;
}

/// crontab(5): a % ends the command, unless a backslash is before it.
std::string command_of_field(std::string_view text)
{
    std::string command;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%')
            break;
        if (text[i] == '\\' && i + 1 < text.size() && text[i + 1] == '%')
            ++i;
        command += text[i];
    }
    return command;
}

/// "*", "5", "1-5", "*/10", "mon", and lists of them.
bool is_field_of_time(std::string_view field)
{
    constexpr std::string_view names =
        " jan feb mar apr may jun jul aug sep oct nov dec sun mon tue wed thu fri sat ";
    std::string letters;
    for (const char letter : lower_case(field))
        if (letter >= 'a' && letter <= 'z')
            letters += letter;
        else if (std::string_view("0123456789*,-/~?").find(letter) == std::string_view::npos)
            return false;
        else
            letters += ' ';
    return !field.empty() && std::ranges::all_of(words_of(letters), [&](const std::string& name) {
        return names.find(" " + name + " ") != names.npos;
    });
}

class CrontabReader {
public:
    CrontabReader(const ImportSource& source, const ImportMachine& machine)
        : source_(source), machine_(machine)
    {
        has_user_ = source.path.starts_with("/etc/cron");
    }

    Imported read()
    {
        std::size_t number = 0;
        std::string_view rest = source_.text;
        while (!rest.empty()) {
            const std::string_view line = rest.substr(0, rest.find('\n'));
            rest.remove_prefix(std::min(line.size() + 1, rest.size()));
            take_line(without_blanks(line), ++number);
        }
        if (found_.tunnels.empty() && found_.errors.empty())
            found_.errors.push_back(fmt::format("{}: no line of it starts autossh", name()));
        return std::move(found_);
    }

private:
    std::string name() const { return source_.path == "-" ? "crontab" : source_.path; }

    void take_line(std::string_view line, std::size_t number)
    {
        if (line.empty() || line.starts_with('#'))
            return;
        const std::size_t equals = line.find('=');
        const std::string_view before = without_blanks(line.substr(0, std::min(equals, line.size())));
        if (equals != line.npos && assignment_in(fmt::format("{}=", before))) {
            set(std::string(before), std::string(without_blanks(line.substr(equals + 1))));
            return;
        }
        ImportedTunnel like{.source = fmt::format("{}:{}", name(), number)};
        like.environment = environment_;
        const bool names_autossh = line.find("autossh") != line.npos;
        if (!has_schedule(line)) {
            if (names_autossh)
                found_.errors.push_back(fmt::format(
                    "{}: this line is not understood: no schedule of cron is at its begin", like.source));
            return;
        }
        const bool is_named = line.starts_with('@');
        for (int field = is_named ? 4 : 0; field < 5; ++field)
            take_field(line);
        if (has_user_)
            like.notes.push_back(fmt::format("it ran as {} there: this belongs into the fleet of that user",
                                             take_field(line)));
        like.ending = fmt::format("take line {} out of {}, and end the autossh that it has started", number,
                                  source_.path == "-" ? "the crontab (crontab -e)" : source_.path);
        like.directory = lookup("HOME").value_or("");
        Imported found = tunnels_of_shell_line(
            command_of_field(line), like, [this](std::string_view variable) { return lookup(variable); });
        if (names_autossh)
            found_.add(std::move(found));
    }

    void set(const std::string& variable, std::string value)
    {
        const bool is_quoted = value.size() > 1 && value.front() == value.back() &&
                               (value.front() == '"' || value.front() == '\'');
        if (is_quoted)
            value = value.substr(1, value.size() - 2);
        known_.emplace_back(variable, value);
        // The rest is about cron and the shell.
        if (variable.starts_with("AUTOSSH_") || variable.starts_with("SSH"))
            environment_.emplace_back(variable, value);
    }

    std::optional<std::string> lookup(std::string_view variable) const
    {
        for (auto known = known_.rbegin(); known != known_.rend(); ++known)
            if (known->first == variable)
                return known->second;
        const bool is_ours = variable == "HOME" || variable == "LOGNAME" || variable == "USER";
        return is_ours && !has_user_ ? machine_.variable(variable) : std::nullopt;
    }

    const ImportSource& source_;
    const ImportMachine& machine_;
    bool has_user_ = false;  ///< a column for it
    ImportedVariables known_;
    ImportedVariables environment_;
    Imported found_;
};

}  // namespace

bool has_schedule(std::string_view line)
{
    line = without_blanks(line);
    if (line.starts_with('@')) {
        const std::string_view field = take_field(line);
        return field.size() > 1 && !line.empty() && field.find_first_of("=/.:@", 1) == field.npos;
    }
    for (int field = 0; field < 5; ++field)
        if (!is_field_of_time(take_field(line)))
            return false;
    return !line.empty();
}

Imported import_crontab(const ImportSource& source, const ImportMachine& machine)
{
    return CrontabReader(source, machine).read();
}

}  // namespace autossh
