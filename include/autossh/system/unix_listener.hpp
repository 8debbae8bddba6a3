// Takes the connections that come to a Unix socket of ours.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/system/listening_socket.hpp"

#include <functional>
#include <string>

namespace autossh {

/// What it takes is close-on-exec: no ssh inherits it.
class UnixListener {
public:
    UnixListener(const Executor& executor, std::function<void(StreamSocket)> on_connection);

    /// Listens at `path`, and nowhere else any more. False: it cannot.
    bool listen(const std::string& path);

    /// It listens, and its socket is still at its path.
    bool is_there() const;

private:
    void take();
    bool take_one();

    std::function<void(StreamSocket)> on_connection_;
    Listener listener_;
    Readable<Listener> readable_;
    Alarm later_;       ///< when connections are taken again
    std::string path_;  ///< empty: it does not listen
};

}  // namespace autossh
