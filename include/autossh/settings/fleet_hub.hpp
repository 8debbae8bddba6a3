// [hub] in the file of many tunnels: where boxes beat, which ones are expected, and when they are missed.
// Pure, but for the reading of other files.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/fleet_files.hpp"
#include "autossh/settings/hub_place.hpp"
#include "autossh/settings/toml.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// A box that is expected, or all that fit a pattern as of glob(7).
struct ExpectedBox {
    std::string name;
    std::string account;       ///< the name is bound to it; empty: to none
    std::optional<uid_t> uid;  ///< of the account
    std::string probe;         ///< where an ssh server is to answer, as HubPlace; empty: nobody asks.
                               ///< {name} stands for the name where this is a pattern

    bool operator==(const ExpectedBox&) const = default;
    bool is_pattern() const { return name.find_first_of("*?[\\") != std::string::npos; }
};

struct HubSettings {
    static constexpr std::size_t most_boxes = 4096;
    static constexpr std::size_t most_places = 16;

    std::vector<HubPlace> listen = {};
    std::vector<ExpectedBox> expect = {};      ///< empty: all are
    double late = 1.5;                         ///< times the longest of the last gaps between beats,
    double lost = 3;                           ///< as late, and not less
    Duration least = std::chrono::minutes(2);  ///< and never before this
    Duration forget = std::chrono::hours(24 * 90);
    std::string probe = {};  ///< of boxes that no row of a table is about

    bool operator==(const HubSettings&) const = default;
};

/// `at`: the place of [hub].
HubSettings fleet_hub(const FilePlace& at, const std::vector<TomlEntry>& entries, const FleetFiles& files,
                      FleetErrors& errors);

}  // namespace autossh
