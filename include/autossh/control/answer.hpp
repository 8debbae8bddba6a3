// What the control socket answers: one JSON object, which is one line. Each function that writes one returns
// the line with its end; `id` is that of the request, as JSON. Pure.
#pragma once

#include "autossh/control/facts.hpp"
#include "autossh/control/hub_facts.hpp"
#include "autossh/control/request.hpp"
#include "autossh/control/target.hpp"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// A tunnel that does not do as it was told.
struct RefusedOrder {
    std::string tunnel;
    std::string text;  ///< why

    bool operator==(const RefusedOrder&) const = default;
};

/// The last lines of the log of a tunnel, the oldest first.
struct TunnelLines {
    std::string tunnel;
    std::vector<std::string> lines;
    bool is_cut = false;  ///< there are older ones that were asked for, and an answer has no room for them

    bool operator==(const TunnelLines&) const = default;
};

/// A text about a tunnel: a line of its log, what --explain says.
struct TunnelText {
    std::string tunnel;
    std::string text;

    bool operator==(const TunnelText&) const = default;
};

/// A tunnel, or a box of a hub, has come from a state into another.
struct StateEvent {
    WallTime at = {};
    std::string tunnel;
    std::string state;
    std::string before;  ///< empty: it is new
    std::string health;
    CauseFacts cause = {};
    std::string box = {};  ///< in place of the tunnel, where it is not empty

    bool operator==(const StateEvent&) const = default;
};

std::string error_answer(std::string_view id, const ControlError& error);
std::string status_answer(std::string_view id, const DaemonFacts& facts);
std::string order_answer(std::string_view id, std::span<const std::string> told,
                         std::span<const RefusedOrder> refused);
/// Also of one with mistakes, or refused.
std::string reload_answer(std::string_view id, const ReloadAnswer& reload, bool dry_run);
std::string logs_answer(std::string_view id, std::span<const TunnelLines> logs);
std::string log_line_answer(std::string_view id, const TunnelText& line);
std::string explain_answer(std::string_view id, std::span<const TunnelText> explanations);
std::string outages_answer(std::string_view id, const OutagesFacts& outages);
/// To `events`, before the first event: it is heard from now on.
std::string events_answer(std::string_view id);
std::string event_answer(std::string_view id, const StateEvent& event);
std::string hub_answer(std::string_view id, const HubFacts& hub);

/// An answer as its reader has it.
struct ControlAnswer {
    std::string id = "null";                  ///< as JSON
    bool ok = false;                          ///< false also of a line of a log and of an event
    std::optional<ControlError> error = {};   ///< where it is not
    std::optional<DaemonFacts> daemon = {};   ///< of status
    std::vector<std::string> told = {};       ///< of start, stop, restart, try
    std::vector<RefusedOrder> refused = {};   ///< of the same
    ReloadAnswer reload = {};                 ///< changes and mistakes
    bool dry_run = false;                     ///< of reload
    std::vector<TunnelLines> logs = {};       ///< of logs
    std::optional<TunnelText> log_line = {};  ///< of logs with "follow", behind the first answer
    std::vector<TunnelText> explanations = {};
    std::optional<StateEvent> event = {};
    std::optional<OutagesFacts> outages = {};
    std::optional<HubFacts> hub = {};  ///< of hub

    bool operator==(const ControlAnswer&) const = default;
};

/// Members that are not known are passed over. Nothing: this is no answer.
std::optional<ControlAnswer> read_answer(std::string_view line);

}  // namespace autossh
