// A path of a file as ssh's configuration has it, and what it comes to.
#pragma once

#include "autossh/settings/table.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace autossh {

/// What a letter behind % stands for (ssh_config(5), "Tokens"). %% is always known.
using PathTokens = std::map<char, std::string>;

/// Nothing where the user is not known. Without a name: of the user that we are.
using HomeOf = std::function<std::optional<std::string>(const std::string& user)>;

/// As tilde_expand() and vdollar_percent_expand() in OpenSSH's misc.c do it: `~` and `~USER` in front, `%`
/// and a letter, `${NAME}`. Nothing where ssh would give up: a user or a variable that is not there, or a
/// letter that is none; and for %C, a hash. Pure, for pure `environment` and `home_of`.
std::optional<std::string> expanded_path(std::string_view path, const PathTokens& tokens,
                                         const Environment& environment, const HomeOf& home_of);

/// The same for this process: its environment, its user, this machine. `tokens`: those of the destination.
class SshPaths {
public:
    explicit SshPaths(PathTokens tokens) : tokens_(std::move(tokens)) {}

    std::optional<std::string> operator()(std::string_view path) const;

private:
    PathTokens tokens_;
};

}  // namespace autossh
