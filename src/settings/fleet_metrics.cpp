#include "autossh/settings/fleet_metrics.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_parts.hpp"

#include <array>
#include <string_view>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 3> metrics_keys{"file", "listen", "interval"};

void report_metrics_value(const TomlEntry& entry, std::string_view expected, FleetErrors& errors)
{
    errors.add(entry.value.at,
               fmt::format("{}: {} is expected, not {}", entry.key, expected, in_words(entry.value)));
}

std::optional<HubPlace> metrics_place(const TomlEntry& entry, FleetErrors& errors)
{
    const TomlValue& value = entry.value;
    auto place =
        value.is(TomlKind::text) || value.is(TomlKind::integer) ? hub_place_from(value.text) : std::nullopt;
    if (!place || !place->path.empty()) {
        report_metrics_value(entry, "\"127.0.0.1:PORT\" or \"[::1]:PORT\"", errors);
        return std::nullopt;
    }
    const auto address = SocketAddress::from_literal(place->address, place->port);
    const auto ip = address ? ip_address_of(address->get()) : std::nullopt;
    if (!ip || !ip->is_loopback())
        errors.add(value.at,
                   fmt::format("listen: {} is not on loopback, and all who reach it could read how your "
                               "tunnels are",
                               in_words(*place)),
                   fmt::format("write \"127.0.0.1:{}\"; for a Prometheus elsewhere write file, for "
                               "node_exporter, or put a server with TLS and passwords before the port",
                               place->port));
    place->at = value.at;
    return place;
}

}  // namespace

MetricsSettings fleet_metrics(const std::string& path, const FilePlace& at,
                              const std::vector<TomlEntry>& entries, FleetErrors& errors)
{
    MetricsSettings metrics;
    for (const TomlEntry& entry : entries) {
        const TomlValue& value = entry.value;
        if (entry.key == "listen") {
            metrics.listen = metrics_place(entry, errors);
        } else if (entry.key == "file") {
            if (!value.is(TomlKind::text) || value.text.empty() || one_line(value.text) != value.text)
                report_metrics_value(entry, "the path of a file", errors);
            metrics.file = beside(path, with_home(value.text));
            metrics.file_at = value.at;
        } else if (entry.key == "interval") {
            const bool is_time = value.is(TomlKind::text) || value.is(TomlKind::integer);
            const auto interval = is_time ? parse_duration(value.text) : std::nullopt;
            metrics.interval = interval.value_or(Duration());
            if (metrics.interval < MetricsSettings::shortest_interval)
                report_metrics_value(entry, "a time from \"1s\" on, such as \"15s\",", errors);
        } else {
            report_unknown(entry, "[metrics]", metrics_keys, errors);
        }
    }
    if (find_entry(entries, "listen") == nullptr && find_entry(entries, "file") == nullptr)
        errors.add(at, "[metrics] does not say where they go",
                   "write listen = \"127.0.0.1:PORT\", or file = \"FILE.prom\", or both");
    return metrics;
}

}  // namespace autossh
