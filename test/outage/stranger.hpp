#pragma once

#include <atomic>
#include <thread>

namespace autossh_test::outage {

/// Connects again and again to 127.0.0.1:port of the network namespace where it was made, and talks nonsense.
class Stranger {
public:
    explicit Stranger(unsigned short port);
    ~Stranger();
    Stranger(const Stranger&) = delete;
    Stranger& operator=(const Stranger&) = delete;

private:
    void run() const;

    unsigned short port_;
    std::atomic<bool> stops_{false};
    std::thread thread_;
};

}  // namespace autossh_test::outage
