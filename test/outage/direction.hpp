#pragma once

#include <array>

namespace autossh_test::outage {

/// Which of ssh's forwards a tunnel is made of: -L, or -R, or one of each.
enum class Direction { local, remote, both };

inline constexpr std::array directions{Direction::local, Direction::remote};

constexpr const char* option_of(Direction direction)
{
    switch (direction) {
    case Direction::local: return "-L";
    case Direction::remote: return "-R";
    case Direction::both: break;
    }
    return "-L and -R";
}

}  // namespace autossh_test::outage
