#include "autossh/import/kind.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>

namespace autossh {

namespace {

constexpr std::array kinds{
    ImportKind{"unit", "a unit of systemd", import_unit},
    ImportKind{"crontab", "what crontab -l prints", import_crontab},
    ImportKind{"script", "a script of sh: rc.local, start.sh, one of init.d", import_script},
    ImportKind{"conf", "NAME.conf of autossh@.service", import_variable_file},
    ImportKind{"ssh-config", "an ssh_config", import_ssh_config},
    ImportKind{"compose", "a file of docker compose", import_compose},
    ImportKind{"boring", "the file of boring", import_boring},
    ImportKind{"tunneld", "the file of tunneld", import_tunneld},
};

/// A line that begins so, in lower case.
bool has_line_with(const std::string& text, std::string_view begin)
{
    const auto lines = lines_of(text);
    return std::ranges::any_of(
        lines, [&](const std::string& line) { return lower_case(without_blanks(line)).starts_with(begin); });
}

/// A line that is no comment, and has autossh in it.
bool has_autossh(const std::string& text, bool (*of_kind)(std::string_view line))
{
    const auto lines = lines_of(text);
    return std::ranges::any_of(lines, [&](const std::string& line) {
        return !without_blanks(line).starts_with('#') && line.find("autossh") != line.npos && of_kind(line);
    });
}

bool is_any_line(std::string_view)
{
    return true;
}

/// By "#!": a shell's, or another's, which nobody here reads.
std::string_view kind_by_program(const std::string& text)
{
    const std::vector<std::string> words = words_of(text.substr(2, text.find('\n') - 2));
    const bool is_shells = std::ranges::any_of(words, [](const std::string& word) {
        const std::string name = file_name_of(word);
        return name == "sh" || name == "bash" || name == "dash" || name == "ash" || name == "ksh" ||
               name == "zsh";
    });
    return is_shells ? "script" : "";
}

std::string_view kind_by_text(const std::string& text)
{
    if (text.starts_with("#!"))
        return kind_by_program(text);
    if (has_line_with(text, "[service]"))
        return "unit";
    if (has_line_with(text, "[[tunnels]]"))
        return text.find("forwards") != text.npos || text.find("proxy") != text.npos ? "tunneld" : "boring";
    if (has_line_with(text, "host ") || has_line_with(text, "host="))
        return "ssh-config";
    if (has_line_with(text, "services:"))
        return "compose";
    if (has_line_with(text, "options="))
        return "conf";
    if (has_autossh(text, has_schedule))
        return "crontab";
    return has_autossh(text, is_any_line) ? "script" : "";
}

std::string_view kind_by_name(const std::string& name)
{
    if (name.ends_with(".service"))
        return "unit";
    if (name.ends_with(".yml") || name.ends_with(".yaml"))
        return "compose";
    if (name.ends_with(".sh") || name == "rc.local")
        return "script";
    return name.starts_with(".boring") ? "boring" : name.starts_with("tunneld.") ? "tunneld" : "";
}

}  // namespace

std::string ImportSource::name() const
{
    return path == "-" ? "standard input" : path;
}

std::span<const ImportKind> import_kinds()
{
    return kinds;
}

const ImportKind* import_kind(std::string_view name)
{
    const auto found = std::ranges::find(kinds, name, &ImportKind::name);
    return found == kinds.end() ? nullptr : &*found;
}

const ImportKind* guessed_import_kind(const ImportSource& source)
{
    const ImportKind* const by_name = import_kind(kind_by_name(file_name_of(source.path)));
    return by_name != nullptr ? by_name : import_kind(kind_by_text(source.text));
}

}  // namespace autossh
