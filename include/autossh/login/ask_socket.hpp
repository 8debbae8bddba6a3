// Takes the questions of the askpass programs that one ssh starts, and of nobody else.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/login/ask_message.hpp"
#include "autossh/system/secret.hpp"
#include "autossh/system/unix_listener.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

struct AskAnswer {
    AskReply reply = AskReply::none;
    std::optional<Secret> secret = std::nullopt;
};

/// Who asks must be of our user, descend from the ssh that runs (where the system tells: Linux), and know the
/// token that this start of ssh was given.
class AskSocket {
public:
    /// `asker`: the ssh that has started the askpass program; 0: not known.
    using Answerer = std::function<Awaitable<AskAnswer>(AskRequest, pid_t asker)>;

    /// `answerer`: may take its time. What it gives is wiped when it has been sent.
    AskSocket(const Executor& executor, Log& log, Answerer answerer);

    /// False: it cannot.
    bool listen(const std::string& path) { return listener_.listen(path); }
    bool is_there() const { return listener_.is_there(); }

    /// A new token, 256 bits in hexadecimal digits, for the ssh that is about to start. Throws
    /// std::system_error.
    const std::string& expect();
    void ssh_runs(pid_t ssh) { ssh_ = ssh; }
    pid_t ssh() const { return ssh_; }  ///< that runs; 0: none
    /// Ends all connections: the askpass programs that still wait end the ssh's that have started them.
    void ssh_has_ended();

private:
    void take(StreamSocket client);
    std::string reason_to_refuse(const std::optional<Peer>& peer, int error) const;
    void tell_refused(std::string_view reason);
    Awaitable<void> serve(std::shared_ptr<StreamSocket> client, pid_t asker);
    Awaitable<std::string> read_request(std::shared_ptr<StreamSocket> client);

    Executor executor_;
    Log& log_;
    Answerer answerer_;
    UnixListener listener_;
    std::string token_;
    pid_t ssh_ = 0;
    int refused_ = 0;  ///< since ssh was started
    std::vector<std::shared_ptr<StreamSocket>> clients_;
};

}  // namespace autossh
