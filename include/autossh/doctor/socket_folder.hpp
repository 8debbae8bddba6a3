// A directory of our own for one socket, which goes with all that is in it.
#pragma once

#include <string>

namespace autossh {

class SocketFolder {
public:
    SocketFolder();
    ~SocketFolder();
    SocketFolder(const SocketFolder&) = delete;
    SocketFolder& operator=(const SocketFolder&) = delete;

    /// Short enough for an address.
    std::string socket() const { return path_ + "/c"; }
    bool is_there() const { return !path_.empty(); }

private:
    std::string path_;
};

}  // namespace autossh
