#include "e2e/support/newer_sshd.hpp"

#include "e2e/support/newer_root.hpp"

#include <crypt.h>

#include <fmt/format.h>

namespace autossh_test {

NewerSshd::NewerSshd(const std::string& password)
{
    run_by(below_newer_root(directory()));
    std::string lines = "PerSourcePenalties yes\nUsePAM no\n";
    if (!password.empty()) {
        write_file(directory() / "shadow",
                   fmt::format("root:{}:19000::::::\n", crypt(password.c_str(), "$6$rounds=1000$autossh$")));
        lines += "PasswordAuthentication yes\nAuthenticationMethods password\n";
    }
    configure_server(lines);
}

bool NewerSshd::is_there()
{
    return newer_root_has("/usr/sbin/sshd");
}

}  // namespace autossh_test
