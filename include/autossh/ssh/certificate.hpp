// What the certificate of a key tells about itself (PROTOCOL.certkeys). Pure, but for the time zone.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// In seconds since 1970; a certificate that is not limited ends in the year 2554 or never.
struct Validity {
    std::uint64_t begin = 0;
    std::uint64_t end = 0;  ///< the first second in which it is valid no more

    bool operator==(const Validity&) const = default;
};

/// In local time: "2026-11-29 08:14:02". `seconds`: since 1970.
std::string local_time_of(std::uint64_t seconds);

/// `file_text`: of a KEY-cert.pub. Nothing where that is no certificate that we know.
std::optional<Validity> validity_of(std::string_view file_text);

}  // namespace autossh
