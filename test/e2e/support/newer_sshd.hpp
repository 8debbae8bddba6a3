#pragma once

#include "e2e/support/sshd.hpp"

#include <string>

#define SKIP_WITHOUT_NEWER_SSHD()                                                                            \
    SKIP_UNLESS(autossh_test::NewerSshd::is_there(),                                                         \
                "there is no newer sshd here (test/newer_sshd.sh), or we are not root")

namespace autossh_test {

/// The sshd of Debian 13 at its defaults: it shuts out an address that has caused trouble
/// (PerSourcePenalties).
class NewerSshd : public Sshd {
public:
    /// `password`: the only way to log in; empty: the key of the client is.
    explicit NewerSshd(const std::string& password = "");

    static bool is_there();

    /// It has closed a connection for what others of our address have done.
    bool has_shut_us_out() const { return log().find("penalty: ") != std::string::npos; }
};

}  // namespace autossh_test
