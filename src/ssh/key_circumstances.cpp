#include "autossh/ssh/key_circumstances.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/ssh/key_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t longest_key_file = 64 * 1024;
constexpr std::string_view of_certificate = "-cert.pub";

bool takes_connections(const std::string& socket_path)
{
    const bool connected = static_cast<bool>(connect_to_socket(socket_path));
    return connected || errno == EAGAIN || errno == EINPROGRESS;
}

/// ssh_config(5), IdentityFile: where none is named, most of these are not there, and nobody misses them.
bool are_defaults(std::span<const std::string> key_files)
{
    constexpr std::array<std::string_view, 7> names{
        "~/.ssh/id_rsa",        "~/.ssh/id_ecdsa", "~/.ssh/id_ed25519", "~/.ssh/id_ecdsa_sk",
        "~/.ssh/id_ed25519_sk", "~/.ssh/id_xmss",  "~/.ssh/id_dsa"};
    constexpr std::size_t in_every_release = 3;  // the first ones
    const auto is_there = [&](std::string_view name) {
        return std::ranges::find(key_files, name) != key_files.end();
    };
    return std::all_of(names.begin(), names.begin() + in_every_release, is_there) &&
           std::ranges::all_of(key_files, [&](const std::string& file) {
               return std::ranges::find(names, file) != names.end();
           });
}

/// `named`: somebody has named it, so that it counts also where it is not there (a stick that is not
/// mounted).
void note_guarded(std::vector<GuardedKey>& found, const SshPaths& paths, const std::string& file, bool named)
{
    if (file == "none")
        return;
    const auto path = paths(file);
    const std::string key = path.value_or(file);
    const auto text = path ? text_of_file(*path, longest_key_file) : std::nullopt;
    const bool is_missing = path && !text && ::access(path->c_str(), F_OK) < 0 && errno == ENOENT;
    const KeyProtection protection = text ? protection_of(*text) : KeyProtection::unknown;
    if (protection == KeyProtection::none || (is_missing && !named))
        return;
    const char* const what = protection == KeyProtection::pin ? "PIN" : "passphrase";
    found.push_back({key, fmt::format("the {} of {}", what, key)});
}

}  // namespace

std::string agent_path(const SshPaths& paths, const std::string& configured)
{
    const bool variable =
        configured == "SSH_AUTH_SOCK" || (configured.starts_with('$') && !configured.starts_with("${"));
    if (!variable)
        return configured == "none" ? "" : paths(configured).value_or("");
    return environment_variable(configured.substr(configured.front() == '$' ? 1 : 0)).value_or("");
}

KeyCircumstances key_circumstances(const SshPaths& paths, const std::string& agent_socket,
                                   std::span<const std::string> identity_files)
{
    KeyCircumstances found;
    const std::string agent = agent_path(paths, agent_socket);
    found.agent_expected = !agent.empty();
    found.agent_reachable = found.agent_expected && takes_connections(agent);
    for (const std::string& file : identity_files) {
        const auto text = text_of_file(paths(file).value_or(""), longest_key_file);
        if (text && needs_passphrase(*text)) {
            found.encrypted_key = file;
            break;
        }
    }
    return found;
}

std::vector<GuardedKey> guarded_keys(const ConfiguredKeys& keys)
{
    const SshPaths paths(keys.path_tokens);
    std::vector<GuardedKey> found;
    const bool named = !are_defaults(keys.files);
    for (const std::string& file : keys.files)
        note_guarded(found, paths, file, named);
    for (const std::string& certificate : keys.certificates) {
        note_guarded(found, paths, certificate, false);  // which holds no secret, if it is one
        if (certificate.ends_with(of_certificate))
            note_guarded(found, paths, certificate.substr(0, certificate.size() - of_certificate.size()),
                         false);
    }
    if (!keys.pkcs11.empty() && keys.pkcs11 != "none")
        found.push_back({keys.pkcs11, fmt::format("the PIN of {}", keys.pkcs11)});
    return found;
}

std::vector<std::string> files_of_login(const SshPaths& paths, const std::string& agent_socket,
                                        std::span<const std::string> key_files,
                                        std::span<const std::string> known_hosts)
{
    std::vector<std::string> files;
    if (std::string agent = agent_path(paths, agent_socket); !agent.empty())
        files.push_back(std::move(agent));
    for (const auto& list : {key_files, known_hosts})
        for (const std::string& file : list)
            if (auto path = paths(file))
                files.push_back(std::move(*path));
    return files;
}

}  // namespace autossh
