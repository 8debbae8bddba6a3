#include "autossh/settings/same_tunnel.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/settings/scan.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <vector>

namespace autossh {

namespace {

/// Nothing: a mistake, or an option of another version's.
std::optional<std::vector<std::string>> asked_for(std::span<const std::string> arguments)
{
    Settings settings;
    Scan scan(arguments, settings);
    try {
        scan.run();
    } catch (const std::exception&) {
        return std::nullopt;
    }
    std::vector<std::string> words = std::move(scan.words);
    words.push_back(settings.port.empty() ? scan.monitor_port.value_or("") : settings.port);
    return words;
}

}  // namespace

bool ask_for_same_tunnel(std::span<const std::string> some, std::span<const std::string> others)
{
    const auto ours = asked_for(some);
    const auto theirs = asked_for(others);
    return ours && theirs ? ours == theirs : std::ranges::equal(some, others);
}

}  // namespace autossh
