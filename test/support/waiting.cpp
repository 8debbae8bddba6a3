#include "support/waiting.hpp"

#include <algorithm>
#include <thread>

namespace autossh_test {

bool wait_until(const std::function<bool()>& is_so, std::chrono::milliseconds deadline,
                std::chrono::milliseconds interval)
{
    // To look costs the processor, of which other tests want their part: a long wait looks less often.
    constexpr std::chrono::milliseconds longest{20};
    const auto begin = std::chrono::steady_clock::now();
    for (;;) {
        const auto waited = std::chrono::steady_clock::now() - begin;
        if (is_so())
            return true;
        if (waited >= deadline)
            return false;
        std::this_thread::sleep_for(std::max<std::chrono::nanoseconds>(
            interval, std::min<std::chrono::nanoseconds>(waited / 16, longest)));
    }
}

}  // namespace autossh_test
