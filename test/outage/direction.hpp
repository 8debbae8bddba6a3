#pragma once

#include <array>

namespace autossh_test::outage {

/// Which of ssh's forwards a tunnel is made of: -L, or -R.
enum class Direction { local, remote };

inline constexpr std::array directions{Direction::local, Direction::remote};

constexpr const char* option_of(Direction direction)
{
    return direction == Direction::local ? "-L" : "-R";
}

}  // namespace autossh_test::outage
