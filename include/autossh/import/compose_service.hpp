// One service of a file of docker compose that runs autossh, by its command or by the variables that its
// image reads. Pure.
#pragma once

#include "autossh/import/imported.hpp"
#include "autossh/settings/toml.hpp"

#include <string>
#include <vector>

namespace autossh {

/// What counts of it, with ${VARIABLES} replaced.
struct ComposeService {
    std::string name;
    std::string source;  ///< "FILE:LINE"
    std::string image = {};
    std::vector<std::string> command = {};  ///< entrypoint and command
    bool has_entrypoint = false;
    ImportedVariables environment = {};
    std::vector<std::pair<std::string, std::string>> volumes = {};  ///< path here, path in the container
    std::vector<std::string> ports = {};
    bool is_on_host = false;  ///< network_mode: host
};

/// jnovack/autossh and images that are made of it.
bool is_known_image(const std::string& image);

/// Nothing at all where it does not run autossh.
Imported import_compose_service(const ComposeService& service);

}  // namespace autossh
