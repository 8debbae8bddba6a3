// What a fuzzer asserts.
#pragma once

#include <cstdio>
#include <cstdlib>

namespace autossh::fuzz {

/// `rule`: for whoever reads the crash.
inline void require(bool holds, const char* rule)
{
    if (holds)
        return;
    std::fprintf(stderr, "BROKEN: %s\n", rule);
    std::abort();
}

}  // namespace autossh::fuzz
