// Takes the connections that come to a Unix socket of ours.
#pragma once

#include "autossh/system/listening_socket.hpp"

#include <functional>
#include <string>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace autossh {

/// What it takes is close-on-exec: no ssh inherits it.
class UnixListener {
public:
    UnixListener(const boost::asio::any_io_executor& executor,
                 std::function<void(StreamProtocol::socket)> on_connection);

    /// Listens at `path`, and nowhere else any more. False: it cannot.
    bool listen(const std::string& path);

    /// It listens, and its socket is still at its path.
    bool is_there() const;

private:
    void wait();
    void wait_later();
    bool take();

    std::function<void(StreamProtocol::socket)> on_connection_;
    Listener listener_;
    boost::asio::steady_timer later_;  ///< when connections are taken again
    std::string path_;                 ///< empty: it does not listen
};

}  // namespace autossh
