// Of findings, what a table has.
#pragma once

#include "autossh/doctor/finding.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// "FAIL server: TEXT | REMEDY" of each.
inline std::vector<std::string> told(const autossh::Findings& findings)
{
    std::vector<std::string> lines;
    for (const autossh::Finding& finding : findings)
        lines.push_back(std::string(name(finding.grade)) + " " + finding.thing + ": " + finding.text +
                        (finding.remedy.empty() ? "" : " | " + finding.remedy));
    return lines;
}

using Told = std::vector<std::string>;

}  // namespace autossh_test
