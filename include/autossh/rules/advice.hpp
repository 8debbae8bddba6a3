// When a remedy is told: once for each in a row, and again after a while, as the first has scrolled away.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"

#include <string>
#include <utility>

namespace autossh {

class Advice {
public:
    /// ssh has ended of `failure`, or goes on in spite of it. Its cause is told by others.
    void note(const Failure& failure);

    /// The remedy that is to be told now, asked for after each of them. Empty: none, or it was told.
    /// `understood`: it is of an ssh that we understand.
    std::string due(bool understood, Time now);

    /// The remedy of the last failure; empty: there is none.
    const std::string& current() const { return current_; }

private:
    bool is_new_ = false;  ///< since the last question
    std::string current_;
    std::string told_;  ///< the last one,
    Time told_at_;      ///< and when
};

}  // namespace autossh
