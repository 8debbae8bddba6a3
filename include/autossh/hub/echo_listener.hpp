// One place where the echo of a hub listens: a port on loopback, or a Unix socket.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/settings/hub_place.hpp"
#include "autossh/system/listening_socket.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>

#include <sys/types.h>

namespace autossh {

class EchoListener {
public:
    using OnConnection = std::function<void(StreamSocket)>;

    /// Or why it cannot listen there, with what helps. All on this machine may connect, as to a port: a Unix
    /// socket is open to all who reach its directory. One that nobody listens on gives way; nothing else
    /// does.
    static std::variant<std::unique_ptr<EchoListener>, std::string>
    open(const Executor& executor, const HubPlace& place, OnConnection on_connection);

    /// Removes the socket of a path.
    ~EchoListener();
    EchoListener(const EchoListener&) = delete;
    EchoListener& operator=(const EchoListener&) = delete;

    const HubPlace& place() const { return place_; }
    /// The socket of a path may have been removed by somebody.
    bool is_there() const;
    /// Takes connections from now on.
    void begin() { readable_.start(); }

private:
    EchoListener(const Executor& executor, const HubPlace& place, OnConnection on_connection);
    std::string listen();
    std::string listen_at_path();
    void take();
    bool take_one();

    HubPlace place_;
    OnConnection on_connection_;
    Listener listener_;
    Readable<Listener> readable_;
    Alarm later_;  ///< when connections are taken again
    pid_t owner_;
    dev_t device_ = 0;  ///< of the socket at the path,
    ino_t inode_ = 0;   ///< 0: it is not ours
};

}  // namespace autossh
