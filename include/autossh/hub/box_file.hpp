// The file that keeps the boxes of a hub, so that one that is silent since before a restart is missed all the
// same.
#pragma once

#include "autossh/control/hub_facts.hpp"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

class BoxFile {
public:
    /// hub.json in `directory`, which is made when something is to be kept, and which nobody else may be able
    /// to write; empty: nothing is kept. `obstacle`: why that is not for us, where it is not.
    explicit BoxFile(std::string directory, std::string obstacle = {})
        : directory_(std::move(directory)), obstacle_(std::move(obstacle))
    {}

    struct Kept {
        std::vector<BoxFacts> boxes = {};
        std::string complaint = {};  ///< why it could not be read; empty: it was, or there is none
    };
    Kept read() const;

    /// What write_text() takes.
    static std::string text_of(const HubFacts& hub);
    /// In the place of the one before, in one step, and on the disk. Returns why not; empty: it is written.
    std::string write_text(std::string_view text) const;
    std::string write(const HubFacts& hub) const { return write_text(text_of(hub)); }

    std::string path() const { return directory_ + "/hub.json"; }

private:
    std::string directory_;
    std::string obstacle_;
};

}  // namespace autossh
