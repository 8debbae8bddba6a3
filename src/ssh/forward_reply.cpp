#include "autossh/ssh/forward_reply.hpp"

#include "autossh/base/text.hpp"

#include <string>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view suffix_of_path = ":-2";
constexpr std::string_view granted_begins = "debug1: remote forward success for: listen ";
constexpr std::string_view refused_begins = "debug1: remote forward failure for: listen ";
constexpr std::string_view then_target = ", connect ";

std::string in_words_of_ssh(const ForwardPlace& place)
{
    if (!place.path.empty())
        return std::string(place.path).append(suffix_of_path);
    return place.host ? fmt::format("{}:{}", *place.host, place.port) : std::to_string(place.port);
}

}  // namespace

std::optional<ForwardReply> forward_reply_from(std::string_view line)
{
    const auto granted = between(line, granted_begins, then_target);
    const auto listen = granted ? granted : between(line, refused_begins, then_target);
    return listen ? std::optional(ForwardReply{.is_granted = granted.has_value(), .listen = *listen})
                  : std::nullopt;
}

bool is_exactly_about(const ForwardReply& reply, const Forward& forward)
{
    return forward.kind == Forward::Kind::remote && forward.configured &&
           in_words_of_ssh(forward.configured->listen) == reply.listen;
}

bool is_roughly_about(const ForwardReply& reply, const Forward& forward)
{
    const std::size_t colon = reply.listen.rfind(':');
    const std::string_view place = reply.listen.starts_with('/')
                                       ? reply.listen.substr(0, colon)
                                       : reply.listen.substr(colon + 1);  // npos + 1 is 0
    return forward.kind == Forward::Kind::remote && forward.place == place;
}

std::vector<std::string> lines_of_reply(const ConfiguredForward& forward, const MuxAnswer& answer)
{
    if (forward.kind != ConfiguredForward::Kind::remote)
        return {};
    const ForwardPlace& listen = forward.listen;
    const bool is_path = !listen.path.empty();
    const std::string target = in_words_of_ssh(forward.target);
    std::vector<std::string> lines{fmt::format("{}{}{}{}\r\n",
                                               answer.is_granted() ? granted_begins : refused_begins,
                                               in_words_of_ssh(listen), then_target, target)};
    if (!answer.is_granted())
        lines.push_back(fmt::format("Warning: remote port forwarding failed for listen {}\r\n",
                                    is_path ? "path " + listen.path : fmt::format("port {}", listen.port)));
    else if (!is_path && listen.port == 0)
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
