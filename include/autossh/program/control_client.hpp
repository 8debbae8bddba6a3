// One client of the control socket: its lines are answered one after another.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/control/answer.hpp"
#include "autossh/control/answering.hpp"
#include "autossh/system/listening_socket.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// A client that does not read, sends garbage or goes costs itself an answer and nobody anything: a line is
/// answered in one turn of the event loop, the next one is looked at when its answer has been taken, and what
/// is not taken has a limit.
class ControlClient {
public:
    /// Of what a client is told without having asked for each line: events, lines of a log. In bytes.
    static constexpr std::size_t most_unsent = 1024 * 1024;
    /// A longer answer may wait so long for the client to take a part of it.
    static constexpr Duration longest_silence = std::chrono::seconds(60);
    /// Requests that are answered until the connection is closed.
    static constexpr std::size_t most_subscriptions = 8;

    /// `on_end`: nothing more comes of it; why it is dropped, or empty: it has gone. It may not be destroyed
    /// by that call.
    ControlClient(StreamSocket socket, ControlTarget& target, ControlAsker asker,
                  std::function<void(ControlClient&, const std::string&)> on_end);
    ControlClient(const ControlClient&) = delete;
    ControlClient& operator=(const ControlClient&) = delete;

    void begin() { proceed(); }

    /// Those who have asked for events, or a log that goes on, hear of it.
    void tell(const TunnelLabel& tunnel, const StateEvent& event);
    void tell(const TunnelLabel& tunnel, std::string_view log_line);

    const ControlAsker& asker() const { return asker_; }
    Executor executor() { return socket_.get_executor(); }
    bool has_ended() const { return !socket_.is_open(); }

private:
    struct Subscription {
        std::string id;
        std::vector<std::string> patterns;  ///< empty: all
        bool is_of_logs = false;
    };

    void proceed();
    void soon();
    void wait_to_read();
    void wait_to_send();
    void wait_for_hang_up();
    bool is_hung_up();
    void read();
    bool take_line();
    void answer(std::string_view line);
    void subscribe(const ControlRequest& request);
    bool send_some();
    void keep_rest(bool took_some);
    void push(const std::string& line);
    void end(const std::string& reason = {});

    StreamSocket socket_;
    ControlTarget& target_;
    ControlAsker asker_;
    std::function<void(ControlClient&, const std::string&)> on_end_;
    std::string input_;
    std::string unsent_;
    std::size_t sent_ = 0;            ///< of that
    std::size_t room_ = most_unsent;  ///< for what is not sent, with the answer that it holds
    bool input_has_ended_ = false;
    bool is_reading_ = false;  ///< waits for that
    bool is_sending_ = false;
    bool is_awaiting_end_ = false;
    std::vector<Subscription> subscriptions_;
    bool is_impatient_ = false;
    Alarm patience_;  ///< with more than most_unsent that it does not take
    Lifetime lifetime_;
};

}  // namespace autossh
