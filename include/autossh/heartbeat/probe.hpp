// One run of a connection test over sockets: connects, sends our message, and judges what comes back.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/heartbeat/connection_test.hpp"
#include "autossh/system/listening_socket.hpp"

#include <functional>
#include <memory>
#include <string>

namespace autossh {

/// Kept alive by its own coroutines until they have ended.
class Probe : public std::enable_shared_from_this<Probe> {
public:
    /// Where it begins.
    struct Entrance {
        StreamProtocol::endpoint endpoint;
        std::string name;              ///< for the log
        Level failures = Level::info;  ///< of the lines that say why a test has failed

        /// A Unix socket that ssh makes. Before it has connected a test may fail and mean nothing.
        static Entrance made_by_ssh(const std::string& path, boost::system::error_code& error)
        {
            return {.endpoint = unix_endpoint(path, error), .name = path, .failures = Level::debug};
        }
    };
    using Done = std::function<void(TestResult)>;

    /// `limit`: for each step. `done` is called once with the result, not after cancel().
    Probe(const Executor& executor, Log& log, const Entrance& entrance, const std::string& message,
          Duration limit, Done done);
    virtual ~Probe() = default;
    Probe(const Probe&) = delete;
    Probe& operator=(const Probe&) = delete;

    void start();
    virtual void cancel();

protected:
    /// What came back on a connection within the limit.
    enum class Reply {
        ours,
        wrong,
        silence,
        ended,  ///< something else, or nothing, and no more will come on this connection
    };

    /// It is connected: calls pass() or fail() in the end, or has others do so.
    virtual Awaitable<void> exchange() = 0;

    bool is_over() const { return !done_; }
    Executor executor() { return out_.get_executor(); }
    Duration limit() const { return limit_; }
    Log& log() { return log_; }
    StreamSocket& out() { return out_; }

    /// Sends our message. False: it did not go out.
    Awaitable<bool> send();
    Awaitable<Reply> receive(StreamSocket& socket);
    void pass();
    void fail(Level level, std::string why, bool nobody_listens = false);
    void fail_at_echo(std::string why);  ///< as TestResult::echo_is_away
    /// At the level of the entrance.
    void fail(std::string why) { fail(entrance_.failures, std::move(why)); }

private:
    class TimeLimit;

    Awaitable<void> run();
    Awaitable<boost::system::error_code> connect();
    void finish(TestResult result);

    Log& log_;
    Entrance entrance_;
    Done done_;  ///< empty once the test is over
    std::string message_;
    Duration limit_;
    StreamSocket out_;
    Time sent_at_;
};

/// The run in flight, if there is one; it ends with this.
class CurrentProbe {
public:
    CurrentProbe() = default;
    ~CurrentProbe() { cancel(); }
    CurrentProbe(const CurrentProbe&) = delete;
    CurrentProbe& operator=(const CurrentProbe&) = delete;

    /// In place of the one before.
    void start(const std::shared_ptr<Probe>& probe);
    void cancel();

private:
    std::weak_ptr<Probe> probe_;
};

}  // namespace autossh
