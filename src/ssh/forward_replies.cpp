#include "autossh/ssh/forward_replies.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

std::string in_words_of_ssh(const ForwardPlace& place)
{
    return place.path.empty() ? fmt::format("{}:{}", place.host.value_or(""), place.port)
                              : fmt::format("{}:-2", place.path);
}

}  // namespace

std::vector<std::string> lines_of_reply(const ConfiguredForward& forward, const MuxAnswer& answer)
{
    if (forward.kind != ConfiguredForward::Kind::remote)
        return {};
    const ForwardPlace& listen = forward.listen;
    const bool is_path = !listen.path.empty();
    if (!answer.is_granted())
        return {
            is_path
                ? fmt::format("Warning: remote port forwarding failed for listen path {}\r\n", listen.path)
                : fmt::format("Warning: remote port forwarding failed for listen port {}\r\n", listen.port)};
    const std::string target = in_words_of_ssh(forward.target);
    std::vector<std::string> lines{fmt::format(
        "debug1: remote forward success for: listen {}, connect {}\r\n", in_words_of_ssh(listen), target)};
    if (!is_path && listen.port == 0)
        lines.push_back(fmt::format("Allocated port {} for remote forward to {}\r\n", answer.port, target));
    return lines;
}

std::string line_of_refusal_here(const ConfiguredForward& forward)
{
    const ForwardPlace& listen = forward.listen;
    if (!listen.path.empty())
        return fmt::format("unix_listener: cannot bind to path {}: Address already in use", listen.path);
    return fmt::format("channel_setup_fwd_listener_tcpip: cannot listen to port: {}", listen.port);
}

}  // namespace autossh
