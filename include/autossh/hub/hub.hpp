// A hub: the echo that boxes test their connections with, and who of them is alive.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/log.hpp"
#include "autossh/control/hub_facts.hpp"
#include "autossh/hub/box_book.hpp"
#include "autossh/hub/box_file.hpp"
#include "autossh/hub/box_probes.hpp"
#include "autossh/hub/box_writer.hpp"
#include "autossh/hub/echo_server.hpp"
#include "autossh/settings/fleet_hub.hpp"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

class Hub {
public:
    using OnEvent = std::function<void(const BoxEvent&, const BoxFacts&)>;

    /// `file`: for what is kept. `log` outlives it. Does nothing before begin().
    Hub(const Executor& executor, Log& log, const HubSettings& settings, const BoxFile& file,
        OnEvent on_event);
    /// Keeps what is known.
    ~Hub();
    Hub(const Hub&) = delete;
    Hub& operator=(const Hub&) = delete;

    /// Opens what take_over() of the same settings will listen on. Returns where it cannot: nothing is open
    /// then.
    std::vector<HubObstacle> prepare(const HubSettings& next) { return server_.prepare(next.listen); }
    void forget_prepared() { server_.forget_prepared(); }
    /// Listens, after prepare(). No box and no connection is lost by it.
    void take_over(const HubSettings& next);

    const HubSettings& settings() const { return settings_; }
    HubFacts facts() const;
    /// As BoxBook::forget(), also in the file. `by`: who asks, for the log.
    std::string forget(const std::string& box, const std::string& by);
    /// As EchoServer::is_whole().
    bool is_whole() const { return server_.is_whole(); }
    /// Where it listens.
    std::vector<std::string> places() const { return server_.places(); }
    std::size_t size() const { return book_.size(); }
    std::size_t lost() const { return book_.lost(); }

private:
    void take(const Beat& beat, std::optional<uid_t> uid);
    void look();
    void tell(const std::vector<BoxEvent>& events);
    void look_at(Time when);
    void note_change();
    void keep();
    void tell_of_kept(const std::string& complaint);
    void tell_of_turned_away(std::optional<uid_t> account, ConnectionLimits::Verdict verdict);
    void begin_probes();
    std::string account_of(uid_t uid) const;

    Log& log_;
    HubSettings settings_;
    OnEvent on_event_;
    BoxWriter writer_;
    BoxBook book_;
    WallTime since_;
    mutable std::map<uid_t, std::string> accounts_;  ///< their names
    EchoServer server_;
    BoxProbes probes_;
    Time next_look_ = never;
    Alarm look_alarm_;
    bool is_to_keep_ = false;
    Alarm keep_alarm_;
    std::string keep_complaint_;  ///< the last one
    std::optional<Time> turned_away_told_;
    std::optional<Time> not_kept_told_;
};

}  // namespace autossh
