// Runs a program that is asked something, and has what it says.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/time.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace autossh {

struct ProgramOutput {
    std::string trouble = {};  ///< why it could not be started, or that it has not ended in time; else empty
    int status = -1;           ///< of its exit; -1: a signal, or it was ended by us
    std::string out = {};      ///< at most 1 MiB
    std::string err = {};

    bool succeeded() const { return trouble.empty() && status == 0; }
};

/// Waits for its end for at most `limit`. Its standard input is empty, and whoever it leaves behind in its
/// process group is ended with it. `enough`: asked after each piece of standard error, and
/// when nothing has come for half a second; true ends it.
ProgramOutput output_of(const Command& command, Duration limit,
                        const std::function<bool(std::string_view err)>& enough = {});

}  // namespace autossh
