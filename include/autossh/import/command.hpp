// A command that starts an autossh: with variables before it, by way of env, nohup, sh -c and their likes.
// Pure.
#pragma once

#include "autossh/import/imported.hpp"

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace autossh {

using ImportLookup = std::function<std::optional<std::string>(std::string_view name)>;

/// The tunnel of `words`, whose source, name and ending are those of `like`. Nothing: they start no autossh.
Imported tunnels_of_command(std::span<const std::string> words, const ImportedTunnel& like,
                            const ImportLookup& lookup);

/// The same of a line that a shell takes apart.
Imported tunnels_of_shell_line(std::string_view line, const ImportedTunnel& like, const ImportLookup& lookup);

/// "NAME=VALUE" taken apart. Nothing: it is none.
std::optional<std::pair<std::string, std::string>> assignment_in(std::string_view word);

}  // namespace autossh
