// What anybody may send to a hub: the first byte says in what pieces the others come.
#include "autossh/hub/beat_reader.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

using namespace autossh;
using fuzz::require;

namespace {

void check_name(std::string_view name)
{
    require(!name.empty(), "a box has a name");
    require(name.size() <= 4 * 64, "no name is longer than 64 bytes are when they are shown");
    require(std::none_of(name.begin(), name.end(),
                         [](char byte) {
                             const auto value = static_cast<std::uint8_t>(byte);
                             return value < 0x20 || value == 0x7f;
                         }),
            "no name has control characters");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::string_view all(reinterpret_cast<const char*>(data), size);
    const std::size_t piece = all.empty() ? 1 : static_cast<std::uint8_t>(all.front()) % 16U + 1U;
    const std::string_view text = all.substr(std::min<std::size_t>(1, all.size()));
    BeatReader whole;
    const auto at_once = whole.take(text);
    BeatReader pieces;
    std::optional<Beat> in_pieces;
    for (std::size_t at = 0; at < text.size(); at += piece) {
        const auto beat = pieces.take(text.substr(at, piece));
        require(!beat || !in_pieces, "a connection has one message");
        in_pieces = beat ? beat : in_pieces;
    }
    require(in_pieces == at_once, "the pieces in which a message comes do not matter");
    require(whole.is_strange() == !at_once, "who sends none is strange");
    if (at_once) {
        check_name(at_once->box);
        check_name(at_once->node);
        require(at_once->pid >= 0, "a process has a number");
    }
    return 0;
}
