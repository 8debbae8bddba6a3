#include "support/waiting.hpp"

#include <thread>

namespace autossh_test {

bool wait_until(const std::function<bool()>& is_so, std::chrono::milliseconds deadline,
                std::chrono::milliseconds interval)
{
    const auto end = std::chrono::steady_clock::now() + deadline;
    for (;;) {
        const bool last = std::chrono::steady_clock::now() >= end;
        if (is_so())
            return true;
        if (last)
            return false;
        std::this_thread::sleep_for(interval);
    }
}

}  // namespace autossh_test
