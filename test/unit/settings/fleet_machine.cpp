#include "unit/settings/fleet_machine.hpp"

#include <stdexcept>

#include <fnmatch.h>

namespace autossh_test {

using namespace autossh;

FleetFiles FleetMachine::reader() const
{
    return {[this](const std::string& path) -> FleetFile {
                const auto found = files.find(path);
                if (found == files.end())
                    return {"", "cannot be read: No such file or directory"};
                return {found->second};
            },
            [this](const std::string& pattern) {
                std::vector<std::string> found;
                for (const auto& [path, text] : files)
                    if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0)
                        found.push_back(path);
                return found;
            },
            [this] { return hosts; }};
}

FleetPlan FleetMachine::read() const
{
    return read_fleet("f.toml", reader(), {});
}

FleetPlan read_fleet_text(const std::string& text)
{
    return FleetMachine{{{"f.toml", text}}}.read();
}

std::string complaints_of(const std::string& text)
{
    return read_fleet_text(text).errors.text();
}

const FleetTunnel& tunnel_of(const FleetPlan& plan, const std::string& name)
{
    for (const FleetTunnel& tunnel : plan.tunnels)
        if (tunnel.name == name)
            return tunnel;
    throw std::out_of_range("no tunnel " + name + "\n" + plan.errors.text());
}

std::string ssh_words(const FleetTunnel& tunnel)
{
    std::string words;
    const auto& all = tunnel.settings.tunnel.ssh.arguments;
    for (std::size_t i = 1; i < all.size(); ++i)
        words += (i == 1 ? "" : " ") + all[i];
    return words;
}

}  // namespace autossh_test
