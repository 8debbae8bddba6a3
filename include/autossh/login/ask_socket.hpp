// Takes the questions of the askpass programs that our ssh's start, and of nobody else.
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

class AskSocket;

/// The questions of one tunnel, whose ssh's run one after another.
class AskDesk {
public:
    /// `asker`: the ssh that has started the askpass program; 0: not known.
    using Answerer = std::function<Awaitable<AskAnswer>(AskRequest, pid_t asker)>;

    /// `socket` outlives it. `answerer`: may take its time. What it gives is wiped when it has been sent.
    AskDesk(AskSocket& socket, Log& log, Answerer answerer);
    ~AskDesk();
    AskDesk(const AskDesk&) = delete;
    AskDesk& operator=(const AskDesk&) = delete;

    /// A new token, 256 bits in hexadecimal digits, for the ssh that is about to start. Throws
    /// std::system_error.
    const std::string& expect();
    void ssh_runs(pid_t ssh) { ssh_ = ssh; }
    pid_t ssh() const { return ssh_; }  ///< that runs; 0: none
    /// Ends all connections: the askpass programs that still wait end the ssh's that have started them.
    void ssh_has_ended();

private:
    friend class AskSocket;
    using Client = std::shared_ptr<StreamSocket>;

    void tell_refused(std::string_view reason);

    AskSocket& socket_;
    Log& log_;
    Answerer answerer_;
    std::string token_;
    pid_t ssh_ = 0;
    int refused_ = 0;  ///< since ssh was started
    std::vector<Client> clients_;
};

/// One for all tunnels. Who asks must be of our user, descend from an ssh of ours that runs (where the system
/// tells: Linux), and know the token that this start of ssh was given.
class AskSocket {
public:
    explicit AskSocket(const Executor& executor);

    /// In `directory`, where it may listen already. False: it cannot.
    bool listen(const std::string& directory);
    bool is_there() const { return listener_.is_there(); }
    /// Where it listens, if it does.
    const std::string& path() const { return path_; }

private:
    friend class AskDesk;

    void take(StreamSocket client);
    std::optional<pid_t> parent_of_asker(pid_t process) const;
    AskDesk* desk_of(const std::optional<Peer>& peer) const;
    AskDesk* desk_with(std::string_view token) const;
    std::string reason_to_refuse(const std::optional<Peer>& peer, int error, const AskDesk* desk) const;
    void refuse(AskDesk* desk, std::string_view reason) const;
    bool some_ssh_runs() const;
    Awaitable<void> serve(AskDesk::Client client, pid_t asker, AskDesk* desk);
    Awaitable<std::string> read_request(AskDesk::Client client);
    void forget(const AskDesk::Client& client);

    Executor executor_;
    UnixListener listener_;
    std::string path_;
    std::vector<AskDesk*> desks_;
    std::vector<AskDesk::Client>
        unknown_;  ///< whose question is not read yet, where the system tells no peer
};

}  // namespace autossh
