// autossh-fleet(5), "Metrics".
#include "autossh/program/metrics_request.hpp"

#include "support/catch.hpp"

#include <string>
#include <utility>
#include <vector>

using namespace autossh;

TEST_CASE("Metrics: a request over HTTP is one of two, or refused")
{
    const std::vector<std::pair<std::string, MetricsRequest>> cases{
        {"", MetricsRequest::incomplete},
        {"GET /metrics HTTP/1.1\r\nHost: localhost\r\n", MetricsRequest::incomplete},
        {"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", MetricsRequest::metrics},
        {"GET /metrics HTTP/1.0\n\n", MetricsRequest::metrics},
        {"GET /metrics HTTP/1.1\r\nA: b\n\r\n", MetricsRequest::metrics},
        {"GET /metrics HTTP/1.1\nA: b\r\n\n", MetricsRequest::metrics},
        {"GET /metrics?name=a HTTP/1.1\r\n\r\nmore", MetricsRequest::metrics},
        {"GET /health HTTP/1.1\r\n\r\n", MetricsRequest::health},
        {"GET / HTTP/1.1\r\n\r\n", MetricsRequest::not_found},
        {"GET /metrics/ HTTP/1.1\r\n\r\n", MetricsRequest::not_found},
        {"GET /../health HTTP/1.1\r\n\r\n", MetricsRequest::not_found},
        {"POST /metrics HTTP/1.1\r\n\r\n", MetricsRequest::not_allowed},
        {"HEAD /metrics HTTP/1.1\r\n\r\n", MetricsRequest::metrics},
        {"HEAD  HTTP/1.1\r\n\r\n", MetricsRequest::not_found},
        {"HEADER /metrics HTTP/1.1\r\n\r\n", MetricsRequest::not_allowed},
        {"get /metrics HTTP/1.1\r\n\r\n", MetricsRequest::not_allowed},
        {"GET /metrics HTTP/2\r\n\r\n", MetricsRequest::nonsense},
        {"GET /metrics\r\n\r\n", MetricsRequest::nonsense},
        {"GET HTTP/1.1\r\n\r\n", MetricsRequest::nonsense},
        {"\r\n\r\n", MetricsRequest::nonsense},
        {std::string("\0\1\2\n\n", 5), MetricsRequest::nonsense},
        {std::string(longest_http_head, 'a'), MetricsRequest::too_long},
        {"GET /metrics HTTP/1.1\r\nA: " + std::string(longest_http_head, 'a') + "\r\n\r\n",
         MetricsRequest::too_long},
        {std::string(longest_http_head - 1, 'a'), MetricsRequest::incomplete},
    };
    for (const auto& [text, request] : cases) {
        CAPTURE(text);
        CHECK(metrics_request(text) == request);
    }
}

TEST_CASE(
    "Metrics: who asks for another server is refused, as a web page may have a name lead to this machine")
{
    const std::vector<std::pair<std::string, MetricsRequest>> cases{
        {"/metrics HTTP/1.1\r\nHost: 127.0.0.1:9101", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost:127.0.0.1", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nhOST: [::1]:9101 ", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost: [::1]", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost: LocalHost:9101", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost: a.localhost", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost: localhost.", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nX-Forwarded-Host: evil.example.com", MetricsRequest::metrics},
        {"/metrics HTTP/1.1\r\nHost: evil.example.com", MetricsRequest::not_meant},
        {"/health HTTP/1.1\nHost: evil.example.com:9101", MetricsRequest::not_meant},
        {"/ HTTP/1.1\r\nHost: evil", MetricsRequest::not_meant},
        {"/metrics HTTP/1.1\r\nHost: 127.0.0.1.evil.example.com", MetricsRequest::not_meant},
        {"/metrics HTTP/1.1\r\nHost: evil.example.com@127.0.0.1", MetricsRequest::not_meant},
        {"/metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil.example.com", MetricsRequest::not_meant},
        {"/metrics HTTP/1.1\r\nHost:", MetricsRequest::not_meant},
        {"http://127.0.0.1:9101/metrics HTTP/1.1\r\nHost: 127.0.0.1:9101", MetricsRequest::metrics},
        {"HTTP://localhost/health?a HTTP/1.1", MetricsRequest::health},
        {"http://localhost HTTP/1.1", MetricsRequest::not_found},
        {"http://evil.example.com/metrics HTTP/1.1\r\nHost: localhost", MetricsRequest::not_meant},
        {"http:///metrics HTTP/1.1\r\nHost: evil.example.com", MetricsRequest::not_meant},
        {"https://localhost/metrics HTTP/1.1", MetricsRequest::not_found},
    };
    for (const auto& [text, request] : cases) {
        CAPTURE(text);
        CHECK(metrics_request("GET " + text + "\r\n\r\n") == request);
    }
}

TEST_CASE("Metrics: an answer over HTTP has its status and its length, and ends the connection")
{
    const std::vector<std::pair<std::string, std::string>> cases{
        {http_refusal(MetricsRequest::not_found), "HTTP/1.1 404 Not Found\r\n"},
        {http_refusal(MetricsRequest::not_allowed), "HTTP/1.1 405 Method Not Allowed\r\n"},
        {http_refusal(MetricsRequest::not_meant), "HTTP/1.1 421 Misdirected Request\r\n"},
        {http_refusal(MetricsRequest::too_long), "HTTP/1.1 431 Request Header Fields Too Large\r\n"},
        {http_refusal(MetricsRequest::nonsense), "HTTP/1.1 400 Bad Request\r\n"},
        {http_head_of_metrics(0), "HTTP/1.1 200 OK\r\nContent-Type: text/plain; version=0.0.4; "},
        {http_head_of_health(true, 0), "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\n"},
        {http_head_of_health(false, 0), "HTTP/1.1 503 Service Unavailable\r\n"},
    };
    for (const auto& [answer, begin] : cases) {
        CAPTURE(answer);
        CHECK(answer.starts_with(begin));
        CHECK(answer.find("\r\nConnection: close\r\n") != std::string::npos);
        const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
        CHECK(answer.find("\r\nContent-Length: " + std::to_string(body.size()) + "\r\n") !=
              std::string::npos);
    }
    CHECK(http_refusal(MetricsRequest::not_allowed).find("\r\nAllow: GET, HEAD\r\n") != std::string::npos);
}
