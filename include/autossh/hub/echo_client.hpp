// One connection to the echo of a hub: all that comes goes back as it is (RFC 862).
#pragma once

#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/hub/beat_reader.hpp"
#include "autossh/system/listening_socket.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include <sys/types.h>

namespace autossh {

class EchoClient {
public:
    /// So much comes back, and then it is closed.
    static constexpr std::size_t longest = 4096;
    /// And so long it may stay.
    static constexpr Duration patience = std::chrono::seconds(60);

    struct Host {
        std::function<void(EchoClient&, const Beat&)> on_beat;
        std::function<void(EchoClient&)> on_end;  ///< it may be removed, but not by this call
    };

    /// `host` outlives it.
    EchoClient(StreamSocket socket, std::optional<uid_t> account, Time ends_at, const Host& host);

    void begin() { proceed(); }
    void end();
    bool has_ended() const { return !socket_.is_open(); }
    std::optional<uid_t> account() const { return account_; }
    Time ends_at() const { return ends_at_; }
    /// All that has come has gone back.
    bool is_idle() const { return unsent_.empty(); }
    /// It has sent something, and no message of a connection test.
    bool is_strange() const { return taken_ > 0 && reader_.is_strange(); }

private:
    void proceed();
    bool read();
    bool send();
    void wait(StreamSocket::wait_type what);

    StreamSocket socket_;
    std::optional<uid_t> account_;
    Time ends_at_;
    const Host& host_;
    BeatReader reader_;
    std::size_t taken_ = 0;
    std::string unsent_;
    bool input_has_ended_ = false;
    Lifetime lifetime_;
};

}  // namespace autossh
