#include "autossh/ssh/configured_keys.hpp"

namespace autossh {

namespace {

/// ssh_config(5), "Tokens": those that the destination decides. An old release does not say the name as it
/// was typed.
PathTokens path_tokens_of(const SshConfig& config)
{
    PathTokens tokens{
        {'h', config.value("hostname")}, {'p', config.value("port")}, {'r', config.value("user")}};
    const std::string typed = config.value("host");
    const std::string alias = config.value("hostkeyalias");
    if (!typed.empty())
        tokens['n'] = typed;
    if (is_set(alias) || !typed.empty())
        tokens['k'] = is_set(alias) ? alias : typed;
    return tokens;
}

}  // namespace

ConfiguredKeys configured_keys(const SshConfig& config, const SshChoices& choices)
{
    return {.path_tokens = path_tokens_of(config),
            .files = config.values("identityfile"),
            .certificates = config.values("certificatefile"),
            .pkcs11 = config.value("pkcs11provider"),
            .given = choices.identities,
            .tickets = config.value("gssapiauthentication") == "yes"};
}

}  // namespace autossh
