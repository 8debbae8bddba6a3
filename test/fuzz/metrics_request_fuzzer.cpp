// What anybody of the machine may send to the port of our metrics: the first byte says in what pieces the
// others come.
#include "autossh/program/metrics_request.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

bool is_granted(MetricsRequest request)
{
    return request == MetricsRequest::metrics || request == MetricsRequest::health;
}

/// As a client is heard, which is not heard any more when it is understood.
MetricsRequest request_in_pieces(std::string_view text, std::size_t piece)
{
    MetricsRequest request = MetricsRequest::incomplete;
    for (std::size_t at = 0; at < text.size() && request == MetricsRequest::incomplete; at += piece)
        request = metrics_request(text.substr(0, at + piece));
    return request;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t piece = all.empty() ? 1 : static_cast<std::uint8_t>(all.front()) * 4U + 1U;
    const std::string_view text = all.substr(std::min<std::size_t>(1, all.size()));
    const MetricsRequest request = metrics_request(text);
    require(text.size() < 2 * longest_http_head || request != MetricsRequest::incomplete,
            "nobody is heard for ever");
    require(request_in_pieces(text, piece) == request, "the pieces in which a request comes do not matter");
    if (is_granted(request)) {
        const std::size_t line = text.find('\n') + 1;
        const std::string strange = std::string(text.substr(0, line)) + "hOsT:\tevil.example.com:9101\r\n" +
                                    std::string(text.substr(line));
        const bool is_absolute = text.find("://") < line;
        require(is_absolute || !is_granted(metrics_request(strange)), "another host's name is never granted");
        require(text.starts_with("GET ") || asks_for_head(text), "no other method is granted");
    } else if (request != MetricsRequest::incomplete) {
        const std::string refusal = http_refusal(request);
        require(refusal.starts_with("HTTP/1.1 4"), "what is not granted is refused");
        require(refusal.find("\r\n\r\n") != std::string::npos, "an answer has a head");
    }
    return 0;
}
