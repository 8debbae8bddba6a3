// autosshctl, as a test runs it.
#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace autossh_test {

/// The environment's TESTED_AUTOSSHCTL, or else the one that was built with the tests.
const std::string& tested_autosshctl();

/// A place to find daemons in, and the built autosshctl that looks there.
class CtlLab {
public:
    std::string place() const { return place_.path(); }
    std::filesystem::path operator/(const std::string& name) const { return place_ / name; }

    ProcessOptions options(const std::vector<std::string>& words) const;
    Environment changes = {};

private:
    TemporaryDirectory place_;
};

}  // namespace autossh_test
