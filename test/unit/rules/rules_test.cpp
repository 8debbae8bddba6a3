#include "autossh/rules/rules.hpp"

#include "support/catch.hpp"

#include <csignal>
#include <set>
#include <string>

#include <fmt/core.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

constexpr Duration gate = 30s;

TunnelSettings with_gate(Duration gate_time)
{
    TunnelSettings settings;
    settings.gate_time = gate_time;
    return settings;
}

const std::string premature = "ssh exited prematurely with status {}; autossh exiting";
const std::string gave_up = "ssh exited with status {}; autossh exiting";
const std::string error = "ssh exited with error status {}; restarting ssh";

std::string line(const std::string& pattern, int status)
{
    return fmt::format(fmt::runtime(pattern), status);
}

}  // namespace

TEST_CASE("Exit of ssh: what follows each exit status, on both sides of the gate")
{
    struct Row {
        int status;
        bool first;
        Duration lasted;
        Duration gate_time;
        Verdict verdict;
        std::string pattern;
    };
    const Duration inside = gate - 1ms;
    const Duration after = gate + 1ms;
    const Row rows[] = {
        // the first start, within the gate: whatever the status
        {0, true, inside, gate, Verdict::failed, premature},
        {1, true, inside, gate, Verdict::failed, premature},
        {2, true, inside, gate, Verdict::failed, premature},
        {3, true, inside, gate, Verdict::failed, premature},
        {255, true, inside, gate, Verdict::failed, premature},
        {255, true, gate, gate, Verdict::failed, premature},
        {255, true, 0ms, gate, Verdict::failed, premature},
        // the first start, past the gate
        {0, true, after, gate, Verdict::succeeded, gave_up},
        {1, true, after, gate, Verdict::failed, gave_up},
        {2, true, after, gate, Verdict::failed, gave_up},
        {3, true, after, gate, Verdict::failed, gave_up},
        {254, true, after, gate, Verdict::failed, gave_up},
        {255, true, after, gate, Verdict::restart, error},
        // later starts: no gate any more
        {0, false, inside, gate, Verdict::succeeded, gave_up},
        {1, false, inside, gate, Verdict::restart, error},
        {2, false, inside, gate, Verdict::restart, error},
        {3, false, inside, gate, Verdict::failed, gave_up},
        {255, false, inside, gate, Verdict::restart, error},
        {1, false, after, gate, Verdict::restart, error},
        {127, false, after, gate, Verdict::failed, gave_up},
        // gate time 0: the first start is like any other
        {0, true, 0ms, 0ms, Verdict::succeeded, gave_up},
        {1, true, 0ms, 0ms, Verdict::restart, error},
        {2, true, 0ms, 0ms, Verdict::restart, error},
        {3, true, 0ms, 0ms, Verdict::failed, gave_up},
        {255, true, 0ms, 0ms, Verdict::restart, error},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status, row.first, row.lasted.count(), row.gate_time.count());
        const Ruling ruling =
            judge(ExitStatus::exited(row.status), {row.first, row.lasted}, with_gate(row.gate_time));
        CHECK(ruling.verdict == row.verdict);
        CHECK(ruling.line == line(row.pattern, row.status));
        CHECK(ruling.level == (row.pattern == premature ? Level::error : Level::info));
    }
}

TEST_CASE(
    "Exit of ssh: what a shell says is no command's where none is run, and restarts an ssh past the gate")
{
    for (const int status : {126, 127, 129, 137, 143, 192}) {
        for (const bool first : {true, false}) {
            const Attempt known{.first = first, .lasted = gate + 1ms, .only_forwards = true};
            const Ruling ruling = judge(ExitStatus::exited(status), known, with_gate(gate));
            CHECK(ruling.verdict == Verdict::restart);
            CHECK(ruling.line == line(error, status));
            const Attempt other{.first = first, .lasted = gate + 1ms};
            CHECK(judge(ExitStatus::exited(status), other, with_gate(gate)).line == line(gave_up, status));
        }
        const Attempt at_once{.first = true, .lasted = 1ms, .only_forwards = true};
        CHECK(judge(ExitStatus::exited(status), at_once, with_gate(gate)).line == line(premature, status));
        TunnelSettings once = with_gate(0s);
        once.restart = RestartPolicy::none;
        CHECK(judge(ExitStatus::exited(status), at_once, once).verdict == Verdict::failed);
    }
    const Attempt known{.first = false, .lasted = 1ms, .only_forwards = true};
    for (const int status : {125, 128, 193, 254})
        CHECK(judge(ExitStatus::exited(status), known, with_gate(gate)).verdict == Verdict::failed);
}

TEST_CASE("Exit of ssh: a signal restarts it, also inside the gate")
{
    for (const bool first : {true, false}) {
        const Ruling ruling = judge(ExitStatus::signalled(SIGKILL), {first, 0ms}, with_gate(gate));
        CHECK(ruling.verdict == Verdict::restart);
        CHECK(ruling.line == "ssh exited on signal 9, restarting ssh");
    }
}

TEST_CASE("Service mode: a clean exit past the gate restarts ssh without a word")
{
    TunnelSettings settings = with_gate(gate);
    settings.restart_after_success = true;
    const Ruling later = judge(ExitStatus::exited(0), {false, 0ms}, settings);
    CHECK(later.verdict == Verdict::restart);
    CHECK(later.line.empty());
    CHECK(judge(ExitStatus::exited(0), {true, 0ms}, settings).verdict == Verdict::failed);
}

TEST_CASE("Gate time: unattended, what time can cure does not make the first ssh the last one")
{
    struct Row {
        FailureClass failure;
        bool cured;
    };
    const Row rows[] = {
        {FailureClass::name_not_found, true},    {FailureClass::no_route, true},
        {FailureClass::refused, true},           {FailureClass::timed_out, true},
        {FailureClass::connection_lost, true},   {FailureClass::forward_refused, true},
        {FailureClass::local_port_in_use, true}, {FailureClass::authentication_refused, false},
        {FailureClass::host_key_unknown, false}, {FailureClass::host_key_changed, false},
        {FailureClass::key_unusable, false},     {FailureClass::bad_configuration, false},
        {FailureClass::key_exchange, false},     {FailureClass::other, false},
    };
    for (const Row& row : rows) {
        CAPTURE(name(row.failure));
        Attempt attempt{.first = true, .lasted = 1s, .attended = false, .failure = row.failure};
        const Ruling ruling = judge(ExitStatus::exited(255), attempt, with_gate(gate));
        CHECK((ruling.verdict == Verdict::restart) == row.cured);
        CHECK(ruling.line == line(row.cured ? error : premature, 255));
        CHECK(ruling.note.empty() == !row.cured);

        for (const int of_command : {0, 1, 3}) {
            const Ruling other = judge(ExitStatus::exited(of_command), attempt, with_gate(gate));
            CHECK(other.verdict == Verdict::failed);
            CHECK(other.line == line(premature, of_command));
            CHECK(other.note.empty());
        }
        attempt.attended = true;
        CHECK(judge(ExitStatus::exited(255), attempt, with_gate(gate)).verdict == Verdict::failed);
        attempt.attended = false;
        TunnelSettings given = with_gate(gate);
        given.gate_given = true;
        CHECK(judge(ExitStatus::exited(255), attempt, given).verdict == Verdict::failed);
        attempt.first = false;
        CHECK(judge(ExitStatus::exited(255), attempt, given).note.empty());
    }
}

TEST_CASE("Gate time: a command or shell that may have run is not run again within the default one")
{
    const Attempt tunnel{
        .first = true, .lasted = 2s, .attended = false, .failure = FailureClass::connection_lost};
    Attempt session = tunnel;
    session.may_have_run = true;
    for (const bool supervised : {false, true}) {
        TunnelSettings settings = with_gate(gate);
        settings.supervised = supervised;
        CHECK(judge(ExitStatus::exited(255), tunnel, settings).verdict == Verdict::restart);
        const Ruling ruling = judge(ExitStatus::exited(255), session, settings);
        CHECK(ruling.verdict == Verdict::failed);
        CHECK(ruling.exit_status == 1);
        CHECK(ruling.line == line(premature, 255));
        CHECK(ruling.note.empty());
        Attempt late = session;
        late.lasted = gate + 1ms;
        CHECK(judge(ExitStatus::exited(255), late, settings).verdict == Verdict::restart);
        Attempt second = session;
        second.first = false;
        CHECK(judge(ExitStatus::exited(255), second, settings).verdict == Verdict::restart);
        second.first_to_run = true;  // the server was not up at the first
        CHECK(judge(ExitStatus::exited(255), second, settings).line == line(premature, 255));
        CHECK(judge(ExitStatus::exited(0), second, settings).verdict == Verdict::succeeded);
        second.may_have_run = false;
        CHECK(judge(ExitStatus::exited(255), second, settings).verdict == Verdict::restart);
        settings.restart = RestartPolicy::always;
        CHECK(judge(ExitStatus::exited(255), session, settings).verdict == Verdict::restart);
    }
}

TEST_CASE("Gate time: a forward that is refused for good is nothing that time cures, and no reason to have a "
          "service manager log in again and again")
{
    Attempt attempt{.first = true, .lasted = 1s, .attended = false, .failure = FailureClass::forward_refused};
    attempt.lasts = true;
    TunnelSettings settings = with_gate(gate);
    CHECK(judge(ExitStatus::exited(255), attempt, settings).line == line(premature, 255));
    settings.supervised = true;
    const Ruling ruling = judge(ExitStatus::exited(255), attempt, settings);
    CHECK(ruling.verdict == Verdict::restart);
    CHECK(ruling.note == "not giving up within the gate time, as a service manager would repeat it without a "
                         "wait (forward refused)");
}

TEST_CASE("First log-in by hand: who was asked and did not let ssh in is not asked again, but a server that "
          "is away is waited for")
{
    const TunnelSettings settings = with_gate(0ms);
    Attempt attempt{.first = true, .lasted = 9s, .person_was_asked = true};
    for (const auto failure :
         {FailureClass::authentication_refused, FailureClass::host_key_unknown, FailureClass::key_unusable}) {
        CAPTURE(name(failure));
        attempt.failure = failure;
        const Ruling ruling = judge(ExitStatus::exited(255), attempt, settings);
        CHECK(ruling.verdict == Verdict::failed);
        CHECK(ruling.line == line(premature, 255));
        Attempt unasked = attempt;
        unasked.person_was_asked = false;
        CHECK(judge(ExitStatus::exited(255), unasked, settings).verdict == Verdict::restart);
    }
    for (const auto failure : {FailureClass::refused, FailureClass::connection_lost, FailureClass::other}) {
        attempt.failure = failure;
        CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::restart);
    }
}

TEST_CASE("Restart policy always: also after status 0, that of a remote command, and within the default gate")
{
    TunnelSettings settings = with_gate(gate);
    settings.restart = RestartPolicy::always;
    for (const int status : {0, 1, 2, 3, 127, 255})
        for (const bool first : {true, false}) {
            CAPTURE(status, first);
            const Ruling ruling = judge(ExitStatus::exited(status), {first, 1s}, settings);
            CHECK(ruling.verdict == Verdict::restart);
            CHECK(ruling.line.ends_with("restarting ssh"));
        }
    settings.gate_given = true;
    CHECK(judge(ExitStatus::exited(0), {true, 1s}, settings).verdict == Verdict::failed);
    CHECK(
        judge(ExitStatus::exited(255), {.first = false, .lasted = 1h, .by_person = true}, settings).verdict ==
        Verdict::stopped);
}

TEST_CASE("Restart policy never: every end of ssh is the end, with the status of ssh")
{
    struct Row {
        ExitStatus status;
        Duration gate_time;
        bool first;
        Verdict verdict;
        int exit_status;
        std::string line;
    };
    const auto exited = [](int status) { return ExitStatus::exited(status); };
    const Row rows[] = {
        {exited(0), 0s, true, Verdict::succeeded, 1, line(gave_up, 0)},
        {exited(1), 0s, true, Verdict::failed, 1, line(gave_up, 1)},
        {exited(2), 0s, false, Verdict::failed, 2, line(gave_up, 2)},
        {exited(23), 0s, true, Verdict::failed, 23, line(gave_up, 23)},
        {exited(127), 0s, false, Verdict::failed, 127, line(gave_up, 127)},
        {exited(255), 0s, true, Verdict::failed, 255, line(gave_up, 255)},
        {ExitStatus::signalled(SIGKILL), 0s, false, Verdict::failed, 137,
         "ssh exited on signal 9; autossh exiting"},
        // a gate time that was given
        {exited(0), gate, true, Verdict::failed, 1, line(premature, 0)},
        {exited(23), gate, true, Verdict::failed, 23, line(premature, 23)},
        {exited(0), gate, false, Verdict::succeeded, 1, line(gave_up, 0)},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status.number(), row.gate_time.count(), row.first);
        TunnelSettings settings = with_gate(row.gate_time);
        settings.restart = RestartPolicy::none;
        for (const bool service : {false, true}) {
            settings.restart_after_success = service;
            const Ruling ruling = judge(row.status, {.first = row.first, .lasted = 1s}, settings);
            CHECK(ruling.verdict == row.verdict);
            CHECK(ruling.exit_status == row.exit_status);
            CHECK(ruling.line == row.line);
        }
    }
}

TEST_CASE(
    "Restart policy never: who ends ssh at its terminal sees its status, and so does who has a class named")
{
    TunnelSettings settings = with_gate(0ms);
    settings.restart = RestartPolicy::none;
    const Ruling by_person =
        judge(ExitStatus::exited(255), {.first = true, .lasted = 1s, .by_person = true}, settings);
    CHECK(by_person.verdict == Verdict::stopped);
    CHECK(by_person.exit_status == 255);
    Attempt attempt{.first = true, .lasted = 1s, .person_was_asked = true};
    attempt.failure = FailureClass::authentication_refused;
    CHECK(judge(ExitStatus::exited(255), attempt, settings).exit_status == 255);
    settings.exit_on = {FailureClass::authentication_refused};
    CHECK(judge(ExitStatus::exited(255), attempt, settings).exit_status ==
          exit_status(FailureClass::authentication_refused));
}

TEST_CASE("Restart policy never: where we end ssh, its status is that of a connection that has broken")
{
    TunnelSettings settings = with_gate(0ms);
    settings.restart = RestartPolicy::none;
    const Ruling ours =
        by_policy({Verdict::restart, Level::info, "port down, restarting ssh"}, false, settings);
    CHECK(ours.verdict == Verdict::failed);
    CHECK(ours.exit_status == 255);
    CHECK(by_policy({Verdict::stopped, Level::info, ""}, false, settings).verdict == Verdict::stopped);
}

TEST_CASE("Exit of ssh: the stream of a subsystem is taken up by no other ssh")
{
    struct Row {
        ExitStatus status;
        Verdict verdict;
        int exit_status;
    };
    TunnelSettings settings = with_gate(gate);
    settings.gate_given = false;
    for (const bool first : {true, false})
        for (const auto& [status, verdict, exit_status] :
             std::vector<Row>{{ExitStatus::exited(0), Verdict::succeeded, 1},
                              {ExitStatus::exited(1), Verdict::failed, 1},
                              {ExitStatus::exited(255), Verdict::failed, 255},
                              {ExitStatus::signalled(SIGKILL), Verdict::failed, 128 + SIGKILL}}) {
            CAPTURE(first, status.number());
            Attempt attempt{.first = first, .lasted = 1s, .stream_is_lost = true};
            const Ruling ruling = judge(status, attempt, settings);
            CHECK(ruling.verdict == verdict);
            CHECK(ruling.exit_status == exit_status);
            attempt.stream_is_lost = false;
            if (!first && status == ExitStatus::exited(255))
                CHECK(judge(status, attempt, settings).verdict == Verdict::restart);
        }
    const Attempt by_client{.first = false, .lasted = 1s, .stream_is_lost = true, .hung_up = true};
    const Ruling hung_up = judge(ExitStatus::exited(255), by_client, settings);
    CHECK(hung_up.exit_status == 255);
    CHECK(hung_up.note.empty());
    CHECK(last_words(hung_up, settings).empty());
    TunnelSettings never_again = settings;
    never_again.restart = RestartPolicy::none;
    CHECK(judge(ExitStatus::exited(255), by_client, never_again).was_asked_for);
    const Ruling ours{Verdict::restart, Level::info, "port down, restarting ssh"};
    CHECK(by_policy(ours, true, settings).verdict == Verdict::failed);
    CHECK(by_policy(ours, true, settings).exit_status == 255);
    TunnelSettings of_service = settings;
    of_service.restart_after_success = true;
    CHECK(judge(ExitStatus::exited(0), {.first = false, .lasted = 1s, .stream_is_lost = true}, of_service)
              .verdict == Verdict::restart);
    settings.restart = RestartPolicy::always;
    CHECK(by_policy(ours, true, settings).verdict == Verdict::restart);
    CHECK(judge(ExitStatus::exited(255), {.first = false, .lasted = 1s, .stream_is_lost = true}, settings)
              .verdict == Verdict::restart);
}

TEST_CASE("Exit on: a listed class ends autossh with a status of its own, also within the gate")
{
    TunnelSettings settings = with_gate(gate);
    settings.exit_on = {FailureClass::refused, FailureClass::host_key_changed};
    for (const bool first : {true, false}) {
        Attempt attempt{.first = first, .lasted = 1s, .attended = false, .failure = FailureClass::refused};
        const Ruling listed = judge(ExitStatus::exited(255), attempt, settings);
        CHECK(listed.verdict == Verdict::failed);
        CHECK(listed.exit_status == exit_status(FailureClass::refused));
        CHECK(listed.line == line(gave_up, 255));
        attempt.failure = FailureClass::timed_out;
        CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::restart);
    }
    const Attempt by_person{
        .first = false, .lasted = 1h, .by_person = true, .failure = FailureClass::refused};
    CHECK(judge(ExitStatus::exited(255), by_person, settings).verdict == Verdict::stopped);
    Ruling ours{Verdict::restart, Level::info, "ssh has not logged in within 60 s, restarting ssh"};
    ours.failure = FailureClass::timed_out;
    CHECK(by_policy(ours, false, settings).verdict == Verdict::restart);
    settings.exit_on.insert(FailureClass::timed_out);
    CHECK(by_policy(ours, false, settings).exit_status == exit_status(FailureClass::timed_out));
}

TEST_CASE("Jobs: one that cannot be entered yet is waited for, within any gate time and at a terminal")
{
    for (const FailureClass failure : {FailureClass::job_not_running, FailureClass::job_held}) {
        CAPTURE(name(failure));
        TunnelSettings settings = with_gate(gate);
        settings.gate_given = true;
        Attempt attempt{.first = true, .lasted = 1s, .failure = failure};
        const Ruling ruling = judge(ExitStatus::exited(255), attempt, settings);
        CHECK(ruling.verdict == Verdict::restart);
        CHECK(ruling.line == line(error, 255));
        CHECK(judge(ExitStatus::exited(1), attempt, settings).verdict == Verdict::failed);
        settings.restart = RestartPolicy::none;
        CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::failed);
        settings.exit_on = {failure};
        CHECK(judge(ExitStatus::exited(255), attempt, settings).exit_status == exit_status(failure));
    }
}

TEST_CASE("Jobs: one that has left the queue ends autossh for good, with the status of its class")
{
    Attempt attempt{.first = false, .lasted = 1s, .failure = FailureClass::job_gone};
    const ExitStatus gone = ExitStatus::exited(69);
    TunnelSettings settings;
    for (const bool first : {true, false})
        for (const RestartPolicy restart : {RestartPolicy::on_failure, RestartPolicy::always}) {
            attempt.first = first;
            settings.restart = restart;
            const Ruling ruling = judge(gone, attempt, settings);
            CHECK(ruling.verdict == Verdict::failed);
            CHECK(ruling.exit_status == exit_status(FailureClass::job_gone));
            CHECK(ruling.line == line(gave_up, 69));
        }
    settings.restart = RestartPolicy::always;
    settings.gate_given = true;
    attempt.first = true;
    CHECK(judge(ExitStatus::exited(0), attempt, settings).verdict == Verdict::succeeded);  // by itself
    settings = {};
    attempt.first = false;
    settings.restart = RestartPolicy::always;
    // Words without the status, or the status without the words, mean nothing.
    CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::restart);
    attempt.failure = FailureClass::other;
    CHECK(judge(gone, attempt, settings).verdict == Verdict::restart);
    attempt.failure = FailureClass::job_gone;
    settings.restart = RestartPolicy::none;
    CHECK(judge(gone, attempt, settings).exit_status == 69);
}

TEST_CASE("Exit status: each class has one, and none of them has another meaning")
{
    std::set<int> statuses;
    for (int i = 0; i < static_cast<int>(FailureClass::other); ++i) {
        const auto failure = static_cast<FailureClass>(i);
        const int status = exit_status(failure);
        CHECK(status > 2);
        CHECK(status < 126);
        CHECK(statuses.insert(status).second);
        CHECK(failure_class(name(failure)) == failure);
    }
    CHECK(failure_class("Host-Key-Changed") == FailureClass::host_key_changed);
    CHECK(failure_class("timed_out") == FailureClass::timed_out);
    for (const char* const none : {"", "other", "host", "timed  out"})
        CHECK_FALSE(failure_class(none));
}

TEST_CASE(
    "Gate time: under a service manager what was, or may have been, a refused log-in does not end autossh")
{
    struct Row {
        FailureClass failure;
        bool perhaps_refused;
        bool attended;
        bool supervised;
        Verdict verdict;
    };
    using enum FailureClass;
    const Row rows[] = {
        {authentication_refused, false, false, true, Verdict::restart},
        {host_key_changed, false, false, true, Verdict::restart},
        {secret_unavailable, false, false, true, Verdict::restart},
        {connection_lost, true, false, true, Verdict::restart},  // a secret may have been wrong
        {other, true, false, true, Verdict::restart},            // nothing was heard
        {connection_lost, false, false, true, Verdict::restart},
        {bad_configuration, false, false, true, Verdict::failed},
        {authentication_refused, false, false, false, Verdict::failed},
        {other, true, false, false, Verdict::failed},
        {authentication_refused, false, true, true, Verdict::failed},
    };
    for (const Row& row : rows) {
        TunnelSettings settings;
        settings.supervised = row.supervised;
        Attempt attempt{.first = true, .lasted = 1s};
        attempt.attended = row.attended;
        attempt.failure = row.failure;
        attempt.perhaps_refused = row.perhaps_refused;
        CAPTURE(name(row.failure), row.perhaps_refused, row.attended, row.supervised);
        CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == row.verdict);
        settings.gate_given = true;
        CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::failed);
    }
}

TEST_CASE("Exit of ssh: a failure that anybody can claim ends nothing for good")
{
    TunnelSettings settings = with_gate(0s);
    settings.exit_on = {FailureClass::authentication_refused};
    Attempt attempt{.first = false, .lasted = 1s};
    attempt.failure = FailureClass::authentication_refused;
    CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::failed);
    attempt.failure_is_claimed = true;
    CHECK(judge(ExitStatus::exited(255), attempt, settings).verdict == Verdict::restart);
}

TEST_CASE("Exit of ssh: an ssh that cannot be executed is tried again where that can pass")
{
    TunnelSettings settings;
    const Manner by_default = manner_of(settings);
    settings.plain = true;
    const Manner plain = manner_of(settings);
    struct Row {
        bool passes;
        bool first;
        bool by_default;
        bool plain;
    };
    const Row rows[] = {
        {true, true, true, false},
        {true, false, true, true},
        {false, true, false, false},
        {false, false, true, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.passes, row.first);
        CHECK(is_tried_again(row.passes, row.first, by_default) == row.by_default);
        CHECK(is_tried_again(row.passes, row.first, plain) == row.plain);
    }
}

TEST_CASE("Giving up: an end that nobody has asked for has a last word")
{
    using enum Verdict;
    TunnelSettings settings;
    const auto words = [&](Verdict verdict, const char* line, const char* note) {
        return last_words({.verdict = verdict, .line = line, .note = note}, settings);
    };
    CHECK(words(failed, "ssh exited with status 3; autossh exiting", "") ==
          "ssh exited with status 3; autossh exiting");
    CHECK(words(failed, "the line", "the note") == "the line");
    CHECK(words(failed, "", "not restarted, as asked for \"refused\"; autossh exiting") ==
          "not restarted, as asked for \"refused\"; autossh exiting");
    CHECK(words(succeeded, "ssh exited with status 0; autossh exiting", "ssh was ended from outside") ==
          "ssh was ended from outside");
    CHECK(words(succeeded, "ssh exited with status 0; autossh exiting", "").empty());
    CHECK(words(stopped, "received signal to exit (15)", "").empty());
    CHECK(words(restart, "ssh exited with error status 255; restarting ssh", "a note").empty());
    settings.restart = RestartPolicy::none;
    CHECK(words(failed, "ssh exited with status 255; autossh exiting", "").empty());
    CHECK(words(succeeded, "ssh exited with status 0; autossh exiting", "from outside").empty());
}
