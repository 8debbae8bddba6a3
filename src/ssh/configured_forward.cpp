#include "autossh/ssh/configured_forward.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace autossh {

namespace {

using ForwardKind = ConfiguredForward::Kind;

std::optional<std::uint16_t> port_from(std::string_view text)
{
    std::uint16_t port = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(port) : std::nullopt;
}

/// "8080", "[::1]:8080", "[]:8080", or anything else, which is a path.
ForwardPlace place_from(std::string_view text)
{
    if (const auto port = port_from(text))
        return {.host = std::nullopt, .port = *port, .path = ""};
    const std::size_t end = text.rfind("]:");
    const auto port = end != std::string_view::npos ? port_from(text.substr(end + 2)) : std::nullopt;
    if (text.starts_with('[') && port)
        return {.host = std::string(text.substr(1, end - 1)), .port = *port, .path = ""};
    return {.host = std::nullopt, .port = 0, .path = std::string(text)};
}

/// Where the target begins, at its blank. A path has blanks of its own; of two paths the last may not.
std::size_t end_of_listen(std::string_view words)
{
    const std::size_t last = words.rfind(' ');
    if (words.substr(last + 1).starts_with('[') && place_from(words.substr(last + 1)).path.empty())
        return last;
    const bool from_path = !place_from(words.substr(0, words.find(' '))).path.empty();
    return from_path ? words.rfind(" /") : words.find(' ');
}

void add(std::vector<ConfiguredForward>& found, ForwardKind kind, const std::vector<std::string>& lines)
{
    for (const std::string& words : lines)
        if (auto forward = configured_forward(kind, words))
            found.push_back(std::move(*forward));
}

bool is_of_tests(const ConfiguredForward& forward, const MonitorPorts& monitor)
{
    const bool here = forward.kind == ForwardKind::local;
    const bool on_server = forward.kind == ForwardKind::remote && !monitor.echo_port;
    return (here || on_server) && forward.listen.path.empty() && forward.listen.port == monitor.port;
}

}  // namespace

std::optional<ConfiguredForward> configured_forward(ForwardKind kind, std::string_view words)
{
    if (words.empty())
        return std::nullopt;
    if (kind == ForwardKind::dynamic)
        return ConfiguredForward{
            .kind = kind, .listen = place_from(words), .target = {.host = "socks", .port = 0, .path = ""}};
    const std::size_t end = end_of_listen(words);
    if (end == std::string_view::npos)
        return std::nullopt;
    return ConfiguredForward{.kind = kind,
                             .listen = place_from(words.substr(0, end)),
                             .target = place_from(words.substr(end + 1))};
}

std::vector<ConfiguredForward> configured_forwards(const SshConfig& config,
                                                   const std::optional<MonitorPorts>& monitor)
{
    std::vector<ConfiguredForward> found;
    add(found, ForwardKind::local, config.values("localforward"));
    add(found, ForwardKind::remote, config.values("remoteforward"));
    std::vector<ConfiguredForward> dynamic;
    add(dynamic, ForwardKind::dynamic, config.values("dynamicforward"));
    std::erase_if(dynamic, [&](const ConfiguredForward& one) {
        return std::ranges::any_of(found, [&](const ConfiguredForward& other) {
            return other.kind == ForwardKind::local && !other.target.path.empty() &&
                   other.listen == one.listen;
        });
    });
    found.insert(found.end(), dynamic.begin(), dynamic.end());
    if (monitor)
        std::erase_if(found,
                      [&](const ConfiguredForward& forward) { return is_of_tests(forward, *monitor); });
    return found;
}

}  // namespace autossh
