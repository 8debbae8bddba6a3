// A forward as -L, -R and -D have it, in the file of many tunnels. Pure.
#pragma once

#include "autossh/settings/settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// "-L", "-R", "-D".
std::string_view letter_of(ForwardOption option);

/// What is wrong with a specification; empty: nothing, as far as it shows without ssh, whose tokens and
/// variables are not resolved.
std::string mistake_in_forward(ForwardOption option, std::string_view specification);

/// Where one listens on this machine: "127.0.0.1:5432", "*:80", a path. Nothing: it does not, or at a place
/// that only ssh knows.
std::optional<std::string> listens_at(ForwardOption option, std::string_view specification);

/// "8080 [web]:80", "[::1]:8080 /path", "1080": as ssh's answer to -G lists it. Nothing: where it listens
/// only ssh knows. What only ssh knows of its target stays as it is.
std::optional<std::string> as_ssh_lists(ForwardOption option, std::string_view specification);

/// Two such places cannot be had at once.
bool are_in_conflict(std::string_view one, std::string_view other);

}  // namespace autossh
