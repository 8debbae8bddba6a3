#pragma once

#include "e2e/support/autossh.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/occurrences.hpp"
#include "support/tested_autossh.hpp"
#include "support/waiting.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace autossh_test {

/// A file of a fleet in a directory of its own, beside its log.
class FleetFolder {
public:
    explicit FleetFolder(const std::string& text)
    {
        write_file(path(), text);
        ::chmod(path().c_str(), 0600);
    }

    std::filesystem::path path() const { return directory_ / "lab.toml"; }
    std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }
    std::string log() const { return read_file(directory_ / "log"); }
    int count(const std::string& words) const { return occurrences(log(), words); }
    bool wait_for(const std::string& words, int times = 1,
                  std::chrono::milliseconds deadline = generous) const
    {
        return wait_until([&] { return count(words) >= times; }, deadline);
    }

    /// The pid of the last ssh of this tunnel.
    pid_t ssh_of(const std::string& tunnel) const
    {
        const std::string text = log();
        const std::string words = tunnel + ": ssh child pid is ";
        const std::size_t at = text.rfind(words);
        return at == std::string::npos ? 0 : static_cast<pid_t>(std::stol(text.substr(at + words.size())));
    }

    ProcessOptions options(std::vector<std::string> more = {}) const
    {
        std::vector<std::string> words{tested_autossh(), "--fleet", "--log-file", directory_ / "log"};
        words.insert(words.end(), more.begin(), more.end());
        words.push_back(path());
        return {.arguments = words};
    }

private:
    TemporaryDirectory directory_;
};

}  // namespace autossh_test
