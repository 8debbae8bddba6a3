#include "autossh/ssh/certificate.hpp"

#include "autossh/ssh/key_encoding.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <ctime>
#include <utility>

namespace autossh {

namespace {

constexpr std::size_t longest_certificate = 64 * 1024;

/// How many strings a type of key is made of.
constexpr std::array<std::pair<std::string_view, int>, 8> parts_of_key{
    {{"ssh-ed25519-cert-v01@openssh.com", 1},
     {"ssh-rsa-cert-v01@openssh.com", 2},
     {"ecdsa-sha2-nistp256-cert-v01@openssh.com", 2},
     {"ecdsa-sha2-nistp384-cert-v01@openssh.com", 2},
     {"ecdsa-sha2-nistp521-cert-v01@openssh.com", 2},
     {"sk-ssh-ed25519-cert-v01@openssh.com", 2},
     {"sk-ecdsa-sha2-nistp256-cert-v01@openssh.com", 3},
     {"ssh-dss-cert-v01@openssh.com", 4}}};

bool skip_strings(std::string_view& bytes, int count)
{
    for (int i = 0; i < count; ++i)
        if (!take_string(bytes))
            return false;
    return true;
}

}  // namespace

std::string local_time_of(std::uint64_t seconds)
{
    const auto time = static_cast<std::time_t>(seconds);
    std::tm local{};
    std::array<char, 32> text{};
    if (::localtime_r(&time, &local) == nullptr)
        return "another time";
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local)};
}

std::optional<Validity> validity_of(std::string_view file_text)
{
    const std::string_view type = file_text.substr(0, file_text.find(' '));
    const auto parts = std::ranges::find(parts_of_key, type, &std::pair<std::string_view, int>::first);
    if (parts == parts_of_key.end())
        return std::nullopt;
    const std::string bytes = base64_decoded(file_text.substr(type.size()), longest_certificate);
    std::string_view rest = bytes;
    if (take_string(rest) != type)
        return std::nullopt;
    const bool is_whole = skip_strings(rest, 1 + parts->second) &&   // the nonce, the key
                          take_uint64(rest) && take_uint32(rest) &&  // serial number, kind
                          skip_strings(rest, 2);                     // its name, for whom it is
    if (!is_whole)
        return std::nullopt;
    const auto begin = take_uint64(rest);
    const auto end = take_uint64(rest);
    return begin && end ? std::optional(Validity{*begin, *end}) : std::nullopt;
}

}  // namespace autossh
