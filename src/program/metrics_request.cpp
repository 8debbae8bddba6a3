#include "autossh/program/metrics_request.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

/// The connection ends with the answer: a scrape every some seconds needs no other, and none can be held.
std::string http_head(std::string_view status, std::string_view type, std::size_t size,
                      std::string_view more = "")
{
    return fmt::format("HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n"
                       "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n{}"
                       "Connection: close\r\n\r\n",
                       status, type, size, more);
}

constexpr std::string_view plain_text = "text/plain; charset=utf-8";

/// Where the lines of the head end; npos: not yet.
std::size_t end_of_head(std::string_view head)
{
    return std::min(head.find("\r\n\r\n"), head.find("\n\n"));
}

}  // namespace

MetricsRequest metrics_request(std::string_view head)
{
    const std::size_t end = end_of_head(head);
    if (std::min(end, head.size()) >= longest_http_head)
        return MetricsRequest::too_long;
    if (end == head.npos)
        return MetricsRequest::incomplete;
    std::string_view line = head.substr(0, head.find('\n'));
    if (line.ends_with('\r'))
        line.remove_suffix(1);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
        return MetricsRequest::nonsense;
    if (line.substr(0, first) != "GET")
        return MetricsRequest::not_allowed;
    const std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/metrics")
        return MetricsRequest::metrics;
    return path == "/health" ? MetricsRequest::health : MetricsRequest::not_found;
}

std::string http_refusal(MetricsRequest request)
{
    std::string_view status = "400 Bad Request";
    std::string_view more;
    if (request == MetricsRequest::not_found)
        status = "404 Not Found";
    if (request == MetricsRequest::too_long)
        status = "431 Request Header Fields Too Large";
    if (request == MetricsRequest::not_allowed) {
        status = "405 Method Not Allowed";
        more = "Allow: GET\r\n";
    }
    const std::string body = fmt::format("{}: there are GET /metrics and GET /health\n", status);
    return http_head(status, plain_text, body.size(), more) + body;
}

std::string http_head_of_metrics(std::size_t size)
{
    return http_head("200 OK", "text/plain; version=0.0.4; charset=utf-8", size);
}

std::string http_head_of_health(bool is_well, std::size_t size)
{
    return http_head(is_well ? "200 OK" : "503 Service Unavailable", plain_text, size);
}

}  // namespace autossh
