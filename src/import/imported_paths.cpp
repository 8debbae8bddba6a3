#include "autossh/import/imported_paths.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/import/ssh_words.hpp"

#include <string_view>

#include <fmt/core.h>

namespace autossh {

std::string imported_path(const std::string& path, const std::string& directory)
{
    if (path.empty() || directory.empty() || std::string_view("/~%$").find(path.front()) != std::string::npos)
        return path;
    return without_dots(fmt::format("{}/{}", directory, path));
}

std::vector<std::string> with_absolute_paths(const std::vector<std::string>& words,
                                             const std::string& directory)
{
    auto ssh = read_ssh_words(words);
    bool changed = false;
    if (!ssh)
        return words;
    for (SshWordOption& option : ssh->options) {
        if (std::string_view("iFE").find(option.letter) == std::string_view::npos || *option.value == "none")
            continue;
        const std::string path = imported_path(*option.value, directory);
        changed = changed || path != *option.value;
        option.value = path;
    }
    return changed ? ssh->words() : words;
}

}  // namespace autossh
