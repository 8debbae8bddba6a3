#pragma once

#include "differential/cases.hpp"

namespace autossh_test {

inline constexpr const char* over_loop = "-M {P} host";
inline constexpr const char* over_echo = "-M {P}:7 host";
inline const Environment every_second{{"AUTOSSH_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}};

}  // namespace autossh_test
