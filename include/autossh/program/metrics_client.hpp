// One connection to the port of our metrics: one request, one answer.
#pragma once

#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/program/metrics_request.hpp"
#include "autossh/system/listening_socket.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

namespace autossh {

/// Head and body of an answer.
struct MetricsAnswer {
    std::string head;
    std::shared_ptr<const std::string> body = {};  ///< null: the head is all
};

class MetricsClient {
public:
    /// So long it may stay.
    static constexpr Duration patience = std::chrono::seconds(10);

    struct Host {
        std::function<MetricsAnswer(MetricsRequest)> answer;
        std::function<void()> on_end;  ///< it may be removed, but not by this call
    };

    /// `host` outlives it.
    MetricsClient(StreamSocket socket, Time ends_at, const Host& host);

    void begin() { proceed(); }
    void end();
    bool has_ended() const { return !socket_.is_open(); }
    Time ends_at() const { return ends_at_; }

private:
    void proceed();
    bool read();
    bool send();
    bool send_from(std::string_view text, std::size_t before);
    void wait(StreamSocket::wait_type what);

    StreamSocket socket_;
    Time ends_at_;
    const Host& host_;
    std::string input_;
    MetricsAnswer answer_;
    std::size_t sent_ = 0;         ///< of both its parts
    std::size_t passed_over_ = 0;  ///< bytes behind the answer
    enum class Step { asks, is_answered, goes } step_ = Step::asks;
    Lifetime lifetime_;
};

}  // namespace autossh
