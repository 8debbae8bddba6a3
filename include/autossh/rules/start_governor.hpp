// When each of many tunnels may start its ssh: not too many at a time, in order, and so that no server shuts
// our address out. Pure: the time is given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/start_account.hpp"
#include "autossh/rules/start_request.hpp"
#include "autossh/rules/start_server.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

namespace autossh {

/// autossh-fleet(5), "Starting". A tunnel that is alone at its server waits for a place, and else follows its
/// own rules only.
class StartGovernor {
public:
    /// From 1; never used again.
    using Member = std::uint32_t;

    /// `most`: starts at a time in all, and at one server.
    StartGovernor(std::size_t most, std::size_t most_per_server)
        : most_(most), most_per_server_(most_per_server)
    {}
    StartGovernor(const StartGovernor&) = delete;
    StartGovernor& operator=(const StartGovernor&) = delete;

    void set_limits(std::size_t most, std::size_t most_per_server);

    /// On their way, and holding a place.
    std::size_t starting(Time now) const;
    std::size_t waiting() const { return waiting_.size(); }

    /// A tunnel, or what asks for the second ssh of one (StartRequest::beside).
    Member join();
    /// Whatever it was doing.
    void leave(Member member);

    /// It waits from now on, or with another request. Its ssh does not run.
    void ask(Member member, const StartRequest& request, Time now);
    /// It waits no longer. Where it was told to start, it has not done so.
    void withdraw(Member member);
    /// Those that may start now, in this order; they count as started.
    std::vector<Member> grant(Time now);
    /// When time alone may let another one start; Time::max(): nobody waits, or only others' ends help.
    Time next_change(Time now) const;
    /// Why it waits. It does.
    StartHold hold(Member member, Time now) const;

    /// Of the ssh that was started. More than once is once. A second one does not count as up: the tunnel's
    /// first one does, until the second has taken its place.
    void logged_in(Member member);
    /// The same, and without a log-in, why not.
    void ended(Member member, StartOutcome outcome, Time now);

    /// Somebody accepts connections at the server of that member.
    void answered(Member member, Time now);
    bool have_same_server(Member one, Member other) const;
    bool have_same_login(Member one, Member other) const;
    /// Some ssh of that member's server is logged in.
    bool server_is_up(Member member) const;
    /// Knocking at its server may end its wait. `since`: when the server was lost.
    std::optional<Time> may_knock_since(Member member) const;

private:
    using Account = std::pair<const StartServer*, std::uint64_t>;
    enum class Stage { idle, waits, starts, up };
    struct Entry {
        Stage stage = Stage::idle;
        StartServer* server = nullptr;
        StartAccount* account = nullptr;  ///< with a server
        Member beside = 0;                ///< as in the request
        bool can_wait = false;
        Account account_key{};
        bool by_proxy = false;
        bool login_is_seen = true;
        bool was_refused = false;  ///< the last time
        bool is_doubtful = false;  ///< its log-in, as it was started
        long failures = 0;
        std::int64_t priority = 0;
        Time down_since{};
        std::optional<Time> asked_at;
        std::optional<Time> hoped_at;
        Time granted{};
    };
    using Known = std::pair<Member, Entry*>;
    using Rank = std::tuple<long, bool, std::int64_t, Time, Member>;

    void attach(Entry& entry, const StartRequest& request, Member member);
    void detach(Entry& entry, Member member);
    void set_stage(Entry& entry, Member member, Stage stage);
    static void take_outcome(Entry& entry, Member whose, StartOutcome outcome, Time now);
    static Rank rank(Member member, const Entry& entry);
    std::vector<Known> in_order() const;
    void forget_old_starts(Time now);
    std::size_t places_taken(Time now, Time& first_end) const;
    bool may_be_refused(const Entry& entry) const;
    StartHold obstacle(Member member, const Entry& entry, Time now) const;
    StartHold server_obstacle(const Entry& entry, Time now) const;
    StartHold login_obstacle(Member member, const Entry& entry, Time now) const;
    Time counts_until(const Entry& entry, bool at_server) const;

    std::size_t most_;
    std::size_t most_per_server_;
    Member last_ = 0;
    std::map<Member, Entry> entries_;
    std::map<std::string, StartServer> servers_;
    std::map<Account, StartAccount> accounts_;
    std::vector<Known> waiting_;
    std::vector<Known> starting_;
};

}  // namespace autossh
