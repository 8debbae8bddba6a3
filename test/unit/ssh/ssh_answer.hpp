// What OpenSSH 9.2 answers to `ssh -G` (shortened), and how to change it.
#pragma once

#include "autossh/ssh/config.hpp"

#include <map>
#include <string>
#include <string_view>

namespace autossh_test {

inline constexpr std::string_view answer_of_openssh_9_2 = R"(host host
user root
hostname host
port 22
addressfamily any
batchmode no
controlmaster false
requesttty auto
sessiontype default
stdinnull no
forkafterauthentication no
serveralivecountmax 3
serveraliveinterval 0
loglevel INFO
identityfile ~/.ssh/id_rsa
identityfile ~/.ssh/id_ed25519
globalknownhostsfile /etc/ssh/ssh_known_hosts /etc/ssh/ssh_known_hosts2
connecttimeout none
canonicalizePermittedcnames none
controlpersist no
escapechar ~
ipqos lowdelay throughput
)";

/// The answer with other values; an empty one leaves the keyword out.
inline autossh::SshConfig config_with(const std::map<std::string, std::string>& changes = {})
{
    std::string text;
    for (const auto& [keyword, value] : changes)
        if (!value.empty())
            text += keyword + " " + value + "\n";
    std::string_view rest = answer_of_openssh_9_2;
    while (!rest.empty()) {
        const std::string line(rest.substr(0, rest.find('\n') + 1));
        rest.remove_prefix(line.size());
        if (!changes.contains(line.substr(0, line.find(' '))))
            text += line;
    }
    return autossh::SshConfig::parse(text).value();
}

}  // namespace autossh_test
