// How the last connection tests of a session ended, and how long they took. Pure.
#pragma once

#include "autossh/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace autossh {

/// Of the last 32 that have passed, in 2 bytes each: a thousand tunnels have one of these.
class RoundTrips {
public:
    static constexpr std::size_t most = 32;
    static constexpr std::size_t most_recent = 12;

    void passed(Duration round_trip);
    void failed();

    std::uint32_t tests() const { return passed_ + failed_; }
    std::uint32_t failures() const { return failed_; }
    /// Nothing: none has passed.
    std::optional<Duration> last() const;
    /// The round trip that so many percent (1 to 100) of those last ones did not exceed.
    std::optional<Duration> percentile(unsigned percent) const;
    /// Of the last 12 tests, the oldest first; nothing: it has failed.
    std::vector<std::optional<Duration>> recent() const;

private:
    void note(std::uint16_t result);

    std::array<std::uint16_t, most> times_{};          ///< ms, in a ring
    std::array<std::uint16_t, most_recent> recent_{};  ///< of all tests, in a ring
    std::uint32_t passed_ = 0;
    std::uint32_t failed_ = 0;
};

}  // namespace autossh
