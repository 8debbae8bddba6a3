#include "autossh/ctl/next_step.hpp"

#include <fmt/core.h>

namespace autossh {

std::string next_step(const std::string& file, bool file_is_there, bool others_run)
{
    std::string text = "autosshctl: no autossh of this user runs\n";
    if (others_run)
        text += "  there may be some of other users or services, whom they and root may ask\n";
    if (file.empty())
        return text + "  autossh starts one tunnel, autossh --fleet FILE all tunnels of a file\n";
    if (file_is_there)
        return text + fmt::format("  \"autossh --fleet\" starts the tunnels of {}\n"
                                  "  \"autosshctl check\" looks for mistakes in it first\n",
                                  file);
    return text + fmt::format("  \"autosshctl edit\" makes {}, and \"autossh --fleet\" starts its tunnels\n"
                              "  \"autossh -M 0 -N HOST\" starts a single one\n",
                              file);
}

}  // namespace autossh
