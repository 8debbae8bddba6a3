// Every setting with its environment variable, its long option and its help text, in one table.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/settings/settings.hpp"

#include <span>
#include <string>
#include <string_view>

namespace autossh {

/// Whose a setting is where one process has many tunnels.
enum class Scope {
    tunnel,   ///< of each tunnel: a key in its part of their file
    process,  ///< of the process, or of a tunnel that is the only one, as who is at the terminal is
};

struct Setting {
    std::string_view variable;
    std::string_view option;  ///< without the leading dashes
    Scope scope;
    /// What --help calls the value; empty: the option takes none; "[=PATH]": it may have one, and is yes
    /// without.
    std::string_view argument;
    std::string_view help;
    /// Puts the value into the settings. Throws ConfigError with the reference's words.
    void (*apply)(Settings&, const std::string& value);
};

std::span<const Setting> setting_table();
/// That of a long option's name, or of a variable's. Null: there is none.
const Setting* setting_of_option(std::string_view option);
const Setting* setting_of_variable(std::string_view variable);

/// Applies `value` and remembers where it comes from. Throws ConfigError.
void give(const Setting& setting, const std::string& value, const std::string& source, Settings& settings);

/// Reads every AUTOSSH_ variable of the table. Throws ConfigError at the first bad one.
void read_environment(const Environment& environment, Settings& settings);

}  // namespace autossh
