#pragma once

#include <atomic>
#include <latch>
#include <thread>

#include <sys/types.h>

namespace autossh_test {

/// Holds a process still, which its parent is not told of, as for a stop by a signal. To its end.
class Tracer {
public:
    explicit Tracer(pid_t process);
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;
    ~Tracer() { thread_.join(); }

    bool holds();

private:
    std::latch tried_{1};
    std::atomic<bool> held_ = false;
    std::thread thread_;
};

}  // namespace autossh_test
