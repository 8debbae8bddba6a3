#pragma once

#include "support/process/process.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace autossh_test::outage {

/// A way to keep one ssh running.
struct Contestant {
    enum class Kind { ours, reference, loop };

    std::string name;
    Kind kind = Kind::ours;
    std::vector<std::string> options = {};  ///< before ssh's words
    Environment environment = {};
    unsigned short monitor_port = 0;  ///< of `-M PORT`; 0: another monitor or none
    bool has_monitor = true;
    std::chrono::seconds poll{};  ///< of ours; 0: not given
};

/// Ours with no options comes first.
const std::vector<Contestant>& contestants();
bool is_installed(const Contestant& contestant);
/// nullptr: there is none of this name.
const Contestant* find_contestant(const std::string& name);

}  // namespace autossh_test::outage
