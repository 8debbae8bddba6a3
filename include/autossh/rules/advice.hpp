// When the remedy for a failure is told: once for each class in a row, as who has not mended it yet knows how
// to.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/base/time.hpp"

#include <optional>
#include <string_view>

namespace autossh {

class Advice {
public:
    /// ssh has ended of `failure`.
    void ended_of(FailureClass failure) { to_be_mended_ = failure; }

    /// The remedy that is to be told now, asked for after each end. Empty: none, or it was told.
    /// `understood`: the end is one of an ssh that we understand.
    std::string_view due(bool understood, Time now);

private:
    std::optional<FailureClass> to_be_mended_;  ///< since the last question
    std::optional<FailureClass> told_;          ///< the last one,
    Time told_at_;                              ///< and when
};

}  // namespace autossh
