#pragma once

#include "e2e/support/autossh.hpp"

namespace autossh_test {

/// How many starts of ssh there were.
int starts(const Autossh& autossh);

/// Lets tries that fail follow each other (HUP), until autossh waits for 48 seconds or more.
bool lengthen_wait(const Autossh& autossh);

/// How many waits with a length lengthen_wait() has had.
inline constexpr int lengthened_waits = 6;

}  // namespace autossh_test
