#include "autossh/import/imported.hpp"

#include "autossh/base/text.hpp"

#include <array>
#include <iterator>

namespace autossh {

void Imported::add(Imported other)
{
    std::move(other.tunnels.begin(), other.tunnels.end(), std::back_inserter(tunnels));
    std::move(other.errors.begin(), other.errors.end(), std::back_inserter(errors));
}

bool is_secret_variable(std::string_view name)
{
    if (name.starts_with("AUTOSSH_") || name.starts_with("SSH_ASKPASS"))
        return false;
    constexpr std::array<std::string_view, 6> words{"pass",       "secret",  "token",
                                                    "credential", "api_key", "private"};
    const std::string lower = lower_case(name);
    for (const std::string_view word : words)
        if (lower.find(word) != std::string::npos)
            return true;
    return false;
}

std::string file_name_of(const std::string& path)
{
    return path.substr(path.rfind('/') + 1);  // npos + 1 is 0
}

}  // namespace autossh
