#pragma once

#include "outage/prober.hpp"

#include <atomic>
#include <thread>

namespace autossh_test::outage {

/// A connection through a forward that is meant to last: opened to 127.0.0.1:port, of the network namespace
/// where this is made, as soon as its prober finds it good again after a break, and used all the time.
/// Another is opened when one has ended.
class LongConnection {
public:
    /// `at_once`: also before a break.
    LongConnection(unsigned short port, const Prober& prober, bool at_once);
    ~LongConnection();
    LongConnection(const LongConnection&) = delete;
    LongConnection& operator=(const LongConnection&) = delete;

    int opened() const { return opened_; }
    int broken() const { return broken_; }  ///< of these

private:
    void run();
    bool is_time() const;
    void use();

    unsigned short port_;
    const Prober& prober_;
    Clock::time_point since_;
    bool at_once_;
    std::atomic<int> opened_{0};
    std::atomic<int> broken_{0};
    std::atomic<bool> stops_{false};
    std::thread thread_;
};

}  // namespace autossh_test::outage
