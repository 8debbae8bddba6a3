#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"

#include <string>

namespace autossh_test {

/// A service manager's end of NOTIFY_SOCKET.
class NotifyListener {
public:
    explicit NotifyListener(bool abstract = false);
    explicit NotifyListener(const std::string& path);
    ~NotifyListener();
    NotifyListener(const NotifyListener&) = delete;
    NotifyListener& operator=(const NotifyListener&) = delete;

    /// For NOTIFY_SOCKET.
    const std::string& name() const { return name_; }

    /// Waits for a message. Empty: none has come.
    std::string next() const;
    /// Waits for one with `words` in it; what comes before is dropped.
    std::string next_with(const std::string& words) const;
    /// Nothing is there to be read.
    bool is_silent() const;

private:
    void listen();

    TemporaryDirectory directory_;
    std::string name_;
    int socket_ = -1;
};

}  // namespace autossh_test
