// How OpenSSH's key files and certificates are encoded: base64, and the types of RFC 4251, section 5. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Decodes up to the first character that is neither a digit nor white space, and no more than `limit` bytes.
std::string base64_decoded(std::string_view text, std::size_t limit);

/// A length of four bytes and so many bytes, taken off the front. Nothing where that is not all there.
std::optional<std::string_view> take_string(std::string_view& bytes);

/// Taken off the front. Nothing where that is not all there.
std::optional<std::uint32_t> take_uint32(std::string_view& bytes);
std::optional<std::uint64_t> take_uint64(std::string_view& bytes);

}  // namespace autossh
