// The answer of the user's ssh to `ssh -G`: what it will do. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// Keywords in lower case, each with its values.
class SshConfig {
public:
    /// Nothing if `text` is no such answer: what every OpenSSH prints (host name, user, port, the keepalives)
    /// is not all there.
    static std::optional<SshConfig> parse(std::string_view text);

    /// The (first) value; empty if the keyword is not there.
    std::string value(std::string_view keyword) const;
    std::vector<std::string> values(std::string_view keyword) const;

    /// All of it: "KEYWORD VALUE\n" each.
    const std::string& text() const { return lines_; }

    bool operator==(const SshConfig&) const = default;

    /// The value as a whole number; nothing for "none", another word, or no value.
    std::optional<int> number(std::string_view keyword) const;

private:
    /// As they came: a map of them would take five times the memory, for the life of
    /// a tunnel.
    std::string lines_;
};

/// Neither empty nor "none".
bool is_set(const std::string& value);

/// By a jump host or a ProxyCommand.
bool is_behind_proxy(const SshConfig& config);

}  // namespace autossh
