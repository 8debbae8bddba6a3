#include "autossh/rules/start_request.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/rules/restart_pace.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string count_in_words(std::size_t before)
{
    return before == 0 ? "" : fmt::format(" ({} before it)", before);
}

/// "HOST port PORT" of "HOST PORT".
std::string server_in_words(const std::string& server)
{
    const std::size_t blank = server.rfind(' ');
    return blank == std::string::npos
               ? server
               : fmt::format("{} port {}", server.substr(0, blank), server.substr(blank + 1));
}

}  // namespace

StartOutcome outcome_of(const LastSession& last, bool by_us)
{
    const Pace pace = pace_of(last);
    if (!last.ran || last.logged_in)
        return StartOutcome::other;
    if (pace == Pace::refused_login || (pace == Pace::unseen_login && last.failure == FailureClass::other))
        return StartOutcome::refused;
    switch (last.failure) {
    case FailureClass::shut_out: return StartOutcome::shut_out;
    case FailureClass::refused: return StartOutcome::port_closed;
    case FailureClass::timed_out: return StartOutcome::unreachable;
    case FailureClass::no_route:
    case FailureClass::name_not_found:
    case FailureClass::connection_lost:
        if (by_us)
            return StartOutcome::dropped;
        return last.closed_at_once ? StartOutcome::closed : StartOutcome::unreachable;
    default: return by_us ? StartOutcome::dropped : StartOutcome::other;
    }
}

std::string_view remedy(const StartHold& hold)
{
    if (hold.why != StartHold::Why::shut_out)
        return "";
    return "on the server, exempt this address (PerSourcePenaltyExemptList) or raise MaxStartups in "
           "sshd_config";
}

std::string in_words(const StartHold& hold, const std::string& server, const std::string& whom, Time now)
{
    using Why = StartHold::Why;
    const std::string other = whom.empty() ? "another tunnel" : whom;
    const auto left = [&] {
        const auto seconds = std::chrono::ceil<std::chrono::seconds>(hold.until - now);
        return for_people(std::max(seconds, std::chrono::seconds(1)));
    };
    switch (hold.why) {
    case Why::order: return "for its turn" + count_in_words(hold.before);
    case Why::server_away:
        return fmt::format("for {} to answer, which others try{}", server_in_words(server),
                           count_in_words(hold.before));
    case Why::server_busy:
        return fmt::format("for its turn in {}, as {} could shut this address out", left(),
                           server_in_words(server));
    case Why::shut_out:
        return fmt::format("for its turn in {}, as {} closes the connections of several tunnels before its "
                           "greeting",
                           left(), server_in_words(server));
    case Why::same_login: return fmt::format("for {} to log in, as it has the same log-in", other);
    case Why::login_refused:
        return fmt::format("for {} to log in, as the same log-in was refused to it", other);
    }
    return "";
}

}  // namespace autossh
