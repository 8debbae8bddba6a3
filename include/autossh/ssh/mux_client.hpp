// Speaks to the ssh that is a multiplexing master at a path, without a process of our own.
//
// One connection for each request, because of what a master does (as tried with OpenSSH 9.2, 10.0 and 10.5):
// * An open connection counts as a session: an ssh whose command has ended, or that was told to stop
//   listening, waits for its end.
// * While the server has not answered for a -R, nothing else on that connection is answered; on another one
//   it is. Who gives up waiting leaves the forward in the master's list: ask_again() finds out.
// * A master that is stopped still takes connections (64), and says nothing on them.
// * A connection and an alive check take 0.3 ms; a -R that the server grants takes its round trip more.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/ssh/mux_message.hpp"
#include "autossh/system/listening_socket.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// One connection to a master, which ends with the first answer that is neither granted nor refused.
class MuxConnection {
public:
    /// `stream`: that a request to connect has the master read from and write to.
    MuxConnection(const Executor& executor, std::string path, UniqueFd stream = {});
    MuxConnection(const MuxConnection&) = delete;
    MuxConnection& operator=(const MuxConnection&) = delete;

    /// Connects for the first request. One at a time: a second one is refused. `connection` lives until the
    /// answer has come.
    static Awaitable<MuxAnswer> ask(std::shared_ptr<MuxConnection> connection, MuxRequest request,
                                    Duration limit);
    /// The request in flight, and any later one, is answered by gone.
    void close();

private:
    Awaitable<MuxAnswer> exchange(const MuxRequest& request);
    bool hand_over_stream();
    Awaitable<void> greet();
    Awaitable<MuxReply> receive();
    bool connect();
    void end(MuxAnswer::Kind kind, std::string reason);

    std::string path_;
    UniqueFd stream_;
    StreamSocket socket_;
    std::uint32_t last_id_ = 0;
    bool busy_ = false;
    std::optional<MuxAnswer> end_;
};

/// A connection from the server to a place. It ends with this.
struct MuxStream {
    MuxAnswer answer;
    std::shared_ptr<MuxConnection> connection = nullptr;
    UniqueFd end = {};  ///< ours of the stream
};

/// How long to wait for an answer.
struct MuxLimits {
    Duration alive = std::chrono::seconds(3);
    Duration request = std::chrono::seconds(10);  ///< of a -R the server has a say
};

/// Requests to one master. Any number may be in flight; with the end of this they are answered by gone.
class MuxClient {
public:
    /// `path`: the master's ControlPath.
    MuxClient(const Executor& executor, std::string path, const MuxLimits& limits = {});
    ~MuxClient();
    MuxClient(const MuxClient&) = delete;
    MuxClient& operator=(const MuxClient&) = delete;

    /// Granted: with the pid of the master, which is not stopped.
    Awaitable<MuxAnswer> alive();
    /// A forward that was never asked for. The server's answer to a -R is waited for.
    Awaitable<MuxAnswer> open(const ConfiguredForward& forward);
    /// Its connections live on. NOT before the server has answered for every -R of ssh's start (its socket is
    /// there before that): a -R that is closed meanwhile ends ssh ("ssh_confirm_remote_forward: parse
    /// packet: incomplete message"). Refused: "port not forwarded", it is not in the list; "port not found",
    /// see mux_message.hpp. Of a -R the server is told, and not waited for.
    Awaitable<MuxAnswer> close(const ConfiguredForward& forward);
    /// A forward that was refused, at the start or since, as ssh's log has told: closed first, so that the
    /// master really asks for it. Not for one that works, whose listener would be away for a moment.
    /// From 10.1 on, a -L or -D that was refused at the start is opened in other words, which take the place,
    /// closed in its own, which takes it from the list, and opened. (Of a path "port not found" is the
    /// answer: the file would stay.)
    Awaitable<MuxAnswer> ask_again(const ConfiguredForward& forward);
    /// Connects from the server to a host and port, as -W does. Refused: without the server's reason.
    Awaitable<MuxStream> connect(const ForwardPlace& target);
    /// The master removes its socket and takes no further connections. It ends, with status 255, when it has
    /// no session left; those who are connected keep it.
    Awaitable<MuxAnswer> stop_listening();
    /// The master ends at once, with status 255 and no line in its log. It seldom says so before: gone is as
    /// good an answer as granted.
    Awaitable<MuxAnswer> terminate();

private:
    std::shared_ptr<MuxConnection> connection(UniqueFd stream = {});
    Awaitable<MuxAnswer> ask(MuxRequest::Kind kind, const ConfiguredForward& forward = {});

    Executor executor_;
    std::string path_;
    MuxLimits limits_;
    std::vector<std::weak_ptr<MuxConnection>> in_flight_;
};

}  // namespace autossh
