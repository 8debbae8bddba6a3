// Tunnels to be examined by autosshctl doctor, with the real ssh and sshd.
#pragma once

#include "e2e/ctl/ctl_lab.hpp"
#include "e2e/support/sshd.hpp"
#include "support/process/process.hpp"

#include <string>
#include <vector>

namespace autossh_test {

/// What it has said, and its exit status.
struct Diagnosis {
    int status = -1;
    std::string text = {};
    std::string errors = {};

    /// Its lines of this grade, without those of the remedies.
    std::vector<std::string> lines(const std::string& grade) const;
    bool has(const std::string& words) const { return text.find(words) != std::string::npos; }
    /// The line below the first one that has `words`, without its indent; empty: there is none.
    std::string remedy_of(const std::string& words) const;
};

class DoctorLab {
public:
    explicit DoctorLab(const Sshd& sshd) : sshd_(sshd) {}

    /// `autosshctl doctor WORDS`.
    Diagnosis doctor(const std::vector<std::string>& words) const;
    /// `autosshctl doctor [before] -- autossh -M 0 -N -F CONFIG WORDS server`.
    Diagnosis examined(const std::vector<std::string>& words,
                       const std::vector<std::string>& before = {}) const;
    /// Writes a fleet's file whose defaults lead to the server, and returns its path.
    std::string fleet_file(const std::string& tunnels) const;
    /// An autossh that keeps what such words ask for.
    ProcessOptions autossh(const std::vector<std::string>& words) const;
    ProcessOptions fleet(const std::string& file) const;
    std::vector<std::string> command_line(const std::vector<std::string>& words) const;

    CtlLab& place() { return lab_; }
    const CtlLab& place() const { return lab_; }

private:
    const Sshd& sshd_;
    CtlLab lab_;
};

}  // namespace autossh_test
