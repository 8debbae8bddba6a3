#include "autossh/key_circumstances.hpp"

#include "autossh/environment.hpp"
#include "autossh/file_text.hpp"
#include "autossh/key_file.hpp"
#include "autossh/socket_address.hpp"

#include <cerrno>

namespace autossh {

namespace {

constexpr std::size_t longest_key_file = 64 * 1024;

bool takes_connections(const std::string& socket_path)
{
    const bool connected = static_cast<bool>(connect_to_socket(socket_path));
    return connected || errno == EAGAIN || errno == EINPROGRESS;
}

}  // namespace

std::string agent_path(const std::string& configured)
{
    const bool variable = configured == "SSH_AUTH_SOCK" || configured.starts_with('$');
    if (!variable)
        return configured == "none" ? "" : with_home(configured);
    return environment_variable(configured.substr(configured.front() == '$' ? 1 : 0)).value_or("");
}

KeyCircumstances key_circumstances(const std::string& agent_socket,
                                   std::span<const std::string> identity_files)
{
    KeyCircumstances found;
    const std::string agent = agent_path(agent_socket);
    found.agent_expected = !agent.empty();
    found.agent_reachable = found.agent_expected && takes_connections(agent);
    for (const std::string& file : identity_files) {
        const auto text = text_of_file(with_home(file), longest_key_file);
        if (text && needs_passphrase(*text)) {
            found.encrypted_key = file;
            break;
        }
    }
    return found;
}

std::vector<std::string> files_of_login(const std::string& agent_socket,
                                        std::span<const std::string> key_files,
                                        std::span<const std::string> known_hosts)
{
    std::vector<std::string> files;
    if (std::string agent = agent_path(agent_socket); !agent.empty())
        files.push_back(std::move(agent));
    for (const auto& list : {key_files, known_hosts})
        for (const std::string& file : list)
            files.push_back(with_home(file));
    return files;
}

}  // namespace autossh
