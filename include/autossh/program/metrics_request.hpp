// What is asked of our metrics over HTTP/1.1, and the answers to it. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace autossh {

enum class MetricsRequest {
    incomplete,   ///< more is to come
    metrics,      ///< GET or HEAD of /metrics
    health,       ///< of /health
    not_found,    ///< of anything else
    not_allowed,  ///< another method
    not_meant,    ///< another server's name is asked for
    too_long,
    nonsense,  ///< no HTTP/1
};

/// Of the request line and the header lines, in bytes.
inline constexpr std::size_t longest_http_head = 8192;

/// Of the bytes that a client has sent until now. What stands behind the header is not looked at.
MetricsRequest metrics_request(std::string_view head);

/// Of such bytes: the body of the answer is not wanted (HEAD).
bool asks_for_head(std::string_view head);

/// The answer to one that is neither metrics nor health, as a whole.
std::string http_refusal(MetricsRequest request);

/// What stands before a body of `size` bytes: of metrics or, as status 200 or 503, of health.
std::string http_head_of_metrics(std::size_t size);
std::string http_head_of_health(bool is_well, std::size_t size);

}  // namespace autossh
