#pragma once

#include "support/waiting.hpp"

#include <filesystem>
#include <string>

#include <sys/types.h>

namespace autossh_test {

/// A client of the control socket.
class ControlConnection {
public:
    /// Of the autossh with its private directory in `parent`, once it listens.
    explicit ControlConnection(const std::filesystem::path& parent);
    ~ControlConnection();
    ControlConnection(const ControlConnection&) = delete;
    ControlConnection& operator=(const ControlConnection&) = delete;

    /// False: it could not connect.
    bool is_open() const { return fd_ >= 0; }
    /// As much of it as goes without waiting; how much.
    std::size_t send(const std::string& text);
    /// The next line, without its end; empty: there is none.
    std::string line();
    /// The answer to a line.
    std::string ask(const std::string& request)
    {
        send(request + "\n");
        return line();
    }
    /// The next line with these words in it; empty: none comes.
    std::string line_with(const std::string& words);

private:
    int fd_ = -1;
    std::string text_;
};

}  // namespace autossh_test
