#include "differential/heartbeat_words.hpp"
#include "support/catch.hpp"

namespace autossh_test {
namespace {

/// The first ssh forwards badly, the second one well.
Case bad_then_good(const std::string& how, const char* words)
{
    return with_script(how, "forward " + how + "; sleep\nforward ok; sleep", every_second,
                       {on_start(2, nothing()), on_log("connection ok", tell(SIGTERM))}, words);
}

Case good(const std::string& how, const char* words, int times = 1)
{
    return with_script(how, "forward " + how + "; sleep", every_second,
                       {on_log("connection ok", times, tell(SIGTERM))}, words);
}

std::vector<Case> common_cases(const char* words)
{
    std::vector<Case> cases{good("ok", words), good("late 100ms", words), good("suffix", words)};
    for (const char* how : {"refuse", "garbage", "silent", "prefix", "blackhole"})
        cases.push_back(bad_then_good(how, words));
    cases.push_back(with_script("the message", "forward ok; sleep",
                                {{"AUTOSSH_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}},
                                {on_log("connection ok", all({note_messages(), tell(SIGTERM)}))}, words));
    auto own_text = cases.back();
    own_text.name = "the message with a text";
    own_text.environment = with(every_second, "AUTOSSH_MESSAGE", "hello there");
    cases.push_back(own_text);
    cases.push_back(with_script("USR1 between tests", "forward ok; sleep", every_second,
                                {on_log("connection ok", tell(SIGUSR1)), on_start(2, nothing()),
                                 on_log("connection ok", 2, tell(SIGTERM))},
                                words));
    cases.push_back(with_script("ssh killed between tests", "forward ok; sleep", every_second,
                                {on_log("connection ok", tell_ssh(SIGKILL)), on_start(2, nothing()),
                                 on_log("connection ok", 2, tell(SIGTERM))},
                                words));
    return cases;
}

std::vector<Case> loop_cases()
{
    auto cases = common_cases(over_loop);
    cases.push_back(good("garbage-once", over_loop));
    auto slow = good("long-way 1300ms", over_loop);
    slow.environment = {{"AUTOSSH_POLL", "20"}, {"AUTOSSH_FIRST_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}};
    cases.push_back(slow);
    cases.push_back(bad_then_good("long-way 1300ms", over_loop));
    cases.push_back(bad_then_good("closing", over_loop));
    cases.push_back(bad_then_good("cut", over_loop));
    cases.push_back(good("stranger", over_loop));
    auto first = good("ok", over_loop);
    first.name = "first poll earlier";
    first.environment = {{"AUTOSSH_POLL", "100"}, {"AUTOSSH_FIRST_POLL", "1"}, {"AUTOSSH_LOGLEVEL", "7"}};
    cases.push_back(first);
    auto quiet = bad_then_good("refuse", over_loop);
    quiet.name = "refuse, at the usual level";
    quiet.environment.erase("AUTOSSH_LOGLEVEL");
    quiet.events = {on_start(2, tell(SIGTERM))};
    cases.push_back(quiet);
    auto busy =
        start_up_error("read port in use", over_loop, "bind on 127.0.0.1:<P+1>: Address already in use");
    busy.prepare = occupy_read_port();
    cases.push_back(busy);
    cases.push_back(with_script("restarts keep the read port",
                                "forward refuse; sleep\nforward refuse; sleep\nforward ok; sleep",
                                every_second, {on_log("connection ok", tell(SIGTERM))}, over_loop));
    return cases;
}

std::vector<Case> echo_cases()
{
    auto cases = common_cases(over_echo);
    cases.push_back(good("garbage-once", over_echo));
    auto free = good("ok", over_echo);
    free.name = "the read port is not bound";
    free.prepare = occupy_read_port();
    cases.push_back(free);
    return cases;
}

}  // namespace

TEST_CASE("differential: heartbeat over the loop")
{
    check_agreement("loop", loop_cases());
}

TEST_CASE("differential: heartbeat over an echo port")
{
    check_agreement("echo", echo_cases());
}

}  // namespace autossh_test
