#include "autossh/login/ask_message.hpp"

#include <cstdint>
#include <utility>

namespace autossh {

namespace {

// The number changes with the form of a request or of an answer, so that an autossh and a helper of another
// version (after an upgrade) do not misread each other.
constexpr std::string_view magic = "autossh ask 1\n";
constexpr std::size_t size_of_length = 4;

/// Its length, the highest byte first, and its bytes.
std::string field(std::string_view text)
{
    std::string bytes;
    const auto size = static_cast<std::uint32_t>(text.size());
    for (const int shift : {24, 16, 8, 0})
        bytes += static_cast<char>(size >> shift & 0xff);
    return bytes.append(text);
}

/// Takes one from the front.
std::optional<std::string> take_field(std::string_view& bytes)
{
    if (bytes.size() < size_of_length)
        return std::nullopt;
    std::size_t size = 0;
    for (const char byte : bytes.substr(0, size_of_length))
        size = size << 8 | static_cast<unsigned char>(byte);
    bytes.remove_prefix(size_of_length);
    if (bytes.size() < size)
        return std::nullopt;
    std::string text(bytes.substr(0, size));
    bytes.remove_prefix(size);
    return text;
}

}  // namespace

std::string to_bytes(const AskRequest& request)
{
    return std::string(magic) + field(request.token) + field(request.hint) + field(request.prompt);
}

std::optional<AskRequest> ask_request_from(std::string_view bytes)
{
    if (bytes.size() > longest_ask_request || !bytes.starts_with(magic))
        return std::nullopt;
    bytes.remove_prefix(magic.size());
    auto token = take_field(bytes);
    auto hint = take_field(bytes);
    auto prompt = take_field(bytes);
    if (!token || !hint || !prompt || !bytes.empty())
        return std::nullopt;
    return AskRequest{std::move(*token), std::move(*hint), std::move(*prompt)};
}

std::optional<AskReply> ask_reply_from(std::string_view bytes)
{
    if (bytes.empty())
        return std::nullopt;
    const AskReply reply{bytes.front()};
    const bool more = bytes.size() > 1;
    switch (reply) {
    case AskReply::secret: return more ? std::optional(reply) : std::nullopt;
    case AskReply::none:
    case AskReply::person: return more ? std::nullopt : std::optional(reply);
    }
    return std::nullopt;
}

}  // namespace autossh
