#include "autossh/rules/login_rules.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

/// An ssh that has lived longer was not refused, or not quickly enough to make a server ban us.
constexpr Duration longest_login = std::chrono::minutes(2);

/// What OpenSSH writes before it can be refused: its list of algorithms; and with the exchange itself.
constexpr std::uint64_t bytes_of_key_exchange = 1024;
constexpr std::uint64_t bytes_of_login = 2048;

}  // namespace

Time login_deadline(const AwaitedLogin& login, const TunnelSettings& settings)
{
    const bool person_is_at_it = !settings.connect_timeout && login.person_was_asked;
    const bool counts = login.limit && !login.has_succeeded && !person_is_at_it;
    if (!counts)
        return never;
    const bool is_patient = login.second_factor_is_awaited && !settings.connect_timeout;
    return login.started + (is_patient ? std::max(*login.limit, times::second_factor) : *login.limit);
}

bool secret_may_be_wrong(const GivenSecret& secret)
{
    if (secret.failure == FailureClass::local_port_in_use)  // that comes behind the log-in
        return false;
    // Where ssh's log cannot be read, a client that has come up has logged in.
    const bool let_in = secret.logged_in || secret.up > Duration::zero();
    return !let_in && secret.is_in_doubt;
}

std::optional<std::uint64_t> least_bytes_of_refusal(const UntoldLogin& login)
{
    const auto& failure = login.failure;
    const bool closed = failure == FailureClass::connection_lost || failure == FailureClass::timed_out;
    const bool known = failure && *failure != FailureClass::other && !closed;
    if (known || login.lasted >= longest_login || login.is_talkative || login.has_succeeded ||
        login.status != ExitStatus::exited(ssh_error))
        return std::nullopt;
    return closed ? bytes_of_login : bytes_of_key_exchange;
}

}  // namespace autossh
