#include "differential/cases.hpp"
#include "support/catch.hpp"

/// Where ours differs on purpose: signals, background, files.
namespace autossh_test {
namespace {

/// Six starts at once, then a wait: of 2 s, or (a poll time of a week) of half an hour.
Case in_backoff(const std::string& name, int signal, const std::string& poll)
{
    return with_script(name, "exit 1\nexit 1\nexit 1\nexit 1\nexit 1\nexit 1\nexit 0",
                       {{"AUTOSSH_GATETIME", "0"}, {"AUTOSSH_POLL", poll}, {"AUTOSSH_LOGLEVEL", "7"}},
                       {on_log("sleeping for grace time", tell(signal))});
}

std::vector<Difference> backoff()
{
    const char* dies = "the reference dies of it";
    const Checks goes_on{ends("exit 0"), started(7), logged("ssh exited with status 0")};
    return {
        {in_backoff("USR1 in backoff", SIGUSR1, "600000"), dies, {ends("signal 10"), started(6)}, goes_on},
        {in_backoff("HUP in backoff", SIGHUP, "600000"), dies, {ends("signal 1"), started(6)}, goes_on},
        {in_backoff("USR2 in backoff", SIGUSR2, "600"), dies, {ends("signal 12"), started(6)}, goes_on},
        {in_backoff("QUIT in backoff", SIGQUIT, "600000"),
         dies,
         {ends("signal 3")},
         {ends("exit 1"), started(6), logged("signalled to exit")}},
        {in_backoff("TERM in backoff", SIGTERM, "600000"),
         "exit at once",
         {},
         {ends("exit 1"), started(6), logged("signalled to exit")}},
    };
}

std::vector<Difference> signals()
{
    auto quit = with_script("QUIT while ssh runs", "sleep", {{"AUTOSSH_PIDFILE", "{DIR}/pid"}},
                            {on_start(1, tell(SIGQUIT)), on_exit(note_file("pid"))});
    auto abort = quit;
    abort.name = "ABRT while ssh runs";
    abort.events[0] = on_start(1, tell(SIGABRT));
    auto stubborn = with_script("an ssh that ignores TERM", "ignore TERM; sleep", {{"AUTOSSH_KILLTIME", "1"}},
                                {on_start(1, tell(SIGTERM))});
    auto stubborn_restart = with_script("USR1 and an ssh that ignores TERM", "ignore TERM; sleep\nexit 0",
                                        {{"AUTOSSH_KILLTIME", "1"}}, {on_start(1, tell(SIGUSR1))});
    auto stopped = with_script("a stopped ssh", "stop; sleep", {}, {on_ssh_stopped(1, tell(SIGTERM))});
    auto service = with_script("TERM from a service manager", "sleep", {{"NOTIFY_SOCKET", "{DIR}/notify"}},
                               {on_start(1, tell(SIGTERM))});
    const Checks clean{ends("exit 1"), started(1), nothing_left(), noted("pid: (none)"),
                       logged("received signal to exit")};
    return {
        {quit,
         "the reference leaves ssh and pid file behind",
         {ends("signal 3"), left(1), noted("pid: <autossh>")},
         clean},
        {abort,
         "the reference leaves ssh and pid file behind",
         {ends("signal 6"), left(1), noted("pid: <autossh>")},
         clean},
        {stubborn,
         "killed after a bounded wait; the reference waits for ever",
         {},
         {ends("exit 1"), started(1), nothing_left()}},
        {stubborn_restart, "killed after a bounded wait", {}, {started(2), nothing_left()}},
        {stopped, "TERM, then CONT", {}, {ends("exit 1"), started(1), nothing_left()}},
        {service,
         "a wanted stop is no failure of the service",
         {ends("exit 1")},
         {ends("exit 0"), nothing_left()}},
    };
}

Case with_f(const std::string& name, const std::string& words, Environment environment,
            std::vector<Event> events = {}, const std::string& script = "sleep")
{
    auto result = with_script(name, script, std::move(environment), std::move(events), words);
    result.background = true;
    return result;
}

std::vector<Difference> background()
{
    auto busy = with_f("-f and a busy port", "-M {P} -f host", {});
    busy.prepare = occupy_read_port();
    auto relative_ssh =
        with_f("a relative AUTOSSH_PATH with -f", "-M 0 -f host",
               {{"AUTOSSH_PATH", "./ssh"}, {"AUTOSSH_PLAIN", "yes"}}, {on_start(1, tell(SIGTERM))});
    relative_ssh.prepare = [](Run& run) { std::filesystem::create_symlink(FAKE_SSH_PATH, run.file("ssh")); };
    const char* from_here = "relative means the directory autossh was started in";
    const char* after_set_up = "the command returns only when set-up has worked";
    return {
        {with_f("-f and a missing ssh", "-M 0 -f host", {{"AUTOSSH_PATH", "{DIR}/none"}}),
         after_set_up,
         {ends("exit 0")},
         {ends("exit 1"), shown("<DIR>/none: No such file or directory"), nothing_left()}},
        {busy,
         after_set_up,
         {started(0)},
         {ends("exit 1"), shown("bind on 127.0.0.1:<P+1>: Address already in use"), started(0),
          nothing_left()}},
        {with_f("a relative pid file with -f", "-M 0 -f host", {{"AUTOSSH_PIDFILE", "pid"}},
                {on_start(1, all({note_pid_file(), tell(SIGTERM), note_end_of_autossh(), note_pid_file()}))}),
         from_here,
         {},
         {ends("exit 0"), noted("pid: <autossh>"), noted("pid: (none)"), nothing_left()}},
        {relative_ssh, from_here, {started(0)}, {ends("exit 0"), started(1), nothing_left()}},
    };
}

std::vector<Difference> ssh_itself()
{
    const auto note_it = on_start(1, all({note_state(1, {"descriptors", "stdin"})}));
    auto inherits =
        with_script("descriptors of ssh", "record; exit 0", {{"AUTOSSH_GATETIME", "0"}}, {note_it});
    auto no_stdin = inherits;
    no_stdin.name = "started with 0 closed";
    no_stdin.options.closed_descriptors = {0};
    auto missing = one_start("a missing ssh", "-M 0 host", {{"AUTOSSH_PATH", "{DIR}/none"}});
    auto directory = one_start("a directory for ssh", "-M 0 host", {{"AUTOSSH_PATH", "{DIR}"}});
    // By chance it notices its own signal before or after the "ssh" that has ended.
    const Check kills_itself = [](const Outcome& seen) {
        const bool before = logged("received signal to exit (15)")(seen).empty();
        const bool after = logged("signalled to exit")(seen).empty();
        return before || after ? std::string() : std::string("should get its own signal");
    };
    return {
        {inherits,
         "ssh gets no descriptor of ours",
         {noted("1: descriptors 0 1 2 3")},
         {noted("1: descriptors 0 1 2")}},
        {no_stdin, "the log never becomes ssh's stdin", {noted("1: stdin <DIR>/log")}, {ends("exit 0")}},
        {missing,
         "the reference kills itself by the way",
         {ends("exit 1"), logged("<DIR>/none: No such file or directory"), kills_itself},
         {ends("exit 1"), logged("<DIR>/none: No such file or directory"), not_logged("received signal"),
          not_logged("signalled"), shown("<DIR>/none: No such file or directory")}},
        {directory,
         "the reference kills itself by the way",
         {ends("exit 1"), logged("<DIR>: Permission denied"), kills_itself},
         {ends("exit 1"), logged("<DIR>: Permission denied"), not_logged("received signal")}},
    };
}

/// The reference has AUTOSSH_NTSERVICE on Cygwin only.
std::vector<Difference> service()
{
    const char* reason = "we have NTSERVICE everywhere";
    auto to_stdout = with_script("NTSERVICE", "exit 0\ndie 9\nexit 255\nexit 3",
                                 {{"AUTOSSH_NTSERVICE", "yes"}, {"AUTOSSH_GATETIME", "0"}});
    to_stdout.unset = {"AUTOSSH_LOGFILE"};
    auto upper = with_script("NTSERVICE in capitals, with a log file", "die 9\nexit 3",
                             {{"AUTOSSH_NTSERVICE", "YES"}});
    auto given =
        with_script("NTSERVICE and -N given", "exit 3", {{"AUTOSSH_NTSERVICE", "yes"}}, {}, "-M 0 -N host");
    return {
        {to_stdout,
         reason,
         {},
         {ends("exit 1"), starts({"-N|host", "-N|host", "-N|host", "-N|host"}),
          printed("ssh exited on signal 9"), printed("ssh exited with status 3; autossh exiting")}},
        {upper,
         reason,
         {},
         {ends("exit 1"), starts({"-N|host", "-N|host"}), logged("ssh exited on signal 9")}},
        {given, reason, {}, {ends("exit 1"), starts({"-N|host"})}},
    };
}

/// An upgrade replaces ssh while the tunnel is down.
std::vector<Difference> away_for_a_moment()
{
    const Action remove_ssh = [](Run& run) { std::filesystem::remove(run.file("ssh")); };
    const Action link_ssh = [](Run& run) { std::filesystem::create_symlink(FAKE_SSH_PATH, run.file("ssh")); };
    auto gone = with_script("an ssh that is gone when it is restarted", "sleep\nexit 0",
                            {{"AUTOSSH_PATH", "{DIR}/ssh"}, {"AUTOSSH_GATETIME", "0"}},
                            {on_start(1, all({remove_ssh, tell_ssh(SIGKILL)})),
                             on_log("ssh: No such file or directory", link_ssh)});
    gone.prepare = link_ssh;
    gone.unset = {"AUTOSSH_PLAIN"};
    return {
        {gone,
         "an ssh that is away for a moment does not end the tunnel",
         {ends("exit 1"), started(1), logged("<DIR>/ssh: No such file or directory")},
         {ends("exit 0"), started(2), logged("<DIR>/ssh: No such file or directory")}},
    };
}

/// Who has a pipe on our stderr, a container's runtime for example, reads it.
std::vector<Difference> piped_errors()
{
    auto piped = one_start("stderr is a pipe", "-M 0 host");
    piped.unset = {"AUTOSSH_LOGFILE", "AUTOSSH_PLAIN"};
    piped.errors_piped = true;
    auto with_file = piped;
    with_file.name = "stderr is a pipe, with a log file";
    with_file.unset = {"AUTOSSH_PLAIN"};
    const char* reason = "lines go to a pipe on stderr as well as to syslog";
    return {
        {piped,
         reason,
         {ends("exit 0"), not_shown("starting ssh")},
         {ends("exit 0"), shown("port set to 0, monitoring disabled"), shown("starting ssh (count 1)"),
          shown("ssh exited with status 0; autossh exiting")}},
        {with_file,
         "but not where a log file was chosen, as in the reference",
         {logged("starting ssh (count 1)"), not_shown("starting ssh")},
         {logged("starting ssh (count 1)"), not_shown("starting ssh")}},
    };
}

}  // namespace

TEST_CASE("wanted differences: a pipe on stderr")
{
    check_differences("pipe", piped_errors());
}

TEST_CASE("wanted differences: an ssh that is away for a moment")
{
    check_differences("away", away_for_a_moment());
}

TEST_CASE("wanted differences: signals in backoff")
{
    check_differences("backoff", backoff());
}

TEST_CASE("wanted differences: signals while ssh runs")
{
    check_differences("signals", signals());
}

TEST_CASE("wanted differences: background")
{
    check_differences("background", background());
}

TEST_CASE("wanted differences: starting ssh")
{
    check_differences("ssh", ssh_itself());
}

TEST_CASE("wanted differences: NTSERVICE")
{
    check_differences("NTSERVICE", service());
}

}  // namespace autossh_test
