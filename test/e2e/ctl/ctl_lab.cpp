#include "e2e/ctl/ctl_lab.hpp"

#include <cstdlib>

namespace autossh_test {

const std::string& tested_autosshctl()
{
    static const std::string path = [] {
        const char* const other = std::getenv("TESTED_AUTOSSHCTL");
        return std::string(other == nullptr ? BUILT_AUTOSSHCTL : other);
    }();
    return path;
}

ProcessOptions CtlLab::options(const std::vector<std::string>& words) const
{
    ProcessOptions made;
    made.arguments = {tested_autosshctl()};
    made.arguments.insert(made.arguments.end(), words.begin(), words.end());
    made.changes = changes;
    made.changes.try_emplace("XDG_RUNTIME_DIR", place());
    return made;
}

}  // namespace autossh_test
