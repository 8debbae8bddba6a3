// The protocol of the socket: what any local process may send, and what is made of three texts.
#include "autossh/login/ask_message.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

void check_bytes(std::string_view bytes)
{
    const auto request = ask_request_from(bytes);
    if (request) {
        require(bytes.size() <= longest_ask_request, "nothing longer than the longest is taken");
        require(to_bytes(*request) == bytes, "there is one form of a request");
        require(!ask_request_from(bytes.substr(0, bytes.size() - 1)), "a cut request is none");
    }
    const auto reply = ask_reply_from(bytes);
    if (reply) {
        require(static_cast<char>(*reply) == bytes.front(), "the first byte is the answer");
        require((*reply == AskReply::secret) == (bytes.size() > 1), "only a secret has more than a byte");
    }
}

/// Three texts, parted by the first two line ends: a person can read such a corpus.
AskRequest request_of(std::string_view text)
{
    const auto take = [&text] {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string part(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
        return part;
    };
    AskRequest request;
    request.token = take();
    request.hint = take();
    request.prompt = text;
    return request;
}

void check_round_trip(const AskRequest& request)
{
    require(ask_request_from(to_bytes(request)) == request, "a request arrives as it was");
    require(!ask_request_from(to_bytes(request) + 'x'), "nothing may stand behind a request");
}

void check_longest(AskRequest request)
{
    request.prompt.resize(longest_ask_request - to_bytes(request).size() + request.prompt.size(), 'x');
    require(ask_request_from(to_bytes(request)) == request, "the longest request is taken");
    request.hint += 'x';
    require(!ask_request_from(to_bytes(request)), "a longer request is not taken");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    check_bytes(bytes);
    const AskRequest request = request_of(bytes);
    if (size < longest_ask_request / 2)
        check_round_trip(request);
    if (size < longest_ask_request / 2 && size % 16 == 0)  // not always, as it takes long
        check_longest(request);
    return 0;
}
