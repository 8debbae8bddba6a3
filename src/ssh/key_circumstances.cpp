#include "autossh/ssh/key_circumstances.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/ssh/certificate.hpp"
#include "autossh/ssh/key_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t longest_key_file = 64 * 1024;
constexpr std::string_view of_certificate = "-cert.pub";

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

/// ssh_config(5), CertificateFile: those that are named, and one beside each key.
std::vector<std::string> certificates_of(const SshPaths& paths, const ConfiguredKeys& keys)
{
    std::vector<std::string> found;
    for (const std::string& file : keys.certificates)
        if (const auto path = paths(file))
            found.push_back(*path);
    for (const auto* list : {&keys.files, &keys.given})
        for (const std::string& file : *list)
            if (const auto path = paths(file))
                found.push_back(*path + std::string(of_certificate));
    return found;
}

/// Where one can be used now, it is not for want of that that we were refused.
std::string useless_certificate(const std::vector<std::string>& files, std::uint64_t now)
{
    std::string complaint;
    for (const std::string& file : files) {
        const auto validity = validity_of(text_of_file(file, longest_key_file).value_or(""));
        if (!validity)
            continue;
        if (validity->begin <= now && now < validity->end)
            return "";
        if (complaint.empty())
            complaint = now < validity->begin ? fmt::format("the certificate {} is valid only from {} on",
                                                            file, local_time_of(validity->begin))
                                              : fmt::format("the certificate {} ran out at {}", file,
                                                            local_time_of(validity->end));
    }
    return complaint;
}

/// kerberos(7), KRB5CCNAME: the file or directory of the tickets; empty where they are in neither.
std::string ticket_file()
{
    const std::string name =
        environment_variable("KRB5CCNAME").value_or(fmt::format("/tmp/krb5cc_{}", ::getuid()));
    for (const std::string_view kind : {"FILE:", "DIR:"})
        if (name.starts_with(kind))
            return name.substr(kind.size());
    return name.starts_with('/') ? name : "";
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

KeyCircumstances key_circumstances(const std::string& agent_socket, const ConfiguredKeys& keys,
                                   std::uint64_t now)
{
    const SshPaths paths(keys.path_tokens);
    KeyCircumstances found;
    const std::string agent = agent_path(paths, agent_socket);
    found.agent_expected = !agent.empty();
    found.agent_reachable = found.agent_expected && takes_connections(agent);
    found.useless_certificate = useless_certificate(certificates_of(paths, keys), now);
    for (const std::string& file : keys.files) {
        const auto text = text_of_file(paths(file).value_or(""), longest_key_file);
        if (text && needs_passphrase(*text))
            found.encrypted_keys.push_back(file);
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
    for (const std::string& file : keys.given)
        if (std::ranges::find(keys.files, file) == keys.files.end())
            note_guarded(found, paths, file, true);
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

std::string agent_path(const SshPlan::Login& login)
{
    return agent_path(SshPaths(login.keys.path_tokens), login.agent_socket);
}

std::vector<std::string> files_of_login(const SshPlan::Login& login)
{
    const SshPaths paths(login.keys.path_tokens);
    std::vector<std::string> files;
    const auto take = [&](std::string path) {
        if (!path.empty() && std::ranges::find(files, path) == files.end())
            files.push_back(std::move(path));
    };
    take(agent_path(paths, login.agent_socket));
    for (const auto* list : {&login.keys.files, &login.keys.given, &login.known_hosts})
        for (const std::string& file : *list)
            take(paths(file).value_or(""));
    for (std::string& certificate : certificates_of(paths, login.keys))
        take(std::move(certificate));
    if (login.keys.tickets)
        take(ticket_file());
    return files;
}

}  // namespace autossh
