#pragma once

#include "support/catch.hpp"

#include <fmt/core.h>

/// Ends a test that means nothing here; ctest counts it as skipped.
#define SKIP_UNLESS(condition, reason)                                                                       \
    if (!(condition)) {                                                                                      \
        fmt::print("SKIPPED: {}: {}\n", Catch::getResultCapture().getCurrentTestName(), reason);             \
        return;                                                                                              \
    }                                                                                                        \
    static_cast<void>(0)
