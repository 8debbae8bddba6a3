#include "autossh/ssh/forward_reply.hpp"

#include "autossh/base/text.hpp"

#include <string>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::string_view port_of_path = ":-2";

std::string listen_in_words(const ForwardPlace& listen)
{
    if (!listen.path.empty())
        return std::string(listen.path).append(port_of_path);
    return listen.host ? fmt::format("{}:{}", *listen.host, listen.port) : std::to_string(listen.port);
}

}  // namespace

std::optional<ForwardReply> forward_reply_from(std::string_view line)
{
    const auto granted = between(line, "debug1: remote forward success for: listen ", ", connect ");
    const auto listen =
        granted ? granted : between(line, "debug1: remote forward failure for: listen ", ", connect ");
    return listen ? std::optional(ForwardReply{.is_granted = granted.has_value(), .listen = *listen})
                  : std::nullopt;
}

bool is_exactly_about(const ForwardReply& reply, const Forward& forward)
{
    return forward.kind == Forward::Kind::remote && forward.configured &&
           listen_in_words(forward.configured->listen) == reply.listen;
}

bool is_roughly_about(const ForwardReply& reply, const Forward& forward)
{
    const std::size_t colon = reply.listen.rfind(':');
    const std::string_view place = reply.listen.starts_with('/')
                                       ? reply.listen.substr(0, colon)
                                       : reply.listen.substr(colon + 1);  // npos + 1 is 0
    return forward.kind == Forward::Kind::remote && forward.place == place;
}

}  // namespace autossh
