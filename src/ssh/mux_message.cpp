#include "autossh/ssh/mux_message.hpp"

#include "autossh/base/text.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

using MuxAsked = MuxRequest::Kind;
using MuxSaid = MuxReply::Kind;

constexpr std::uint32_t hello_type = 1;
constexpr std::uint32_t port_of_path = 0xfffffffe;  // -2
constexpr std::uint32_t highest_port = 0xffff;
constexpr std::uint32_t highest_pid = 0x7fffffff;

struct ReplyType {
    std::uint32_t number;
    MuxSaid kind;
    std::string_view name;
};

constexpr ReplyType reply_types[] = {
    {hello_type, MuxSaid::hello, "hello"},
    {0x80000001, MuxSaid::ok, "ok"},
    {0x80000002, MuxSaid::permission_denied, "permission denied"},
    {0x80000003, MuxSaid::failure, "failure"},
    {0x80000004, MuxSaid::other, "exit message"},
    {0x80000005, MuxSaid::alive, "alive"},
    {0x80000006, MuxSaid::connected, "session opened"},
    {0x80000007, MuxSaid::remote_port, "remote port"},
    {0x80000008, MuxSaid::other, "tty allocation failed"},
    {0x8000000f, MuxSaid::other, "proxy"},
    {0x90000001, MuxSaid::other, "info"},
};

std::uint32_t type_of(MuxAsked kind)
{
    switch (kind) {
    case MuxAsked::alive_check: return 0x10000004;
    case MuxAsked::terminate: return 0x10000005;
    case MuxAsked::open_forward: return 0x10000006;
    case MuxAsked::close_forward: return 0x10000007;
    case MuxAsked::connect: return 0x10000008;
    case MuxAsked::stop_listening: return 0x10000009;
    }
    return 0;
}

std::uint32_t type_of(ConfiguredForward::Kind kind)
{
    switch (kind) {
    case ConfiguredForward::Kind::local: return 1;
    case ConfiguredForward::Kind::remote: return 2;
    case ConfiguredForward::Kind::dynamic: return 3;
    }
    return 0;
}

std::string number(std::uint32_t value)
{
    std::string bytes;
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(value >> shift & 0xff);
    return bytes;
}

std::string text(std::string_view value)
{
    return number(static_cast<std::uint32_t>(value.size())).append(value);
}

std::string place(const ForwardPlace& value)
{
    if (!value.path.empty())
        return text(value.path) + number(port_of_path);
    const bool all_addresses = value.host && value.host->empty();
    return text(all_addresses ? "*" : value.host.value_or("")) + number(value.port);
}

std::optional<std::uint32_t> take_number(std::string_view& bytes)
{
    if (bytes.size() < 4)
        return std::nullopt;
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(0, 4))
        value = value << 8 | static_cast<unsigned char>(byte);
    bytes.remove_prefix(4);
    return value;
}

/// The last field.
std::optional<std::string_view> take_last_text(std::string_view& bytes)
{
    const auto size = take_number(bytes);
    return size && *size == bytes.size() ? std::optional(std::exchange(bytes, {})) : std::nullopt;
}

MuxReply nonsense(std::string what)
{
    MuxReply reply;
    reply.reason = std::move(what);
    return reply;
}

/// The fields behind the id. False: they are not those of this kind.
bool take_fields(MuxReply& reply, std::string_view& bytes)
{
    switch (reply.kind) {
    case MuxSaid::failure:
    case MuxSaid::permission_denied:
        if (const auto reason = take_last_text(bytes)) {
            reply.reason = one_line(*reason);
            return true;
        }
        return false;
    case MuxSaid::connected: return take_number(bytes).has_value();  // the session's, of no use to us
    case MuxSaid::alive:
    case MuxSaid::remote_port: {
        const bool is_pid = reply.kind == MuxSaid::alive;
        const auto value = take_number(bytes);
        reply.number = value.value_or(0);
        return value && (is_pid ? *value > 0 && *value <= highest_pid : *value <= highest_port);
    }
    default: return true;
    }
}

MuxAnswer gone_because(std::string reason)
{
    return {.kind = MuxAnswer::Kind::gone, .reason = std::move(reason)};
}

}  // namespace

std::string mux_hello()
{
    return text(number(hello_type) + number(mux_version));
}

std::string to_bytes(const MuxRequest& request, std::uint32_t id)
{
    std::string message = number(type_of(request.kind)) + number(id);
    if (request.kind == MuxAsked::open_forward || request.kind == MuxAsked::close_forward)
        message += number(type_of(request.forward.kind)) + place(request.forward.listen) +
                   place(request.forward.target);
    else if (request.kind == MuxAsked::connect)
        message += text("") + place(request.forward.target);
    return text(message);
}

/// A name with a dot at its end is the same; an address is not looked up with it, which does not matter for
/// what lives as long as it takes to be replaced.
ConfiguredForward in_other_words(const ConfiguredForward& forward)
{
    ConfiguredForward other = forward;
    if (other.target.path.empty())
        other.target.host = other.target.host.value_or("") + '.';
    else
        other.target.path.insert(0, other.target.path.starts_with('/') ? "/." : "./");
    return other;
}

std::optional<std::size_t> mux_length(std::string_view bytes)
{
    const auto length = bytes.size() == size_of_mux_length ? take_number(bytes) : std::nullopt;
    const bool possible = length && *length >= size_of_mux_length && *length <= longest_mux_message;
    return possible ? std::optional<std::size_t>(*length) : std::nullopt;
}

MuxReply mux_reply_from(std::string_view message)
{
    const std::size_t size = message.size();
    const auto type = size <= longest_mux_message ? take_number(message) : std::nullopt;
    if (!type)
        return nonsense(fmt::format("a message of {} bytes", size));
    const ReplyType* known = nullptr;
    for (const ReplyType& each : reply_types)
        if (each.number == *type)
            known = &each;
    if (known == nullptr)
        return nonsense(fmt::format("a message of the unknown type {:#010x}", *type));
    MuxReply reply;
    reply.kind = known->kind;
    const auto first = take_number(message);
    if (first && reply.kind == MuxSaid::hello) {
        reply.number = *first;
        return reply;
    }
    if (first && reply.kind == MuxSaid::other) {
        reply.reason = known->name;
        return reply;
    }
    reply.id = first.value_or(0);
    if (first && take_fields(reply, message) && message.empty())
        return reply;
    return nonsense(fmt::format("a message \"{}\" that is none, of {} bytes", known->name, size));
}

MuxAnswer mux_answer(const MuxRequest& request, std::uint32_t id, const MuxReply& reply)
{
    const bool opens = request.kind == MuxAsked::open_forward;
    const bool asks_whether_alive = request.kind == MuxAsked::alive_check;
    const bool connects = request.kind == MuxAsked::connect;
    if (reply.kind == MuxSaid::nonsense)
        return gone_because(fmt::format("the master sent {}", reply.reason));
    if (reply.kind == MuxSaid::hello || reply.kind == MuxSaid::other)
        return gone_because(fmt::format("the master sent \"{}\", for which nobody has asked",
                                        reply.kind == MuxSaid::hello ? "hello" : reply.reason));
    if (reply.id != id)
        return gone_because(fmt::format("the master answered request {} in place of {}", reply.id, id));
    MuxAnswer answer;
    switch (reply.kind) {
    case MuxSaid::failure:
    case MuxSaid::permission_denied:
        answer.kind = MuxAnswer::Kind::refused;
        answer.reason = reply.reason;
        return answer;
    case MuxSaid::ok:
        answer.kind = asks_whether_alive || connects ? answer.kind : MuxAnswer::Kind::granted;
        break;
    case MuxSaid::connected: answer.kind = connects ? MuxAnswer::Kind::granted : answer.kind; break;
    case MuxSaid::alive:
        if (asks_whether_alive)
            answer = {.kind = MuxAnswer::Kind::granted, .reason = "", .port = 0, .pid = reply.number};
        break;
    case MuxSaid::remote_port:
        if (opens && request.forward.kind == ConfiguredForward::Kind::remote && reply.number == 0)
            return {.kind = MuxAnswer::Kind::refused, .reason = "the server has allocated no port"};
        if (opens && request.forward.kind == ConfiguredForward::Kind::remote)
            answer = {.kind = MuxAnswer::Kind::granted, .reason = "", .port = reply.number, .pid = 0};
        break;
    default: break;
    }
    return answer.is_granted() ? answer
                               : gone_because("the master's answer is one to another kind of request");
}

}  // namespace autossh
