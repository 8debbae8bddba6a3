// The Unix sockets in our private directory: one answers each client with the status of the tunnel, or of all
// of them, the other takes those who ask and tell more.
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

/// Who asks for the status is answered as fast as it reads, and nothing is read from it: no client can hold
/// us up, or make us do anything. One that does not read is given up after a while, or when there are too
/// many.
class StatusSocket {
public:
    static constexpr std::string_view name = "status";
    static constexpr std::string_view control_name = "control";
    static constexpr std::size_t most_clients = 32;
    static constexpr Duration longest_answer = std::chrono::seconds(10);

    /// Listens as soon as the first ssh is on its way. `report`: what to answer; `on_control`: a client of
    /// the other socket has come. Where there is no place for the sockets, nobody can ask.
    StatusSocket(const Executor& executor, PrivatePlace& place, std::function<std::string()> report,
                 std::function<void(StreamSocket)> on_control);

    /// The status has changed. Listens again, in a new place if need be, where a socket is not at its path
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
    UnixListener control_;
    Alarm next_look_;  ///< whether the sockets are still there
    Time looked_{};
    bool start_is_told_ = false;
    bool open_ = false;
};

}  // namespace autossh
