// The starts of all tunnels of a process, one after another by the rules for them.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/destination.hpp"
#include "autossh/rules/start_governor.hpp"
#include "autossh/settings/start_limits.hpp"
#include "autossh/tunnel/knocks.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// autossh-fleet(5), "Starting".
class Starts {
public:
    Starts(const Executor& executor, const StartLimits& limits);
    Starts(const Starts&) = delete;
    Starts& operator=(const Starts&) = delete;

    void set_limits(const StartLimits& limits);

    /// Those on their way to a log-in that hold a place.
    std::size_t starting() const { return governor_.starting(Clock::now()); }
    /// Those that wait for leave to start.
    std::size_t queued() const { return governor_.waiting(); }

    /// A tunnel, for as long as it may start an ssh; with its end it gives up whatever it has.
    class Member {
    public:
        /// `name`: by which others name it in "after". `on_change` is called when has_come() or first_down()
        /// may have changed. `starts` outlives it.
        Member(Starts& starts, std::string name, std::function<void()> on_change);
        ~Member() { leave(); }
        Member(const Member&) = delete;
        Member& operator=(const Member&) = delete;

        /// It starts no other ssh: nobody waits for it any more.
        void leave();
        /// It wants to start its ssh. Again, with another request: it goes on to wait.
        void ask(const StartRequest& request);
        bool has_come() const { return has_come_; }
        StartGovernor::Member number() const { return number_; }
        /// It does not start, or waits no longer.
        void withdraw();
        /// Why it waits, and for what; it does.
        StartHold hold() const;
        std::string hold_in_words(const StartHold& hold) const;

        /// Of the ssh that was started; more than once is once.
        void logged_in();
        void ended(StartOutcome outcome);
        /// It is up, degraded or suspect; or not.
        void note_up(bool is_up);

        /// The first of these tunnels that is not up; empty: all are.
        std::string first_down(const std::vector<std::string>& names);

        /// Calls `on_open` once somebody listens at its server; nobody knocks while an ssh is
        /// logged in there, and the log-in of another one tells the same. `server`: by its address, if known.
        void knock(const std::optional<Destination>& server, Time since, std::function<void()> on_open);
        /// Calls `on_login` once another one has logged in with the same log-in.
        void wait_for_login(std::function<void()> on_login);
        void stop_waiting();
        /// The same knock while it waits for its turn at a server that is away; else none.
        void knock_while_held(const std::optional<Destination>& server);

    private:
        friend class Starts;

        /// Whether it waits for what another one may come to.
        void note_wait();

        Starts& starts_;
        std::string name_;
        std::function<void()> on_change_;
        StartGovernor::Member number_;
        std::string server_;  ///< of its last request
        std::unique_ptr<Knocks::Wait> knock_;
        std::function<void()> on_open_;
        std::function<void()> on_login_;
        bool has_come_ = false;
        bool is_logged_in_ = false;
        bool is_up_ = false;
        bool has_left_ = false;
        bool waits_ = false;
        std::string awaited_;  ///< the name of one that is not up
    };

    /// A second ssh of a tunnel, beside one that is logged in: its start counts with all the others.
    class Beside {
    public:
        /// `on_change` is called when has_come() may have changed. `starts` outlives it.
        Beside(Starts& starts, std::function<void()> on_change);
        ~Beside();
        Beside(const Beside&) = delete;
        Beside& operator=(const Beside&) = delete;

        /// It wants to be started, if it has not said so. `request.beside`: whose it is.
        void ask(const StartRequest& request);
        bool has_asked() const { return has_asked_; }  ///< and its start has not ended since
        bool has_come() const { return has_come_; }
        /// What it waits for, having asked; it does.
        std::string hold_in_words() const;
        /// It is not started, or has not reached the server.
        void withdraw();
        void logged_in();
        void ended(StartOutcome outcome);

        /// Calls `on_open` once somebody listens there, as one knock finds out for all of a server.
        void knock(const Destination& server, Time since, std::function<void()> on_open);
        void stop_knocking() { knock_.reset(); }
        bool is_knocking() const { return knock_ != nullptr; }  ///< or was told

    private:
        friend class Starts;

        Starts& starts_;
        std::function<void()> on_change_;
        StartGovernor::Member number_ = 0;  ///< 0: it has never asked
        std::string server_;
        std::unique_ptr<Knocks::Wait> knock_;
        bool has_asked_ = false;
        bool has_come_ = false;
    };

private:
    void settle();
    void has_logged_in(const Member& member);
    void quiet_knocks();
    std::string name_of(StartGovernor::Member number) const;

    StartGovernor governor_;
    Knocks knocks_;
    std::map<StartGovernor::Member, Member*> members_;
    std::vector<Member*> waiting_;  ///< of a thousand that are up, none is looked at for the sake of one
    std::map<StartGovernor::Member, Beside*> beside_;
    std::map<std::string, std::size_t> up_;  ///< names, and how many of them are up
    Alarm alarm_;
    bool alarm_is_set_ = false;
};

}  // namespace autossh
