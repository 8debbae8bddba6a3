// The causes by their words: what the log says of each, and the one thing that helps.
#pragma once

#include "autossh/base/failure.hpp"
#include "autossh/ssh/cause.hpp"

#include <string_view>
#include <vector>

namespace autossh {

/// A row. In its texts, {host} and the like stand for what is known; {told} is the cause as ssh has put it.
struct ExplainedCause {
    Cause cause;
    FailureClass failure_class;
    std::string_view text;    ///< filled in, it is rarely longer than 100 characters
    std::string_view remedy;  ///< and this one than 112
};

std::vector<ExplainedCause> explanations();
ExplainedCause explanation_of(Cause cause);

}  // namespace autossh
