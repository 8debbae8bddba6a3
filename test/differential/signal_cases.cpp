#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

const Environment long_gate{};

std::vector<Case> stop_cases()
{
    return {
        with_script("TERM", "sleep", long_gate, {on_start(1, tell(SIGTERM))}),
        with_script("INT", "sleep", long_gate, {on_start(1, tell(SIGINT))}),
        with_script("TERM with a pid file", "sleep", {{"AUTOSSH_PIDFILE", "{DIR}/pid"}},
                    {on_start(1, all({note_pid_file(), tell(SIGTERM)}))}),
        with_script("TERM after a restart", "die 9\nsleep", long_gate, {on_start(2, tell(SIGTERM))}),
        with_script("TERM under a service without NOTIFY_SOCKET", "sleep", {{"INVOCATION_ID", "x"}},
                    {on_start(1, tell(SIGTERM))}),
        with_script("which signal ssh gets on TERM", "record signals; sleep", long_gate,
                    {on_start(1, tell(SIGTERM)), on_signals("1 TERM", nothing())}),
        with_script("INT with monitoring", "forward ok; sleep", {{"AUTOSSH_POLL", "100"}},
                    {on_start(1, tell(SIGINT))}, "-M {P} host"),
    };
}

std::vector<Case> restart_cases()
{
    return {
        with_script("USR1", "sleep\nexit 0", long_gate, {on_start(1, tell(SIGUSR1))}),
        with_script("USR1 twice", "sleep", long_gate,
                    {on_start(1, tell(SIGUSR1)), on_start(2, tell(SIGUSR1)), on_start(3, tell(SIGTERM))}),
        with_script("USR1 counts as a start", "sleep", {{"AUTOSSH_MAXSTART", "2"}},
                    {on_start(1, tell(SIGUSR1)), on_start(2, tell(SIGUSR1))}),
        with_script("which signal ssh gets on USR1", "record signals; sleep\nexit 0", long_gate,
                    {on_start(1, tell(SIGUSR1)), on_signals("1 TERM", nothing())}),
        with_script("USR1 with monitoring", "forward ok; sleep", {{"AUTOSSH_POLL", "100"}},
                    {on_start(1, tell(SIGUSR1)), on_start(2, tell(SIGTERM))}, "-M {P} host"),
    };
}

std::vector<Case> prod_cases()
{
    return {
        with_script("HUP leaves ssh alone", "record signals; sleep", long_gate,
                    {on_start(1, tell(SIGHUP)), on_start(1, tell(SIGTERM))}),
        with_script("USR2 leaves ssh alone", "record signals; sleep", long_gate,
                    {on_start(1, tell(SIGUSR2)), on_start(1, tell(SIGTERM))}),
        with_script("many HUPs", "sleep", long_gate,
                    {on_start(1, all({tell(SIGHUP), tell(SIGHUP), tell(SIGHUP), tell(SIGHUP)})),
                     on_start(1, tell(SIGTERM))}),
        with_script("HUP, then USR1, then INT", "sleep", long_gate,
                    {on_start(1, all({tell(SIGHUP), tell(SIGUSR1)})), on_start(2, tell(SIGINT))}),
        with_script("PIPE", "sleep", long_gate, {on_start(1, tell(SIGPIPE)), on_start(1, tell(SIGTERM))}),
    };
}

std::vector<Case> ssh_killed_cases()
{
    return {
        with_script("ssh killed", "sleep\nexit 0", long_gate, {on_start(1, tell_ssh(SIGKILL))}),
        with_script("ssh terminated", "sleep\nexit 0", long_gate, {on_start(1, tell_ssh(SIGTERM))}),
        with_script("ssh hung up", "sleep\nsleep", long_gate,
                    {on_start(1, tell_ssh(SIGHUP)), on_start(2, tell(SIGTERM))}),
        with_script("ssh stopped and continued", "stop; exit 0", {{"AUTOSSH_GATETIME", "0"}},
                    {on_ssh_stopped(1, tell_ssh(SIGCONT))}),
        with_script("ssh stopped and killed", "stop\nexit 0", long_gate,
                    {on_ssh_stopped(1, tell_ssh(SIGKILL))}),
    };
}

/// What ssh inherits, on the first and on a later start.
std::vector<Case> state_cases()
{
    const std::vector<std::string> seen{"parent", "process_group", "session", "directory", "umask",
                                        "stdin",  "stdout",        "stderr",  "blocked",   "ignored"};
    const Event note = on_start(2, all({note_state(1, seen), note_state(2, seen)}));
    auto plain =
        with_script("plain", "record; die 9\nrecord; sleep", long_gate, {note, on_start(2, tell(SIGTERM))});
    plain.options.new_session = true;
    auto umask = plain;
    umask.name = "with a umask";
    umask.options.umask = 027;
    auto ignored = plain;
    ignored.name = "with TSTP and WINCH ignored";
    ignored.options.ignored_signals = {SIGTSTP, SIGWINCH};
    auto blocked = plain;
    blocked.name = "with WINCH blocked";
    blocked.options.blocked_signals = {SIGWINCH};
    auto monitored = plain;
    monitored.name = "with monitoring";
    monitored.arguments = split("-M {P} host");
    return {plain, umask, ignored, blocked, monitored};
}

}  // namespace

TEST_CASE("differential: TERM and INT")
{
    check_agreement("stop", stop_cases());
}

TEST_CASE("differential: USR1")
{
    check_agreement("restart", restart_cases());
}

TEST_CASE("differential: HUP, USR2 and PIPE")
{
    check_agreement("prods", prod_cases());
}

TEST_CASE("differential: ssh gets the signal")
{
    check_agreement("ssh killed", ssh_killed_cases());
}

TEST_CASE("differential: what ssh inherits")
{
    check_agreement("inheritance", state_cases());
}

}  // namespace autossh_test
