// One test of the connection, over the loop of forwardings or the echo port.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/base/time.hpp"
#include "autossh/heartbeat/loop.hpp"

#include <functional>
#include <list>
#include <memory>
#include <string>

namespace autossh {

/// What came of a test.
struct TestResult {
    bool passed = false;
    std::string failure;          ///< why it has failed, as logged
    bool nobody_listens = false;  ///< it failed at the entrance: nothing listens there
    Duration round_trip{};        ///< of our message, if it passed
};

/// Sends our message and waits for it to come back. Kept alive by its own coroutines until they have ended.
class Probe : public std::enable_shared_from_this<Probe> {
public:
    /// `limit`: for each step, and for the whole over a loop that is ours alone. `done` is called once with
    /// the result, not after cancel().
    Probe(Executor executor, Log& log, Loop& loop, const std::string& message, Duration limit,
          std::function<void(TestResult)> done);

    void start();
    void cancel();

private:
    class TimeLimit;

    using Socket = StreamSocket;
    /// What came back on a connection within the limit.
    enum class Reply { ours, wrong, silence };

    Awaitable<void> run();
    Awaitable<boost::system::error_code> connect();
    Awaitable<void> echo();
    Awaitable<void> go_round();
    Awaitable<void> accept();
    Awaitable<void> offer(std::list<Socket>::iterator connection);
    Awaitable<bool> send();
    Awaitable<Reply> receive(Socket& socket);

    void wait_for_connection();
    void pass();
    void fail(Level level, std::string why, bool nobody_listens = false);
    void finish(TestResult result);

    Log& log_;
    Loop& loop_;
    std::function<void(TestResult)> done_;  ///< empty once the test is over
    std::string message_;
    Duration limit_;
    Socket out_;
    std::list<Socket> incoming_;  ///< accepted, and not yet found wrong
    Timer no_connection_;         ///< nothing to read from
    Timer whole_test_;            ///< bounds what strangers can draw out
    Time sent_at_;
    int sent_ = 0;
    int failed_ = 0;  ///< connections that did not bring our message
};

}  // namespace autossh
