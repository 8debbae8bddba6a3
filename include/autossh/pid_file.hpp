// The file that holds our pid while we live.
#pragma once

#include <string>
#include <system_error>

namespace autossh {

class PidFile {
public:
    /// Writes our pid to `path`, through a symbolic link if it is one. Throws ConfigError if it cannot be
    /// opened. `write_error` is set if it cannot be written (disk full): no reason to give up a tunnel.
    PidFile(std::string path, std::error_code& write_error);
    /// Removes it, if it is a regular file (not /dev/stdout).
    ~PidFile();
    PidFile(const PidFile&) = delete;
    PidFile& operator=(const PidFile&) = delete;

private:
    std::string path_;
    bool removable_ = false;
};

}  // namespace autossh
