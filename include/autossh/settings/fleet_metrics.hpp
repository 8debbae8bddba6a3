// [metrics] in the file of many tunnels: where what Prometheus reads is written, or told. Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/settings/fleet_errors.hpp"
#include "autossh/settings/hub_place.hpp"
#include "autossh/settings/toml.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct MetricsSettings {
    static constexpr Duration shortest_interval = std::chrono::seconds(1);

    std::string file = {};  ///< an absolute path, or relative to where the process works; empty: none
    FilePlace file_at = {};
    std::optional<HubPlace> listen = {};           ///< a port of loopback; nothing: none
    Duration interval = std::chrono::seconds(15);  ///< between two writings of the file

    bool operator==(const MetricsSettings& other) const
    {
        return file == other.file && listen == other.listen && interval == other.interval;
    }
};

/// The keys `file`, `listen` and `interval`. A file's path begins with / or ~/, or is relative to `path`, the
/// file that it stands in. `at`: the place of [metrics].
MetricsSettings fleet_metrics(const std::string& path, const FilePlace& at,
                              const std::vector<TomlEntry>& entries, FleetErrors& errors);

}  // namespace autossh
