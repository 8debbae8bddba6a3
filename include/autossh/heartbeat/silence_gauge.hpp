// When to ask how long ssh's connection has been silent, and whether that is too long. Pure.
#pragma once

#include "autossh/base/time.hpp"

#include <optional>

namespace autossh {

/// ssh's keepalives keep a healthy connection from being silent. It takes four of them to give it up; to find
/// it worth a test takes one.
class SilenceGauge {
public:
    /// `keepalive`: ssh's interval; nothing: it sends none.
    explicit SilenceGauge(std::optional<Duration> keepalive = std::nullopt);

    /// A test has passed: the connection is well now.
    void passed(Time now);

    /// Time::max(): there is nothing to look at.
    Time next_look() const { return next_; }

    /// What the look has shown: how long nothing has come. Nothing: the system does not tell, and is not
    /// asked again. True: a test is due.
    bool is_suspicious(std::optional<Duration> silence, Time now);

private:
    std::optional<Duration> keepalive_;
    Time next_ = Time::max();
};

}  // namespace autossh
