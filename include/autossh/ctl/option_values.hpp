// The values of autosshctl's options. Pure. Each function throws UsageError.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/control/outages.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace autossh {

enum class ColourWhen { automatic, on, off };

/// Of `health`: more than so many tunnels, or more than such a part of those that are wanted up.
struct HealthLimit {
    double value = 0;  ///< not negative
    bool is_percent = false;

    bool operator==(const HealthLimit&) const = default;
};

/// "3", "5%". `option`: for the message.
HealthLimit health_limit(const std::string& option, std::string_view text);

/// Of --since: "7d", "2w", "12h"; above 0, and not longer than longest_look_back.
Duration look_back(std::string_view text);

/// Of --wait: not negative.
Duration wait_time(std::string_view text);

/// "always", "never", "auto"
ColourWhen colour_when(std::string_view text);

/// Of --lines: cut down to 10,000.
/// "unit". Throws UsageError.
std::string kind_of_import(std::string_view text);

std::size_t number_of_lines(std::string_view text);

}  // namespace autossh
