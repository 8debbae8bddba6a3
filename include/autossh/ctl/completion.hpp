// autosshctl --complete WORDS, which the shells' completions ask: what the last word may become. Pure.
#pragma once

#include "autossh/ctl/options.hpp"
#include "autossh/ctl/seen.hpp"

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace autossh {

struct CompletionOffer {
    std::string word;
    std::string help;  ///< a few words; or empty

    bool operator==(const CompletionOffer&) const = default;
};

/// `words`: those behind "autosshctl", the last one, which may be empty, is not ended. `live` is called where
/// names of tunnels or of processes may stand.
std::vector<CompletionOffer> completions(std::span<const std::string> words,
                                         const std::function<std::vector<SeenDaemon>()>& live);

/// A line for each, "WORD<TAB>HELP". A word that a shell or a terminal would stumble over is left out.
std::string completion_text(std::span<const CompletionOffer> offers);

}  // namespace autossh
