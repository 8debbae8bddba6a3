// A program to run, with its words.
#pragma once

#include <string>
#include <vector>

namespace autossh {

/// What to run: `file` is looked up in PATH when it has no slash; `arguments` begins with argv[0].
struct Command {
    std::string file;
    std::vector<std::string> arguments;
    std::vector<std::string> environment = {};  ///< "NAME=VALUE", beside ours and instead of it
    std::vector<std::string> without = {};  ///< beginnings of variables of ours that it does not get: "NAME="

    bool operator==(const Command&) const = default;
};

}  // namespace autossh
