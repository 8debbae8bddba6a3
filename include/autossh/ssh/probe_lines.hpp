// Which of ssh's lines are about a connection from the server that we have asked for. No I/O.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

class ProbeLines {
public:
    enum class Failure {
        nobody,     ///< nobody listens there
        forbidden,  ///< the server does not connect there for us
        other,
    };

    /// To this place none can be made: it is asked for to have an answer.
    static constexpr std::string_view nowhere = "127.0.0.1:0";

    /// Those to this place, "127.0.0.1:7000", and to nowhere are ours, of all that those who share the
    /// connection ask for.
    void expect(std::string target);

    /// Takes in a line without its end. True: that ours has failed, and no concern of the user's.
    bool take(std::string_view line);

    /// Of that to the place. Nothing: it has not failed, since it was expected.
    std::optional<Failure> failure() const { return failure_; }

private:
    std::string target_;
    bool opens_ = false;   ///< the next channel is ours,
    bool counts_ = false;  ///< and not to nowhere
    std::string channel_;  ///< the last that was, with a colon: "channel 2:"
    std::optional<Failure> failure_;
};

}  // namespace autossh
