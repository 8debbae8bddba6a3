// Why a forward does not work, more exactly than a class of failure says. Pure.
#pragma once

#include "autossh/ssh/cause.hpp"

#include <optional>
#include <string_view>

namespace autossh {

/// Of one that the server refuses, or whose target it does not reach. Nothing: no more is known.
std::optional<Cause> cause_of_refused_forward(const SshMessage& reason, const SshCircumstances& known,
                                              const KeyCircumstances& keys);

/// Of one that ssh cannot listen for here.
std::optional<Cause> cause_of_local_forward(const SshMessage& reason);

inline bool has(std::string_view text, std::string_view part)
{
    return text.find(part) != std::string_view::npos;
}

/// Whether what has come past ssh's log speaks of both, in any case of letters.
bool says(const SshCircumstances& known, std::string_view subject, std::string_view what);

}  // namespace autossh
