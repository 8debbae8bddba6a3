#pragma once

#include "autossh/base/unique_fd.hpp"
#include "outage/downtime.hpp"

#include <mutex>
#include <thread>
#include <vector>

namespace autossh_test::outage {

/// Asks an echo server behind 127.0.0.1:port of the network namespace where it was made, over a new
/// connection at each interval. The probes run side by side: none waits for another.
class Prober {
public:
    explicit Prober(unsigned short port);
    ~Prober();
    Prober(const Prober&) = delete;
    Prober& operator=(const Prober&) = delete;

    /// All that are decided so far, in the order of that.
    std::vector<Probe> probes() const;
    /// Until now; a time longer than a probe may take.
    bool is_good_for(Clock::duration time) const;

private:
    /// One that is not decided yet.
    struct Asking {
        autossh::UniqueFd socket;
        Clock::time_point start;
        bool has_asked = false;
        std::size_t answered = 0;  ///< bytes
    };
    enum class Result { good, bad, undecided };

    void run();
    void begin();
    void wait(Clock::time_point next);
    void look_at_all();
    static Result look_at(Asking& probe);
    void decided(const Probe& probe);

    unsigned short port_;
    std::vector<Asking> asking_;
    autossh::UniqueFd stop_;
    mutable std::mutex mutex_;
    std::vector<Probe> probes_;  ///< under the mutex
    std::thread thread_;
};

}  // namespace autossh_test::outage
