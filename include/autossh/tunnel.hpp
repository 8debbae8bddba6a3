// Keeps one ssh running, by the rules of the manual.
#pragma once

#include "autossh/account.hpp"
#include "autossh/child.hpp"
#include "autossh/connection_tests.hpp"
#include "autossh/ending.hpp"
#include "autossh/event.hpp"
#include "autossh/log.hpp"
#include "autossh/orphans.hpp"
#include "autossh/rules.hpp"
#include "autossh/settings.hpp"
#include "autossh/ssh_setup.hpp"
#include "autossh/tcp_table.hpp"
#include "autossh/terminal.hpp"

#include <functional>
#include <optional>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

namespace autossh {

/// What somebody outside may ask for, weakest first. The strongest that was asked counts.
enum class Request {
    none,
    retry,    ///< do not wait any longer to start ssh; means nothing while it runs
    restart,  ///< end ssh and start another
    stop,     ///< end ssh and end
};

/// Every event (a request, the end of ssh, the result of a test) leaves state behind and wakes the coroutine,
/// which looks at the state. Nothing is learned from which event it was, so none can be lost.
class Tunnel {
public:
    /// Binds the monitor's port. `on_started` is called when the first ssh has been executed.
    /// Throws ConfigError.
    Tunnel(boost::asio::any_io_executor executor, const TunnelSettings& settings,
           const InheritedSignals& inherited, Log& log, std::function<void()> on_started);

    /// Starts ssh again and again until a rule says otherwise. Throws std::system_error if ssh cannot be
    /// executed.
    boost::asio::awaitable<Verdict> run();

    /// `signal`: which one asked, for the log. A second stop kills ssh at once.
    void ask(Request request, int signal);

private:
    boost::asio::awaitable<Verdict> keep_running();
    boost::asio::awaitable<void> ask_client();
    boost::asio::awaitable<std::optional<Verdict>> pause();
    boost::asio::awaitable<Verdict> watch();
    boost::asio::awaitable<Ruling> end_ssh(const Ruling& reason);
    boost::asio::awaitable<Ruling> rule_on_end(ExitStatus status);
    boost::asio::awaitable<void> wait_for_stop(Time deadline);

    bool start();
    void listen();
    void finish_session();
    Ruling judge_end(ExitStatus status);
    Ruling refused_forward();
    Ruling received_signal() const;
    std::optional<Ruling> reason_to_end_ssh();
    std::optional<Ruling> test_connection();
    void suspend_with_ssh();
    Time login_deadline() const;
    Time next_deadline() const;
    Verdict conclude(const Ruling& ruling);

    boost::asio::any_io_executor executor_;
    const TunnelSettings& settings_;
    const InheritedSignals& inherited_;
    Log& log_;
    std::function<void()> on_started_;
    Time end_of_life_;
    Backoff backoff_;
    Terminal terminal_;
    Account account_;
    Event event_;
    ConnectionTests tests_;
    SshSetup setup_;
    Orphans orphans_;
    std::optional<Child> ssh_;
    std::optional<TcpConnection> connection_;  ///< its, where a person may end it (~.)
    bool login_seen_ = false;

    std::int64_t starts_ = 0;
    std::optional<Time> last_start_;
    std::string down_because_;  ///< why the last ssh has ended; told with the wait that follows
    Request asked_ = Request::none;
    int asked_by_ = 0;     ///< the signal of the first stop
    int last_signal_ = 0;  ///< of the strongest request
    int stops_ = 0;        ///< how often we were asked to stop
};

}  // namespace autossh
