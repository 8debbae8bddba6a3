// The keys and tokens that a configuration of ssh's names. Pure.
#pragma once

#include "autossh/ssh/config.hpp"
#include "autossh/ssh/path.hpp"

#include <string>
#include <vector>

namespace autossh {

struct ConfiguredKeys {
    PathTokens path_tokens;  ///< of the host, in the paths that follow, which are as ssh has them
    std::vector<std::string> files;
    std::vector<std::string> certificates;
    std::string pkcs11;  ///< the library of a token; empty or "none": none
};

/// `config`: ssh's answer for the host.
ConfiguredKeys configured_keys(const SshConfig& config);

}  // namespace autossh
