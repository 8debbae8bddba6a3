// The facts of processes and their tunnels as Prometheus reads them: its text format, version 0.0.4. Pure.
// autossh-fleet(5), "Metrics", has the names.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/control/hub_facts.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace autossh {

/// What is measured of one process.
struct MeteredDaemon {
    DaemonFacts facts;
    std::optional<HubFacts> hub = {};
    bool answers = true;  ///< false: it runs, and says nothing; its name or pid is all that is known
};

/// All of it, with an end of line. `at`: when the facts were so. Each series has the label "daemon": the
/// name, with the pid behind it where two have the same one, as no series may be there twice. A value that is
/// not known is left out.
std::string prometheus_text(std::span<const MeteredDaemon> daemons, WallTime at);

/// Of a label, without its quotes: with escapes, and U+FFFD for bytes that are not UTF-8.
std::string label_value(std::string_view text);

}  // namespace autossh
