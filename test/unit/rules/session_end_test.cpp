// Manual, "Exit of ssh": what follows the end of a session, and how it is told.
#include "autossh/rules/session_end.hpp"

#include "support/catch.hpp"

#include <csignal>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

SessionEnd end_of(ExitStatus status, FailureClass failure)
{
    return {.status = status,
            .attempt = {.first = false, .lasted = 1h, .failure = failure},
            .cause = "the cause",
            .logged_in = true};
}

}  // namespace

TEST_CASE("Interactive use: who has ended a session at its terminal is known by four signs together")
{
    const TerminalEnd typed{.has_terminal = true,
                            .escaped = false,
                            .by_proxy = false,
                            .closed_by_us = true,
                            .failed = false,
                            .typed_just_before = true};
    CHECK(ended_by_person(typed));
    TerminalEnd end = typed;
    end.has_terminal = false;
    CHECK_FALSE(ended_by_person(end));
    end = typed;
    end.closed_by_us = false;
    CHECK_FALSE(ended_by_person(end));
    end = typed;
    end.failed = true;
    CHECK_FALSE(ended_by_person(end));
    end = typed;
    end.typed_just_before = false;
    CHECK_FALSE(ended_by_person(end));
    end = typed;
    end.by_proxy = true;
    CHECK_FALSE(ended_by_person(end));
}

TEST_CASE("Interactive use: where ssh says that it ends for ~., that is enough, also behind a proxy")
{
    TerminalEnd end{.has_terminal = true,
                    .escaped = true,
                    .by_proxy = true,
                    .closed_by_us = false,
                    .failed = false,
                    .typed_just_before = false};
    CHECK(ended_by_person(end));
    end.failed = true;  // the connection has broken at its last word
    CHECK(ended_by_person(end));
    end.has_terminal = false;
    CHECK_FALSE(ended_by_person(end));
}

TEST_CASE("Exit of ssh: a status that is not ssh's own is that of the remote command")
{
    CHECK(remote_command_has_ended(true, ExitStatus::exited(0)));
    CHECK(remote_command_has_ended(true, ExitStatus::exited(3)));
    CHECK_FALSE(remote_command_has_ended(true, ExitStatus::exited(255)));
    CHECK_FALSE(remote_command_has_ended(true, ExitStatus::signalled(SIGKILL)));
    CHECK_FALSE(remote_command_has_ended(false, ExitStatus::exited(0)));
}

TEST_CASE("Exit of ssh: the ruling has the class and the cause of the end")
{
    const Ruling lost = judge_session(end_of(ExitStatus::exited(255), FailureClass::connection_lost), {});
    CHECK(lost.verdict == Verdict::restart);
    CHECK(lost.failure == FailureClass::connection_lost);
    CHECK(lost.cause == "the cause");
    CHECK(judge_session(end_of(ExitStatus::exited(255), FailureClass::other), {}).failure ==
          FailureClass::other);
    CHECK_FALSE(judge_session(end_of(ExitStatus::exited(0), FailureClass::other), {}).failure);
    CHECK(judge_session(end_of(ExitStatus::exited(0), FailureClass::timed_out), {}).failure ==
          FailureClass::timed_out);
    SessionEnd by_person = end_of(ExitStatus::exited(255), FailureClass::other);
    by_person.attempt.by_person = true;
    CHECK(judge_session(by_person, {}).cause == "ended at its terminal (~.)");
}

TEST_CASE("Exit of ssh: a secret that may be wrong is named, unless the refusal says it")
{
    SessionEnd end = end_of(ExitStatus::exited(255), FailureClass::connection_lost);
    end.secret_may_be_wrong = true;
    CHECK(judge_session(end, {}).cause == "the cause; the secret may be wrong");
    end.attempt.failure = FailureClass::authentication_refused;
    CHECK(judge_session(end, {}).cause == "the cause");
}

TEST_CASE("Exit of ssh: an ssh with forwards alone that ends with 0 was ended from outside")
{
    SessionEnd stream{};
    stream.status = ExitStatus::exited(0);
    stream.attempt = {.first = false, .lasted = 1h, .stream_is_lost = true, .only_forwards = true};
    stream.logged_in = true;
    CHECK(judge_session(stream, {}).note.empty());
    const auto note = [](bool only_forwards, bool logged_in, int status, RestartPolicy restart) {
        SessionEnd end = end_of(ExitStatus::exited(status), FailureClass::other);
        end.attempt.only_forwards = only_forwards;
        end.logged_in = logged_in;
        TunnelSettings settings;
        settings.restart = restart;
        return judge_session(end, settings).note;
    };
    CHECK(note(true, true, 0, RestartPolicy::on_failure) ==
          "ssh was ended from outside, most likely by a SIGTERM, which ends autossh as in 1.4g; "
          "--restart always goes on");
    CHECK(note(true, true, 0, RestartPolicy::always).empty());
    CHECK(note(false, true, 0, RestartPolicy::on_failure).empty());
    CHECK(note(true, false, 0, RestartPolicy::on_failure).empty());
    CHECK(note(true, true, 3, RestartPolicy::on_failure).empty());
}

TEST_CASE(
    "Sharing: ssh -O exit is a stop by a person, unless something says that ssh is always started again")
{
    SessionEnd end = end_of(ExitStatus::exited(255), FailureClass::other);
    end.told_to_exit = true;
    TunnelSettings settings;
    CHECK(judge_session(end, settings).verdict == Verdict::restart);  // as 1.4g
    settings.share = "";
    const Ruling stopped = judge_session(end, settings);
    CHECK(stopped.verdict == Verdict::stopped);
    CHECK(stopped.line == "ssh exited with status 255; autossh exiting");
    CHECK(stopped.note.starts_with("ended by ssh -O exit, "));
    end.attempt.first = true;
    end.attempt.lasted = 1s;
    CHECK(judge_session(end, settings).verdict == Verdict::stopped);
    settings.restart_after_success = true;
    CHECK(judge_session(end, settings).verdict != Verdict::stopped);
    settings.restart_after_success = false;
    settings.restart = RestartPolicy::always;
    CHECK(judge_session(end, settings).verdict == Verdict::restart);
}

TEST_CASE("Exit of ssh: one that has left its forwards to another process has not done its work")
{
    struct Row {
        Leaves leaves;
        bool only_forwards;
        int status;
        RestartPolicy restart;
        Verdict verdict;
        const char* cause;
    };
    const char* const away = "ssh has gone to the background, where nobody would watch it";
    const char* const given =
        "ssh has given its forwards to another ssh (ControlPath), which nobody would watch";
    using enum RestartPolicy;
    const Row rows[] = {
        {Leaves::background, true, 0, on_failure, Verdict::restart, away},
        {Leaves::other_ssh, true, 0, on_failure, Verdict::restart, given},
        {Leaves::background, true, 0, always, Verdict::restart, away},
        {Leaves::background, true, 0, none, Verdict::succeeded, away},
        {Leaves::background, false, 0, on_failure, Verdict::succeeded, "the cause"},
        {Leaves::background, true, 255, on_failure, Verdict::restart, "the cause"},
        {Leaves::nothing, true, 0, on_failure, Verdict::succeeded, "the cause"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.leaves, row.only_forwards, row.status);
        SessionEnd end = end_of(ExitStatus::exited(row.status), FailureClass::other);
        end.attempt.only_forwards = row.only_forwards;
        end.leaves = row.leaves;
        TunnelSettings settings;
        settings.restart = row.restart;
        const Ruling ruling = judge_session(end, settings);
        CHECK(ruling.verdict == row.verdict);
        CHECK(ruling.cause == row.cause);
        if (row.leaves != Leaves::nothing && row.only_forwards && row.status == 0)
            CHECK(ruling.note.empty());
    }
}
