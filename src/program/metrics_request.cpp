#include "autossh/program/metrics_request.hpp"

#include "autossh/base/socket_address.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <string>

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
    return std::min(head.find("\n\r\n"), head.find("\n\n"));
}

/// Takes the first line away, which is returned without its end.
std::string_view take_line(std::string_view& lines)
{
    const std::size_t end = std::min(lines.find('\n'), lines.size());
    const std::string_view line = without_end(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    return line;
}

/// "127.0.0.1:9101", "[::1]", "localhost". A name that somebody else may have is not ours: a web page can
/// have a name of its own lead to 127.0.0.1, and the browser of a user here would let it read what we answer
/// (DNS rebinding).
bool is_this_machine(std::string_view authority)
{
    const std::size_t colon = authority.rfind(':');
    if (colon != authority.npos && authority.find(']', colon) == authority.npos)
        authority = authority.substr(0, colon);
    if (authority.starts_with('[') && authority.ends_with(']'))
        authority = authority.substr(1, authority.size() - 2);
    std::string name = lower_case(authority);
    if (name.ends_with('.'))  // of the root, as resolvers write it
        name.pop_back();
    return name == "localhost" || name.ends_with(".localhost") || SocketAddress::from_literal(name, 0);
}

/// No line that names a host is none that names a strange one: HTTP/1.0.
bool names_this_machine(std::string_view header_lines)
{
    constexpr std::string_view host = "host:";
    while (!header_lines.empty()) {
        const std::string_view line = take_line(header_lines);
        if (lower_case(line.substr(0, host.size())) != host)
            continue;
        if (!is_this_machine(without_blanks(line.substr(host.size()))))
            return false;
    }
    return true;
}

/// "http://HOST/PATH", as to a proxy, is to be taken as "/PATH" of that host (RFC 9112, section 3.2.2). Takes
/// the host away, which is returned.
std::string_view take_authority(std::string_view& target)
{
    constexpr std::string_view scheme = "http://";
    if (lower_case(target.substr(0, scheme.size())) != scheme)
        return {};
    target.remove_prefix(scheme.size());
    const std::size_t end = std::min(target.find('/'), target.size());
    const std::string_view authority = target.substr(0, end);
    target.remove_prefix(end);
    return authority;
}

}  // namespace

MetricsRequest metrics_request(std::string_view head)
{
    const std::size_t end = end_of_head(head);
    if (std::min(end, head.size()) >= longest_http_head)
        return MetricsRequest::too_long;
    if (end == head.npos)
        return MetricsRequest::incomplete;
    std::string_view header_lines = head.substr(0, end);
    const std::string_view line = take_line(header_lines);
    const std::size_t first = line.find(' ');
    const std::size_t last = line.rfind(' ');
    if (first == line.npos || first == last || !line.substr(last + 1).starts_with("HTTP/1."))
        return MetricsRequest::nonsense;
    std::string_view target = line.substr(first + 1, last - first - 1);
    const std::string_view authority = take_authority(target);
    const bool is_meant = authority.empty() ? names_this_machine(header_lines) : is_this_machine(authority);
    if (!is_meant)
        return MetricsRequest::not_meant;
    if (line.substr(0, first) != "GET" && !asks_for_head(line))
        return MetricsRequest::not_allowed;
    const std::string_view path = target.substr(0, target.find('?'));
    if (path == "/metrics")
        return MetricsRequest::metrics;
    return path == "/health" ? MetricsRequest::health : MetricsRequest::not_found;
}

bool asks_for_head(std::string_view head)
{
    return head.starts_with("HEAD ");
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
        more = "Allow: GET, HEAD\r\n";
    }
    std::string_view help = "there are GET /metrics and GET /health";
    if (request == MetricsRequest::not_meant) {
        status = "421 Misdirected Request";
        help = "ask for localhost, or for an address; a proxy sets \"Host: localhost\"";
    }
    const std::string body = fmt::format("{}: {}\n", status, help);
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
