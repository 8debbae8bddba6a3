#pragma once

#include "autossh/base/time.hpp"

/// When the tests of the rules begin, which know no clock.
inline const autossh::Time start = autossh::Time{} + std::chrono::hours{100};
