#include "differential/cases.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

Case in_background(const std::string& name, const std::string& words, const std::string& script,
                   std::vector<Event> events, Environment environment = {})
{
    auto result = with_script(name, script, std::move(environment), std::move(events), words);
    result.background = true;
    return result;
}

const std::vector<std::string> state{"directory", "umask", "stdin", "stdout", "stderr", "ignored", "blocked"};

/// Both the first start and the return of the command, in whatever order they come.
Event both(Action act)
{
    auto event = on_start(1, std::move(act));
    event.is_due = [](const Run& run) { return run.process().exit_result() && !run.starts().empty(); };
    return event;
}

std::vector<Case> background_cases()
{
    const auto stop = tell(SIGTERM);
    return {
        in_background("a lone -f disappears", "-M 0 -f -N host", "sleep",
                      {both(all({note_command(), note_family(), stop, note_end_of_autossh()}))}),
        in_background("-f in a cluster", "-M 0 -fNT host", "sleep", {both(stop)}),
        in_background("-f at a cluster's end", "-M 0 -NTf host", "sleep", {both(stop)}),
        in_background("-f behind the destination", "-M 0 host -f", "sleep", {both(stop)}),
        in_background("-f not in a value", "-M 0 -f -L8808:foo:80 host", "sleep", {both(stop)}),
        in_background("no gate", "-M 0 -f host", "exit 255\nexit 1\nexit 0",
                      {both(note_command()), on_start(3, note_end_of_autossh())}),
        in_background("no gate, whatever AUTOSSH_GATETIME says", "-M 0 -f host", "exit 255\nexit 0",
                      {on_start(2, note_end_of_autossh())}, {{"AUTOSSH_GATETIME", "30"}}),
        in_background("what ssh inherits", "-M 0 -f host", "record; sleep",
                      {both(all({note_state(1, state), stop}))}),
        in_background("pid file", "-M 0 -f host", "sleep",
                      {both(all({note_pid_file(), stop, note_end_of_autossh(), note_pid_file()}))},
                      {{"AUTOSSH_PIDFILE", "{DIR}/pid"}}),
        in_background("USR1", "-M 0 -f host", "sleep", {both(tell(SIGUSR1)), on_start(2, stop)}),
        in_background("with monitoring", "-M {P} -f host", "forward ok; sleep",
                      {on_log("connection ok", stop)}, {{"AUTOSSH_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}}),
        in_background("lifetime", "-M 0 -f host", "sleep", {both(note_end_of_autossh())},
                      {{"AUTOSSH_MAXLIFETIME", "2"}}),
        in_background("no destination", "-M 0 -f", "sleep", {}),
    };
}

}  // namespace

TEST_CASE("differential: in the background")
{
    check_agreement("background", background_cases());
}

}  // namespace autossh_test
