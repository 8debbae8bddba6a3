// What a client of the control socket asks for: one JSON object, which is one line. See autossh-control(7).
// Pure.
#pragma once

#include "autossh/control/outages.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// The longest line of a client, in bytes, without its end.
inline constexpr std::size_t longest_request = 64 * 1024;
/// The longest "id", in bytes of JSON: each event repeats it.
inline constexpr std::size_t longest_request_id = 256;
/// A pattern is compared with each tunnel, in the event loop: so many bytes in one,
inline constexpr std::size_t longest_pattern = 128;
/// and so many in a request. Names alone, without * ? [ or @, are not counted.
inline constexpr std::size_t most_patterns = 64;

enum class Ask { status, start, stop, restart, retry, reload, logs, explain, events, outages, hub, forget };

/// "status", …; Ask::retry is "try".
std::string_view name(Ask ask);

/// It changes something: `status`, `logs`, `explain`, `events`, `outages` and `hub` do not.
bool is_order(Ask ask);

/// An observer may ask for it.
bool is_for_observers(Ask ask);

enum class ErrorCode {
    bad_request,     ///< no JSON object, or a member is of another type
    unknown_order,   ///< "do" is none of the above
    no_such_tunnel,  ///< a pattern means none
    not_permitted,   ///< an observer's
    not_possible,    ///< the text says why
    configuration,   ///< the files have mistakes
    too_long,        ///< the line is: the connection ends
    busy,            ///< too many clients: the connection ends
};

/// "bad-request", …
std::string_view name(ErrorCode code);
std::optional<ErrorCode> error_code_from(std::string_view name);

struct ControlError {
    ErrorCode code = ErrorCode::bad_request;
    std::string text;

    bool operator==(const ControlError&) const = default;
};

struct ControlRequest {
    std::string id = "null";  ///< as JSON
    Ask ask = Ask::status;
    std::vector<std::string> tunnels = {};  ///< as selected() takes them; empty: all
    bool dry_run = false;                   ///< of reload
    std::size_t lines = 200;                ///< of logs, of each tunnel
    bool follow = false;                    ///< of logs
    OutagesQuestion outages = {};           ///< of outages
    std::string box = {};                   ///< of forget

    bool operator==(const ControlRequest&) const = default;
};

/// What a line is.
struct ReadRequest {
    std::string id = "null";                ///< to be sent back, as JSON
    std::optional<ControlRequest> request;  ///< nothing: it is a mistake
    ControlError error = {};
};

/// Without the end of the line.
ReadRequest read_request(std::string_view line);

/// The line, with its end.
std::string to_line(const ControlRequest& request);

}  // namespace autossh
