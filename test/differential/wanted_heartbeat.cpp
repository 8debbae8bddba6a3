#include "differential/heartbeat_words.hpp"
#include "support/catch.hpp"

/// Where ours differs on purpose: the heartbeat.
namespace autossh_test {
namespace {

/// One test, a second after the start, with a net timeout of 15 s.
const Environment one_test{{"AUTOSSH_POLL", "600"}, {"AUTOSSH_FIRST_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}};

Case forwarding(const std::string& how, const char* words, std::vector<Event> events)
{
    return with_script(how, "forward " + how + "; sleep\nforward ok; sleep", every_second, std::move(events),
                       words);
}

/// The reference stays in its test; all that is seen is that no second ssh came.
Difference bounded(const std::string& how, const char* words)
{
    return {forwarding(how, words, {on_start(2, tell(SIGTERM))}),
            "every step has the net timeout",
            {},
            {ends("exit 1"), started(2), logged("port down, restarting ssh")}};
}

std::vector<Difference> replies()
{
    const auto stop_when_ok = on_log("connection ok", tell(SIGTERM));
    auto hex = forwarding("ok", "-M {0xP} host", {stop_when_ok});
    hex.name = "port in hex";
    return {
        {forwarding("strangers", over_loop, {stop_when_ok}),
         "a stranger on the read port does not fail the test",
         {logged("port down, restarting ssh")},
         {started(1), not_logged("port down")}},
        {forwarding("garbage-again", over_loop, {on_start(2, tell(SIGTERM))}),
         "it goes on accepting until its own message arrives or the time is up",
         {started(2), not_logged("timeout polling")},
         {started(2), logged("timeout polling to accept read connection")}},
        {forwarding("slow 50ms", over_loop, {on_log("connection", tell(SIGTERM))}),
         "a reply in drips is bounded by the net timeout",
         {logged("connection ok"), started(1)},
         {logged("port down, restarting ssh")}},
        bounded("truncated", over_loop),
        bounded("full", over_loop),
        bounded("truncated", over_echo),
        bounded("full", over_echo),
        bounded("slow 100ms", over_echo),
        {hex, "a port in hex is that number in the test too", {}, {started(1), logged("connection ok")}},
    };
}

Case in_flight(const std::string& name, const std::string& how, std::vector<Action> actions,
               std::vector<Event> more = {})
{
    std::vector<Event> events{on_message(all(std::move(actions)))};
    events.insert(events.end(), more.begin(), more.end());
    return with_script(name, "forward " + how + "; sleep\nexit 0", one_test, std::move(events), over_loop);
}

std::vector<Difference> signals_in_flight()
{
    const char* at_once = "handled at once, by the same rules as outside a test";
    const auto stop = on_log("connection ok", tell(SIGTERM));
    const Check broken_off = logged("error on poll: Interrupted system call");
    const Check fails = logged("port down, restarting ssh");
    return {
        {in_flight("TERM in a test", "silent", {tell(SIGTERM)}),
         at_once,
         {broken_off, fails, ends("exit 1")},
         {ends("exit 1"), started(1), logged("received signal to exit (15)"), not_logged("port down"),
          nothing_left()}},
        {in_flight("INT in a test", "silent", {tell(SIGINT)}),
         at_once,
         {broken_off, fails, ends("exit 1")},
         {ends("exit 1"), started(1), logged("received signal to exit (2)"), not_logged("port down")}},
        {in_flight("USR1 in a test", "silent", {tell(SIGUSR1)}),
         at_once,
         {broken_off, fails},
         {started(2), logged("signalled to kill and restart ssh"), not_logged("port down")}},
        {in_flight("HUP in a test", "late 2s", {tell(SIGHUP)}, {stop}),
         "HUP does not fail a test",
         {broken_off, fails},
         {started(1), logged("connection ok"), not_logged("port down")}},
        {in_flight("USR2 in a test", "late 2s", {tell(SIGUSR2)}, {stop}),
         "USR2 does not fail a test",
         {broken_off, fails},
         {started(1), logged("connection ok"), not_logged("port down")}},
        {in_flight("ssh stopped and continued in a test", "late 2s", {tell_ssh(SIGSTOP)},
                   {on_ssh_stopped(1, tell_ssh(SIGCONT)), stop}),
         "a stopped and continued ssh does not fail a test",
         {fails},
         {started(1), logged("connection ok"), not_logged("port down")}},
        {in_flight("ssh killed in a test", "silent", {tell_ssh(SIGKILL)}),
         at_once,
         {fails},
         {started(2), logged("ssh exited on signal 9, restarting ssh"), not_logged("port down")}},
    };
}

}  // namespace

TEST_CASE("wanted differences: replies to the heartbeat")
{
    check_differences("replies", replies());
}

TEST_CASE("wanted differences: signals during a test")
{
    check_differences("test in flight", signals_in_flight());
}

}  // namespace autossh_test
