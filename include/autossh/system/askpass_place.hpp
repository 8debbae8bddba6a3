// Where ssh finds us as its askpass program: at a path that nobody else can put another program at.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// The name by which the same binary is the askpass program.
inline constexpr std::string_view askpass_name = "autossh-askpass";

/// The system tells where our own binary is (Linux: /proc).
bool own_program_is_known();

/// The path: that of the link which is installed with us, where only root and we can change anything on the
/// way to it and to what it leads to. Else one that is made anew in `directory`, the private one: a link to
/// our binary, or, where others can change that, a copy of what we are. Throws std::runtime_error.
std::string provide_askpass_program(const std::string& directory);

/// It is there still, or there again.
bool askpass_program_is_there(const std::string& program);

}  // namespace autossh
