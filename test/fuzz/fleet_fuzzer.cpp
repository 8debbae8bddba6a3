// The file of many tunnels, with what it includes: whoever starts autossh may write it, and it is checked for
// people who have not. Files are divided by the byte 0x1E; the first is the one that is named.
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/toml.hpp"

#include "require.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

using namespace autossh;
using fuzz::require;

namespace {

constexpr std::string_view divider = "\x1e";

std::vector<std::string> files_in(std::string_view all)
{
    std::vector<std::string> files;
    for (std::size_t end = all.find(divider); end != all.npos; end = all.find(divider)) {
        files.emplace_back(all.substr(0, end));
        all.remove_prefix(end + divider.size());
    }
    files.emplace_back(all);
    return files;
}

bool is_name(std::string_view name)
{
    const auto fits = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
               (letter >= '0' && letter <= '9') ||
               std::string_view("_.@+-").find(letter) != std::string_view::npos;
    };
    return !name.empty() && name.size() <= 64 && name.front() != '-' && std::ranges::all_of(name, fits);
}

/// A value as it is written leads to the same value.
void check_value(const TomlValue& value)
{
    for (const TomlValue& item : value.items)
        check_value(item);
    for (const TomlEntry& entry : value.entries)
        check_value(entry.value);
    if (!value.is(TomlKind::text))
        return;
    const auto again = read_toml("a = " + to_toml(value) + "\n", std::make_shared<const std::string>("f"));
    require(std::holds_alternative<TomlValue>(again), "what we write is TOML");
    const TomlEntry* const entry = find_entry(std::get<TomlValue>(again).entries, "a");
    require(entry != nullptr && entry->value.text == value.text,
            "a text is written so that it is read again");
}

void check_errors(const FleetErrors& errors)
{
    const std::string text = errors.text();
    require(errors.empty() == text.empty(), "a mistake is told");
    require(std::ranges::none_of(text,
                                 [](char byte) {
                                     const auto value = static_cast<std::uint8_t>(byte);
                                     return (value < 0x20 && byte != '\n') || value == 0x7f;
                                 }),
            "no mistake has control characters");
    for (const FleetError& error : errors.all())
        require(error.at.line > 0 && error.at.column > 0, "a mistake has a place");
}

void check_plan(const FleetPlan& plan)
{
    require(plan.tunnels.size() <= FleetPlan::most_tunnels, "there are at most 1000 tunnels");
    std::set<std::string> names;
    for (const FleetTunnel& tunnel : plan.tunnels) {
        require(is_name(tunnel.name), "a tunnel has a name that is one");
        require(names.insert(tunnel.name).second, "no name is there twice");
        require(!tunnel.settings.tunnel.ssh.arguments.empty(), "a tunnel has words for ssh");
        require(std::ranges::none_of(
                    tunnel.settings.tunnel.ssh.arguments,
                    [](const std::string& word) { return word.find('\0') != std::string::npos; }),
                "no word has a NUL, which would end it");
    }
    for (const HookSettings& hook : plan.hooks)
        require(!hook.run.empty() && !hook.run.front().empty(), "a hook has a program");
    if (plan.metrics && plan.metrics->listen)
        require(plan.metrics->listen->path.empty() && plan.metrics->listen->port != 0, "metrics have a port");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const std::vector<std::string> files = files_in({reinterpret_cast<const char*>(data), size});
    const auto document = read_toml(files.front(), std::make_shared<const std::string>("f"));
    if (const auto* const value = std::get_if<TomlValue>(&document))
        check_value(*value);
    std::size_t next = 1;
    const FleetFiles machine{
        .read = [&](const std::string& path) -> FleetFile {
            if (path == "/etc/f.toml")
                return {files.front(), {}};
            return next < files.size() ? FleetFile{files[next++], {}} : FleetFile{"", "there is none"};
        },
        .matching = [](const std::string& pattern) { return std::vector<std::string>{pattern}; },
        .ssh_hosts =
            [] {
                return std::vector<std::string>{"db", "web"};
            }};
    const FleetPlan plan = read_fleet("/etc/f.toml", machine, Settings());
    check_errors(plan.errors);
    if (plan.errors.empty())
        check_plan(plan);
    return 0;
}
