#include "autossh/base/text.hpp"
#include "autossh/import/readers.hpp"
#include "autossh/import/shell_state.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A quote that is open for longer is a mistake.
constexpr std::size_t longest_command = 200;

bool is_open(const std::string& text)
{
    return !read_shell_line(text, [](std::string_view) { return std::optional<std::string>(); });
}

/// What ends the lines that follow << in `text`. Empty: there are none.
std::string end_of_document(const std::string& text)
{
    const std::size_t at = text.find("<<");
    if (at == text.npos || text.compare(at, 3, "<<<") == 0)
        return "";
    std::string word = text.substr(std::min(text.find_first_not_of("- \t", at + 2), text.size()));
    std::erase_if(word, [](char letter) { return letter == '\'' || letter == '"' || letter == '\\'; });
    return word.substr(0, word.find_first_of(" \t;|&>)\n"));
}

class ScriptReader {
public:
    ScriptReader(const ImportSource& source, const ImportMachine& machine)
        : source_(source), lines_(lines_of(source.text)),
          state_("", [&source, &machine](std::string_view name) -> std::optional<std::string> {
              // The machine's own scripts are run by root, without these.
              const bool is_ours = name == "HOME" || name == "LOGNAME" || name == "USER";
              return is_ours && !source.path.starts_with("/etc/") ? machine.variable(name) : std::nullopt;
          })
    {}

    Imported read()
    {
        while (next_ < lines_.size()) {
            const std::size_t number = next_ + 1;
            const std::string command = take_command();
            ImportedTunnel like{.source = fmt::format("{}:{}", source_.name(), number)};
            like.ending = fmt::format("take line {} out of {}, and end the autossh that it has started",
                                      number, source_.name());
            const bool is_ours = command.find("autossh") != command.npos;
            Imported found = tunnels_of_shell_line(command, like, state_);
            if (is_ours || !is_open(command))
                found_.add(std::move(found));
            skip_document(command);
        }
        if (found_.tunnels.empty() && found_.errors.empty())
            found_.errors.push_back(fmt::format("{}: no line of it starts autossh", source_.name()));
        return std::move(found_);
    }

private:
    /// With the lines that a backslash or an open quote adds.
    std::string take_command()
    {
        const std::string first = lines_[next_++];
        std::string command = first;
        for (std::size_t end = next_; is_open(command); ++end) {
            if (end == lines_.size() || end - next_ == longest_command)
                return first;
            command += "\n" + lines_[end];
            if (!is_open(command)) {
                next_ = end + 1;
                break;
            }
        }
        return command;
    }

    void skip_document(const std::string& command)
    {
        const std::string last = end_of_document(command);
        if (last.empty())
            return;
        std::size_t end = next_;
        while (end < lines_.size() && without_blanks(lines_[end]) != last)
            ++end;
        if (end == lines_.size())
            return;
        for (std::size_t i = next_; i < end; ++i)
            if (lines_[i].find("autossh") != std::string::npos)
                found_.errors.push_back(fmt::format(
                    "{}:{}: text that is written elsewhere is not read: import the file that it makes",
                    source_.name(), i + 1));
        next_ = end + 1;
    }

    const ImportSource& source_;
    std::vector<std::string> lines_;
    std::size_t next_ = 0;
    ShellState state_;
    Imported found_;
};

}  // namespace

Imported import_script(const ImportSource& source, const ImportMachine& machine)
{
    return ScriptReader(source, machine).read();
}

}  // namespace autossh
