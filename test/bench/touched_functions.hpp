// Which functions of a program run: each has a breakpoint that is gone once it has been met.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

/// By their addresses in the file.
struct Function {
    std::uint64_t size = 0;
    std::vector<std::string> names = {};  ///< a constructor has two
    bool is_touched = false;
    std::size_t turn = 0;  ///< among those that run after a timed step, in their order; 0: it does not
};
using Functions = std::map<std::uint64_t, Function>;

Functions functions_of(const std::string& program);

/// What one process does: its words, with the program before them, its environment, and what comes upon it.
struct Life {
    struct Step {
        std::chrono::milliseconds after;
        bool is_for_ssh;  ///< and not for the process itself
        int signal;
        bool is_timed = false;  ///< how soon it is answered counts
    };

    std::vector<std::string> words;
    std::vector<std::string> environment;  ///< NAME=VALUE, beside ours
    std::vector<Step> steps;               ///< with the last one it ends
};

/// Notes in `functions` which of them the process and what it makes have come to before they run another
/// program.
void trace(const Life& life, Functions& functions);
