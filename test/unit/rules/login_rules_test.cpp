// Manual, "Connect timeout" and "Refused log-ins": what is decided of a log-in.
#include "autossh/rules/login_rules.hpp"

#include "support/catch.hpp"
#include "unit/rules/start.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Connect timeout: ssh has until then to log in, but for a person who was asked")
{
    struct Row {
        std::optional<Duration> limit;
        bool has_succeeded;
        bool person_was_asked;
        std::optional<Duration> asked_for;
        Time deadline;
    };
    const Row rows[] = {
        {60s, false, false, std::nullopt, start + 60s},
        {std::nullopt, false, false, std::nullopt, never},
        {60s, true, false, std::nullopt, never},
        {60s, false, true, std::nullopt, never},
        {5s, false, true, 5s, start + 5s},
        {5s, true, true, 5s, never},
    };
    for (const Row& row : rows) {
        CAPTURE(row.has_succeeded, row.person_was_asked, row.asked_for.has_value());
        TunnelSettings settings;
        settings.connect_timeout = row.asked_for;
        CHECK(login_deadline({.started = start,
                              .limit = row.limit,
                              .has_succeeded = row.has_succeeded,
                              .person_was_asked = row.person_was_asked},
                             settings) == row.deadline);
    }
}

TEST_CASE("Refused log-ins: a secret may be wrong until ssh has logged in, as far as that can be known")
{
    struct Row {
        FailureClass failure;
        bool logged_in;
        std::optional<Duration> up;
        bool is_in_doubt;
        bool may_be_wrong;
    };
    const Row rows[] = {
        {FailureClass::authentication_refused, false, 0s, true, true},
        {FailureClass::connection_lost, false, 0s, true, true},
        {FailureClass::connection_lost, false, std::nullopt, true, true},
        {FailureClass::connection_lost, false, 0s, false, false},
        {FailureClass::connection_lost, true, 0s, true, false},
        {FailureClass::connection_lost, false, 1ms, true, false},  // it has come up: it was let in
        {FailureClass::local_port_in_use, false, 0s, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(name(row.failure), row.logged_in, row.up.has_value(), row.is_in_doubt);
        CHECK(secret_may_be_wrong({.failure = row.failure,
                                   .logged_in = row.logged_in,
                                   .up = row.up,
                                   .is_in_doubt = row.is_in_doubt}) == row.may_be_wrong);
    }
}

TEST_CASE("Refused log-ins: by what ssh has written, where it has not said why it ended")
{
    const UntoldLogin untold{.status = ExitStatus::exited(255), .failure = FailureClass::other, .lasted = 2s};
    CHECK(least_bytes_of_refusal(untold) == 1024U);
    UntoldLogin login = untold;
    login.failure.reset();
    CHECK(least_bytes_of_refusal(login) == 1024U);
    for (const FailureClass closed : {FailureClass::connection_lost, FailureClass::timed_out}) {
        login.failure = closed;
        CHECK(least_bytes_of_refusal(login) == 2048U);
    }
    for (const FailureClass known : {FailureClass::authentication_refused, FailureClass::refused}) {
        login.failure = known;
        CHECK_FALSE(least_bytes_of_refusal(login));
    }
}

TEST_CASE("Refused log-ins: what speaks against one that nobody has told of")
{
    UntoldLogin login{.status = ExitStatus::exited(255), .lasted = 2min - 1ms};
    CHECK(least_bytes_of_refusal(login));
    login.lasted = 2min;
    CHECK_FALSE(least_bytes_of_refusal(login));
    login.lasted = 2s;
    login.has_succeeded = true;
    CHECK_FALSE(least_bytes_of_refusal(login));
    login.has_succeeded = false;
    login.is_talkative = true;
    CHECK_FALSE(least_bytes_of_refusal(login));
    login.is_talkative = false;
    for (const auto status : {ExitStatus::exited(0), ExitStatus::exited(1), ExitStatus::signalled(15)}) {
        login.status = status;
        CHECK_FALSE(least_bytes_of_refusal(login));
    }
    login.status.reset();
    CHECK_FALSE(least_bytes_of_refusal(login));
}
