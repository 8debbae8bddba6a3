// The texts of a constant table, one behind the other. A std::string_view in such a table is a pointer, and
// of a PIE the loader writes each of them: into memory of this process's own. A place in the pool is none.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace autossh {

struct PooledText {
    std::uint16_t begin = 0;
    std::uint16_t size = 0;

    constexpr std::string_view in(const char* pool) const { return {pool + begin, size}; }
};

/// Filled at compile time, where a text that finds no room is an error.
template <std::size_t Size>
class TextPool {
    static_assert(Size <= UINT16_MAX);

public:
    constexpr PooledText add(std::string_view text)
    {
        const PooledText added{static_cast<std::uint16_t>(used_), static_cast<std::uint16_t>(text.size())};
        for (const char character : text)
            characters_.at(used_++) = character;
        return added;
    }
    constexpr const char* data() const { return characters_.data(); }

private:
    std::array<char, Size> characters_{};
    std::size_t used_ = 0;
};

/// A list without pointers, too: one text, with `separator` between its parts. Whether `is` takes one of
/// them.
template <typename Is>
constexpr bool any_part(std::string_view list, char separator, const Is& is)
{
    while (!list.empty()) {
        const std::string_view part = list.substr(0, list.find(separator));
        if (is(part))
            return true;
        list.remove_prefix(part.size() < list.size() ? part.size() + 1 : part.size());
    }
    return false;
}

/// `words` have a blank between them.
constexpr bool is_one_of(std::string_view words, std::string_view word)
{
    return any_part(words, ' ', [word](std::string_view one) { return one == word; });
}

}  // namespace autossh
