#pragma once

#include <string>

namespace autossh_test {

/// A service on loopback that the test itself speaks for, a connection at a time.
class Listener {
public:
    explicit Listener(unsigned short port);
    ~Listener();
    Listener(const Listener&) = delete;
    Listener& operator=(const Listener&) = delete;

    /// Waits for the next connection and the first line on it. Empty if there is none in time.
    std::string accept_line();
    /// Answers on the latest connection.
    void reply(const std::string& text) const;

private:
    int listener_ = -1;
    int connection_ = -1;
};

/// A connection to a port on loopback, or -1.
int connect_to(unsigned short port);

}  // namespace autossh_test
