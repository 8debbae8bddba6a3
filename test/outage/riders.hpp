#pragma once

#include "outage/downtime.hpp"
#include "outage/lab.hpp"
#include "support/process/process.hpp"

#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace autossh_test::outage {

/// Somebody who runs an ssh on the lab's client, twice a second, one beside the other: an sftp server that
/// ends at once, as a shell would read what its user has it start with.
class Riders {
public:
    struct Counts {
        int started = 0;
        int failed = 0;      ///< with another exit status than 0
        int unfinished = 0;  ///< still running
        Seconds median{};    ///< of those that have ended
        Seconds longest{};   ///< of all: the unfinished until now
    };

    /// `control_path`: -S of each. No others are started after finish().
    Riders(const Lab& lab, const std::string& control_path);
    ~Riders();
    Riders(const Riders&) = delete;
    Riders& operator=(const Riders&) = delete;

    void finish();
    bool have_ended() const;
    Counts counts() const;

private:
    struct Rider {
        explicit Rider(const std::vector<std::string>& words) : process({.arguments = words}) {}

        Clock::time_point start = Clock::now();
        Process process;
    };

    void run();
    void begin();
    void look_at_all();

    const Lab& lab_;
    std::vector<std::string> words_;
    std::list<Rider> running_;
    std::vector<Seconds> times_;
    int failed_ = 0;
    bool is_finishing_ = false;
    bool stops_ = false;
    mutable std::mutex mutex_;  ///< of all of them
    std::thread thread_;
};

}  // namespace autossh_test::outage
