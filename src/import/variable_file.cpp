#include "autossh/base/text.hpp"
#include "autossh/import/readers.hpp"
#include "autossh/settings/tunnel_file.hpp"

#include <fmt/core.h>

namespace autossh {

Imported import_variable_file(const ImportSource& source, const ImportMachine&)
{
    ImportedTunnel tunnel{.source = source.path};
    const std::string file = file_name_of(source.path);
    tunnel.name = file.substr(0, file.rfind('.'));
    tunnel.ending =
        fmt::format("systemctl {}disable --now autossh@{}",
                    source.path.find("/.config/") != std::string::npos ? "--user " : "", tunnel.name);
    bool has_options = false;
    for (auto& [variable, value] : read_environment_file(source.text)) {
        if (variable != "OPTIONS") {
            tunnel.environment.emplace_back(variable, value);
            continue;
        }
        const auto words = shell_words(value);
        if (!words)
            return {{}, {fmt::format("{}: a quote in OPTIONS is left open", source.name())}};
        tunnel.words = *words;
        has_options = true;
    }
    if (!has_options)
        return {{},
                {fmt::format("{}: it sets no OPTIONS, so it is no file of autossh.conf(5)", source.name())}};
    return {{tunnel}, {}};
}

}  // namespace autossh
