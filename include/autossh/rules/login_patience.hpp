// How much more time than usual a server gets that has answered too late before. Pure.
#pragma once

#include "autossh/base/time.hpp"

namespace autossh {

/// How far an ssh had come that has ended because nobody answered in time.
enum class SilentStage {
    none,      ///< it did not end of that, or nobody took the connection at all
    greeting,  ///< the server had taken the connection, and sent no first line
    login,     ///< and the log-in was under way
};

/// Manual, "Connect timeout": what autossh adds must not keep out a server that is slow, or that waits for a
/// person (a push to a phone), and that the same ssh without it would reach.
class LoginPatience {
public:
    /// An ssh has ended.
    void note_silence(SilentStage stage);
    /// The same, and it had logged in after so long.
    void note_login(Duration took);

    /// How many times the usual ConnectTimeout. Doubled by each end without a greeting in a row.
    int for_greeting() const { return greeting_; }
    /// How many times the usual ServerAliveInterval, which limits each answer of a log-in. Stays as long as
    /// the log-ins take long.
    int for_answers() const { return answers_; }

private:
    int greeting_ = 1;
    int answers_ = 1;
};

}  // namespace autossh
