#include "autossh/import/kind.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>

namespace autossh {

namespace {

constexpr std::array kinds{
    ImportKind{"unit", "a unit of systemd", import_unit},
    ImportKind{"crontab", "what crontab -l prints", import_crontab},
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

std::string_view kind_by_text(const std::string& text)
{
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
    return text.find("autossh") != text.npos ? "crontab" : "";
}

std::string_view kind_by_name(const std::string& name)
{
    if (name.ends_with(".service"))
        return "unit";
    if (name.ends_with(".yml") || name.ends_with(".yaml"))
        return "compose";
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
