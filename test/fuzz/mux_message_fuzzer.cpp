// What a multiplexing master, or whoever is at its path, may send: the bytes of one message, and the words of
// ssh's configuration that a request is made of. An input is a message; its text also serves as a forward.
#include "autossh/ssh/mux_message.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

bool is_one_short_line(std::string_view text)
{
    return text.size() < 300 &&
           std::ranges::none_of(text, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
}

std::uint32_t number_at(std::string_view bytes, std::size_t at)
{
    std::uint32_t value = 0;
    for (const char byte : bytes.substr(at, 4))
        value = value << 8 | static_cast<unsigned char>(byte);
    return value;
}

void check_reply(const MuxReply& reply, std::string_view message)
{
    using Kind = MuxReply::Kind;
    require(is_one_short_line(reply.reason), "a reason is a short line");
    const bool has_reason = reply.kind == Kind::nonsense || reply.kind == Kind::other;
    require(!has_reason || !reply.reason.empty(), "what is not understood is named");
    const bool counts =
        reply.kind != Kind::nonsense && reply.kind != Kind::other && reply.kind != Kind::hello;
    require(!counts || message.size() >= 8, "an answer has a type and an id");
    require(!counts || reply.id == number_at(message, 4), "the id is the one that was sent");
    require(reply.kind != Kind::remote_port || reply.number < 65536, "a port is a port");
    require(reply.kind != Kind::alive || (reply.number > 0 && reply.number <= 0x7fffffff), "a pid is a pid");
    const bool may_be_cut = !counts || message.empty();
    require(may_be_cut || mux_reply_from(message.substr(0, message.size() - 1)).kind == Kind::nonsense,
            "a cut answer is none");
    require(!counts || mux_reply_from(std::string(message) + '\0').kind == Kind::nonsense,
            "nothing may stand behind an answer");
}

void check_answers(const MuxReply& reply)
{
    for (const auto kind :
         {MuxRequest::Kind::alive_check, MuxRequest::Kind::open_forward, MuxRequest::Kind::close_forward,
          MuxRequest::Kind::stop_listening, MuxRequest::Kind::terminate}) {
        MuxRequest request;
        request.kind = kind;
        request.forward.kind = ConfiguredForward::Kind::remote;
        const MuxAnswer answer = mux_answer(request, reply.id, reply);
        require(answer.kind != MuxAnswer::Kind::silent, "an answer is not silence");
        require(answer.kind != MuxAnswer::Kind::gone || !answer.reason.empty(),
                "what has gone wrong is named");
        require((answer.pid != 0) == (answer.is_granted() && kind == MuxRequest::Kind::alive_check),
                "only an alive check gives a pid");
        require(answer.port == 0 || kind == MuxRequest::Kind::open_forward, "only a forward gives a port");
        require(mux_answer(request, reply.id + 1, reply).kind == MuxAnswer::Kind::gone,
                "the answer to another request is none");
    }
}

void check_forward(std::string_view words)
{
    using Kind = ConfiguredForward::Kind;
    for (const Kind kind : {Kind::local, Kind::remote, Kind::dynamic}) {
        const auto forward = configured_forward(kind, words);
        if (!forward)
            continue;
        const std::string bytes = to_bytes({.kind = MuxRequest::Kind::open_forward, .forward = *forward}, 1);
        require(number_at(bytes, 0) == bytes.size() - 4, "the length is that of what follows");
        const std::uint32_t type = number_at(bytes, 12);
        require(type >= 1 && type <= 3, "any other kind of forward would end the master");
        require(in_other_words(*forward) != *forward, "other words are other words");
        require(in_other_words(*forward).listen == forward->listen, "at the same place");
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view message(reinterpret_cast<const char*>(data), size);
    const MuxReply reply = mux_reply_from(message);
    check_reply(reply, message);
    check_answers(reply);
    const auto length = mux_length(message.substr(0, size_of_mux_length));
    require(!length || (*length >= 4 && *length <= longest_mux_message), "a length is bounded");
    check_forward(message);
    return 0;
}
