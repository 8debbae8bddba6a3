// The last lines of a log, kept in memory for those who ask.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Of a thousand tunnels each has one: it takes no more than its lines need.
class LogRing {
public:
    static constexpr std::size_t most_lines = 200;
    static constexpr std::size_t most_bytes = 32 * 1024;

    /// Without its end. The oldest ones go. What is longer than a quarter of the room is cut.
    void add(std::string_view line);

    /// The last ones, the oldest first, at most so many.
    std::vector<std::string> last(std::size_t most) const;

private:
    void forget_first();

    std::vector<char> text_;  ///< each with its end
    std::size_t lines_ = 0;
};

}  // namespace autossh
