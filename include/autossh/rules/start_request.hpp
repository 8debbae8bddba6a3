// What a tunnel says of itself when it wants to start its ssh, and what others learn from how that went.
// Pure.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/rules/backoff.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace autossh {

/// A start that is asked for.
struct StartRequest {
    std::string server = {};    ///< to which ssh connects first, "HOST PORT"; empty: not known
    bool by_proxy = false;      ///< that is not where it ends: a failure says little of it
    std::uint64_t account = 0;  ///< the same for those whose log-ins are equal; 0: like no other
    bool login_is_seen = true;  ///< it will be known when ssh has logged in
    long failures = 0;          ///< starts in a row without a log-in
    std::int64_t priority = 0;  ///< higher ones first
    Time down_since{};          ///< the longest first
    bool is_asked_for = false;  ///< by a person, or what had the log-in refused has changed
    bool is_hoped_for = false;  ///< the network has changed, or the machine was asleep
    std::uint32_t beside = 0;   ///< a second ssh of that member, whose first one is logged in; 0: it is none
    bool can_wait = false;      ///< what it would take the place of is well
};

/// How a start has ended that did not log in.
enum class StartOutcome {
    port_closed,  ///< nobody listens there
    unreachable,  ///< nobody answers, or the server has ended it on the way
    closed,       ///< by the server before its greeting, without a word why
    shut_out,     ///< the same, and the server has said so
    refused,      ///< the log-in, or perhaps
    dropped,      ///< by us
    other,        ///< for a reason of its own
};

/// `by_us`: we have ended it.
StartOutcome outcome_of(const LastSession& last, bool by_us);

/// Why a tunnel is not started yet.
struct StartHold {
    enum class Why {
        order,         ///< others are before it
        server_away,   ///< the server was not there for another one
        server_busy,   ///< we have ended too many log-ins there, or too many were refused
        shut_out,      ///< the server closes all our connections
        same_login,    ///< another one with the same log-in is at it
        login_refused  ///< it was refused to another one, which tries it
    };
    Why why = Why::order;
    std::size_t before = 0;   ///< how many wait for the same and come first
    bool is_for_all = false;  ///< order: of the whole process, not of its server
    Time until = never;       ///< nothing else happens: then it is looked at again
    std::uint32_t whom = 0;   ///< login_refused, same_login: the member that tries it; 0: nobody
};

/// What helps against such a hold; empty: time.
std::string_view remedy(const StartHold& hold);

/// For the status, behind "waiting: ". `server`: as in the request. `whom`: the name of that member.
std::string in_words(const StartHold& hold, const std::string& server, const std::string& whom, Time now);

}  // namespace autossh
