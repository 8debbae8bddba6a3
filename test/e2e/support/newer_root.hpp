#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace autossh_test {

/// The words that run a program of the newer Debian (test/newer_sshd.sh): its own follow them. It finds
/// `files`, a directory, where we do, and nothing else of ours.
std::vector<std::string> below_newer_root(const std::filesystem::path& files);

/// It is unpacked, and has that program, and we are root.
bool newer_root_has(const std::string& program);

}  // namespace autossh_test
