// What a hook says, as lines for the log; no more than a log can bear. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

class HookOutputLines {
public:
    static constexpr std::size_t most_lines = 20;
    static constexpr std::size_t longest_line = 500;  ///< in bytes

    /// The lines that are whole now, printable; an empty one is none.
    std::vector<std::string> take(std::string_view bytes);
    /// What stands behind the last end of a line.
    std::vector<std::string> end();
    /// Bytes that no line has: there was too much.
    std::size_t left_out() const { return left_out_; }

private:
    void finish_line(std::vector<std::string>& lines);

    std::string line_;
    std::size_t lines_ = 0;
    std::size_t left_out_ = 0;
};

}  // namespace autossh
