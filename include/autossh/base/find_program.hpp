// Where the system finds the program that a command names.
#pragma once

#include <string>

namespace autossh {

/// The file that execvp(3) would execute for `file`: as it is if it has a slash, else from PATH, where an
/// empty element is the current directory. Empty: there is no such program.
std::string find_program(const std::string& file);

}  // namespace autossh
