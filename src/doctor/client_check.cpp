#include "autossh/doctor/client_check.hpp"

#include <fmt/core.h>

namespace autossh {

Findings client_findings(const ClientLook& look)
{
    if (look.path.empty())
        return {failing("ssh", fmt::format("there is no program {}", look.file),
                        look.by_variable
                            ? "correct AUTOSSH_PATH (or --ssh), or take it out"
                            : "install OpenSSH's client (apt install openssh-client), or name it "
                              "with AUTOSSH_PATH")};
    if (look.version.empty() && !look.has_answered)
        return {doubtful(
            "ssh", fmt::format("{} is not known to be OpenSSH's ssh, so nothing more is examined", look.path),
            "name OpenSSH's ssh with AUTOSSH_PATH; or AUTOSSH_PLAIN=no, if it passes its words "
            "on to ssh")};
    Findings findings{
        fine("ssh", look.version.empty() ? look.path : fmt::format("{} ({})", look.version, look.path))};
    if (look.has_answered)
        findings.push_back(fine("config", "ssh takes its words and its configuration"));
    else if (look.is_asked)
        findings.push_back(failing("config", look.complaint.cause,
                                   look.complaint.remedy.empty() ? "correct it; ssh -G HOST shows it, too"
                                                                 : look.complaint.remedy));
    return findings;
}

}  // namespace autossh
