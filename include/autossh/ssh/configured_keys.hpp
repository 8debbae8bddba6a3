// The keys and tokens that a configuration of ssh's names. Pure.
#pragma once

#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/path.hpp"

#include <string>
#include <vector>

namespace autossh {

struct ConfiguredKeys {
    PathTokens path_tokens = {};  ///< of the host, in the paths that follow, which are as ssh has them
    std::vector<std::string> files = {};
    std::vector<std::string> certificates = {};
    std::string pkcs11 = {};              ///< the library of a token; empty or "none": none
    std::vector<std::string> given = {};  ///< by -i: one that is not there is not among the files
    bool tickets = false;                 ///< of Kerberos, too
};

/// `config`: ssh's answer for the host. `choices`: what the words say that ssh is started with, none for a
/// jump host's.
ConfiguredKeys configured_keys(const SshConfig& config, const SshChoices& choices = {});

}  // namespace autossh
