#include "autossh/base/environment.hpp"

#include <cstdlib>

namespace autossh {

std::optional<std::string> environment_variable(std::string_view name)
{
    const char* const value = std::getenv(std::string(name).c_str());
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

std::string with_home(const std::string& path)
{
    const auto home = environment_variable("HOME");
    return home && path.starts_with("~/") ? *home + path.substr(1) : path;
}

}  // namespace autossh
