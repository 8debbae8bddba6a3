// The file that keeps the boxes of a hub, so that one that is silent since before a restart is missed all the
// same.
#pragma once

#include "autossh/control/hub_facts.hpp"

#include <string>
#include <vector>

namespace autossh {

class BoxFile {
public:
    /// hub.json in `directory`, which is made when something is to be kept; empty: nothing is kept.
    explicit BoxFile(std::string directory) : directory_(std::move(directory)) {}

    struct Kept {
        std::vector<BoxFacts> boxes = {};
        std::string complaint = {};  ///< why it could not be read; empty: it was, or there is none
    };
    Kept read() const;

    /// In the place of the one before, in one step. Returns why not; empty: it is written.
    std::string write(const HubFacts& hub) const;

    std::string path() const { return directory_ + "/hub.json"; }

private:
    std::string directory_;
};

}  // namespace autossh
