#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/text.hpp"
#include "autossh/base/time.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/ssh/agent_question.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/configured_keys.hpp"
#include "autossh/ssh/key_encoding.hpp"
#include "autossh/ssh/key_file.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <ctime>

#include <fmt/core.h>
#include <fnmatch.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t most_of_key = 64 * 1024;

bool is_default_key(const std::string& file)
{
    constexpr std::array<std::string_view, 7> names{"rsa",        "ecdsa", "ed25519", "ecdsa_sk",
                                                    "ed25519_sk", "xmss",  "dsa"};
    return std::ranges::any_of(
        names, [&](std::string_view name) { return file == fmt::format("~/.ssh/id_{}", name); });
}

/// The second word of a public key's line, decoded.
std::string blob_of(const std::string& public_key)
{
    const auto words = words_of(public_key);
    return words.size() < 2 ? "" : base64_decoded(words[1], most_of_key);
}

std::string keys_in_agent(const std::string& socket, bool& answers)
{
    AgentQuestion question(socket);
    const Time end = Clock::now() + std::chrono::seconds(2);
    auto answer = question.answer();
    while (!answer && Clock::now() < end) {
        ::poll(nullptr, 0, 5);
        answer = question.answer();
    }
    answers = answer.has_value();
    return answer.value_or("");
}

/// SSH_AGENT_IDENTITIES_ANSWER: length, 12, how many.
std::size_t number_of_keys(const std::string& answer)
{
    std::string_view bytes(answer);
    if (bytes.size() < 9 || bytes[4] != 12)
        return 0;
    bytes.remove_prefix(5);
    return take_uint32(bytes).value_or(0);
}

/// ssh_config(5), IdentityAgent.
std::string agent_socket(const Patient& patient, const SshConfig& config, const SshPaths& paths)
{
    const std::string configured = config.value("identityagent");
    if (configured == "none")
        return "";
    const bool by_variable = configured.empty() || configured == "SSH_AUTH_SOCK" ||
                             (configured.starts_with('$') && !configured.starts_with("${"));
    if (!by_variable)
        return paths(configured).value_or("");
    const std::string name = configured.starts_with('$') ? configured.substr(1) : "SSH_AUTH_SOCK";
    const auto found = patient.environment.find(name);
    return found == patient.environment.end() ? "" : found->second;
}

AgentLook look_at_agent(const Patient& patient, const SshConfig& config, const SshPaths& paths,
                        std::string& held)
{
    AgentLook agent;
    agent.socket = agent_socket(patient, config, paths);
    if (agent.socket.empty())
        return agent;
    held = keys_in_agent(agent.socket, agent.answers);
    agent.keys = number_of_keys(held);
    const bool of_log_in =
        agent.socket.starts_with("/tmp/ssh-") || agent.socket.find("/keyring/") != std::string::npos;
    agent.at_boot = patient.attended || !of_log_in;
    return agent;
}

bool has_secret_for(const TunnelSettings& settings, const std::string& path)
{
    return std::ranges::any_of(settings.secrets, [&](const SecretRule& rule) {
        return rule.pattern.empty() || ::fnmatch(with_home(rule.pattern).c_str(), path.c_str(), 0) == 0;
    });
}

/// As authfile.c has it: only of a file of our own.
bool is_too_open(const struct stat& file)
{
    return file.st_uid == ::getuid() && (file.st_mode & 077) != 0;
}

void look_at_certificate(KeyLook& key, const std::vector<std::string>& certificates)
{
    const std::string beside = key.path + "-cert.pub";
    std::vector<std::string> files = certificates;
    files.push_back(beside);
    for (const std::string& file : files) {
        const auto validity = validity_of(text_of_file(file, most_of_key).value_or(""));
        const auto now = static_cast<std::uint64_t>(std::time(nullptr));
        if (!validity || (key.validity && key.validity->begin <= now && now < key.validity->end))
            continue;
        key.validity = validity;
        key.certificate = file;
    }
}

KeyLook look_at_key(const std::string& file, const SshPaths& paths, const TunnelSettings& settings,
                    const std::string& held, bool is_named)
{
    KeyLook key;
    key.path = paths(file).value_or(file);
    key.is_named = is_named;
    struct stat status {};
    key.exists = ::stat(key.path.c_str(), &status) == 0 || errno != ENOENT;
    const std::string blob = blob_of(text_of_file(key.path + ".pub", most_of_key).value_or(""));
    key.in_agent = !blob.empty() && held.find(blob) != std::string::npos;
    key.has_secret = has_secret_for(settings, key.path);
    if (!key.exists)
        return key;
    const auto text = text_of_file(key.path, most_of_key);
    if (!text) {
        key.trouble = ::access(key.path.c_str(), R_OK) == 0 ? "is no file" : std::strerror(errno);
        return key;
    }
    const std::string own_blob =
        text->starts_with("ssh-") || text->starts_with("ecdsa-") ? blob_of(*text) : "";
    key.protection = protection_of(*text);
    // With the public part alone, an agent can still sign; a locked key has one, too.
    for (const std::string& its : {own_blob, public_part_of(*text)})
        key.in_agent = key.in_agent || (!its.empty() && held.find(its) != std::string::npos);
    key.is_public = !own_blob.empty() && !key.in_agent;
    key.too_open = own_blob.empty() && is_too_open(status);
    return key;
}

}  // namespace

KeysLook look_at_keys(const Patient& patient, const SshConfig& config)
{
    const TunnelSettings& settings = patient.settings->tunnel;
    const SshChoices choices = choices_of(settings.ssh);
    const ConfiguredKeys configured = configured_keys(config, choices);
    const SshPaths paths(configured.path_tokens);
    KeysLook look;
    look.now = static_cast<std::uint64_t>(std::time(nullptr));
    look.is_known =
        config.value("pubkeyauthentication") != "no" && config.value("pubkeyauthentication") != "false";
    std::string held;
    look.agent = look_at_agent(patient, config, paths, held);
    std::vector<std::string> certificates;
    for (const std::string& file : configured.certificates)
        if (const auto path = paths(file))
            certificates.push_back(*path);
    for (const auto* const list : {&configured.given, &configured.files})
        for (const std::string& file : *list) {
            const bool is_named = list == &configured.given || !is_default_key(file);
            KeyLook key = look_at_key(file, paths, settings, held, is_named);
            look_at_certificate(key, certificates);
            if (file != "none" && std::ranges::find(look.keys, key.path, &KeyLook::path) == look.keys.end())
                look.keys.push_back(std::move(key));
        }
    const bool only_named = config.value("identitiesonly") == "yes";
    look.agent_counts = !only_named || std::ranges::any_of(look.keys, &KeyLook::in_agent);
    const bool has_password = std::ranges::any_of(
        settings.secrets, [](const SecretRule& rule) { return rule.pattern.find('/') == std::string::npos; });
    const bool no_key_at_all = std::ranges::none_of(look.keys, &KeyLook::exists);
    look.other_ways = has_password || configured.tickets || is_set(configured.pkcs11) ||
                      config.value("hostbasedauthentication") == "yes" || (no_key_at_all && patient.is_up());
    return look;
}

}  // namespace autossh
