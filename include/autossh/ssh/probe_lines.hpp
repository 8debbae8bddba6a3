// Which of ssh's lines are about a connection from the server that we have asked for. No I/O.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace autossh {

class ProbeLines {
public:
    /// Those to this place are ours, "127.0.0.1:7000", of all that those who share the connection ask for.
    void expect(std::string target) { target_ = std::move(target); }

    /// Takes in a line without its end. True: that ours has failed, and no concern of the user's.
    bool take(std::string_view line);

private:
    std::string target_;
    bool opens_ = false;   ///< the next channel is ours
    std::string channel_;  ///< the last that was, with a colon: "channel 2:"
};

}  // namespace autossh
