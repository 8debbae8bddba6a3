// What --explain prints: the command that would be run, what is added to it, and every time with its source.
#pragma once

#include "autossh/settings/settings.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/offer.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

struct Explanation {
    const Settings& settings;         ///< settled: poll times, net timeout
    std::vector<std::string> argv;    ///< of ssh, with the additions
    std::vector<Addition> additions;  ///< all that are not the user's words
    std::optional<SshConfig> config;  ///< ssh's answer
    std::string doubt;                ///< "nothing is added: …"; empty: none
    Askable askable;
    bool login_is_heard = false;
    std::optional<Duration> login_limit = std::nullopt;  ///< in effect
    Offer offer = {};
};

std::string explain(const Explanation& explanation);

}  // namespace autossh
