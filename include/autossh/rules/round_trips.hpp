// How long the last connection tests of a session took. Pure.
#pragma once

#include "autossh/base/time.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace autossh {

/// Of the last 32 that have passed, in 2 bytes each: a thousand tunnels have one of these.
class RoundTrips {
public:
    static constexpr std::size_t most = 32;

    void passed(Duration round_trip);
    void failed() { ++failed_; }

    std::uint32_t tests() const { return passed_ + failed_; }
    std::uint32_t failures() const { return failed_; }
    /// Nothing: none has passed.
    std::optional<Duration> last() const;
    /// The round trip that so many percent (1 to 100) of those last ones did not exceed.
    std::optional<Duration> percentile(unsigned percent) const;

private:
    std::array<std::uint16_t, most> times_{};  ///< ms, in a ring
    std::uint32_t passed_ = 0;
    std::uint32_t failed_ = 0;
};

}  // namespace autossh
