// Answers each client of a Unix socket with the status of the tunnel, or of all of them.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/private_place.hpp"
#include "autossh/system/unix_listener.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

namespace autossh {

/// A client is answered as fast as it reads, and nothing is read from it: no client can hold us up, or make
/// us do anything. One that does not read is given up after a while, or when there are too many.
class StatusSocket {
public:
    static constexpr std::string_view name = "status";
    static constexpr std::size_t most_clients = 32;
    static constexpr Duration longest_answer = std::chrono::seconds(10);

    /// Listens as soon as the first ssh is on its way. `report`: what to answer. Where there is no place for
    /// the socket, nobody can ask.
    StatusSocket(const Executor& executor, PrivatePlace& place, std::function<std::string()> report);

    /// The status has changed. Listens again, in a new place if need be, where the socket is not at its path
    /// any more.
    void renew();

private:
    class Answer;

    void answer(StreamSocket client);
    void open();
    void look();
    void listen();
    void look_now_and_then();

    PrivatePlace& place_;
    std::function<std::string()> report_;
    std::list<std::weak_ptr<Answer>> answers_;  ///< that are on their way, the oldest first
    UnixListener listener_;
    Alarm next_look_;  ///< whether the socket is still there
    Time looked_{};
    bool start_is_told_ = false;
    bool open_ = false;
};

}  // namespace autossh
