// What the control socket asks of the process whose it is.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/control/hub_facts.hpp"
#include "autossh/control/outages.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// What a tunnel can be told to do.
enum class Order {
    start,    ///< it is wanted up again
    stop,     ///< until a start, or the next start of the process
    restart,  ///< another ssh
    retry,    ///< "try": a wait ends
};

/// How one may be meant: by its name, or by one of its groups.
struct TunnelLabel {
    std::string name;
    std::vector<std::string> groups = {};
};

/// What a reload does, or would do, to one tunnel.
struct ReloadChange {
    std::string tunnel;
    std::string what;  ///< "start", "stop", "restart", "forwards", "times", "labels"
    std::string text;  ///< for a person: "L 8080 -> db:5432 opened"

    bool operator==(const ReloadChange&) const = default;
};

struct ReloadMistake {
    std::string file;
    std::size_t line = 0;
    std::size_t column = 0;
    std::string text;
    std::string remedy;

    bool operator==(const ReloadMistake&) const = default;
};

struct ReloadAnswer {
    std::vector<ReloadChange> changes = {};
    std::vector<ReloadMistake> mistakes = {};  ///< if there are any, nothing has changed
    std::string refused = {};                  ///< why there can be none ("it has no file"); empty: see above

    bool operator==(const ReloadAnswer&) const = default;
};

/// Called from the event loop alone. Tunnels are meant by names that labels() has.
class ControlTarget {
public:
    virtual ~ControlTarget() = default;

    virtual std::vector<TunnelLabel> labels() const = 0;
    /// With the tunnels that are meant alone.
    virtual DaemonFacts facts(const std::function<bool(const std::string&)>& is_meant) const = 0;
    /// `by`: who asks, for the log. Returns why it cannot be done; empty: it is on its way.
    virtual std::string give(Order order, const std::string& tunnel, const std::string& by) = 0;
    virtual ReloadAnswer reload(bool dry_run, const std::string& by) = 0;
    /// The last lines of its log, the oldest first, at most so many.
    virtual std::vector<std::string> last_lines(const std::string& tunnel, std::size_t most) const = 0;
    virtual OutagesFacts outages(const OutagesQuestion& question,
                                 const std::vector<std::string>& tunnels) const = 0;
    /// As --explain.
    virtual std::string explain(const std::string& tunnel) const = 0;
    /// Nothing: it is no hub.
    virtual std::optional<HubFacts> hub() const { return std::nullopt; }
    /// Of a hub. `by`: as of give(). Returns why it cannot be done; empty: it is.
    virtual std::string forget(const std::string& box, const std::string& by);

protected:
    ControlTarget() = default;
    ControlTarget(const ControlTarget&) = default;
    ControlTarget& operator=(const ControlTarget&) = default;
};

}  // namespace autossh
