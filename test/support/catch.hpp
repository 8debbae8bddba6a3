#pragma once
// One name for Catch2 v2 (Debian 12) and v3 (elsewhere); CMake defines CATCH2_VERSION_MAJOR.
#define CATCH_CONFIG_ENABLE_OPTIONAL_STRINGMAKER  // how a process ended, where it was expected to end
                                                  // otherwise
#if CATCH2_VERSION_MAJOR >= 3
#include <catch2/catch_all.hpp>
#else
#include <catch2/catch.hpp>
#endif
