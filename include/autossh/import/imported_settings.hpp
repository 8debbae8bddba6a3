// What the variables and long options of an autossh become as keys of the file of many tunnels. Pure.
#pragma once

#include "autossh/import/imported.hpp"
#include "autossh/settings/table.hpp"
#include "autossh/settings/toml.hpp"

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

struct ImportedSettings {
    std::vector<TomlEntry> keys = {};     ///< of our settings, each once, and "environment"
    std::string monitor = {};             ///< of AUTOSSH_PORT or --port; empty: neither
    std::string name = {};                ///< of AUTOSSH_NAME or --name
    bool is_service = false;              ///< AUTOSSH_NTSERVICE
    std::vector<std::string> notes = {};  ///< what is no key, with what to do
};

/// `given`: the long options, which win. A variable whose value is secret is left out, and named.
ImportedSettings imported_settings(const ImportedTunnel& tunnel,
                                   std::span<const std::pair<const Setting*, std::string>> given);

/// "text" as a value.
TomlValue imported_text(std::string text);
/// A list of texts.
TomlValue imported_list(std::span<const std::string> texts);

}  // namespace autossh
