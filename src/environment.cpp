#include "autossh/environment.hpp"

#include <cstdlib>

namespace autossh {

std::optional<std::string> environment_variable(std::string_view name)
{
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace autossh
