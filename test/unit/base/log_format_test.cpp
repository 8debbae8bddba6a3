// One line of the log, in each of its forms.
#include "autossh/base/log_format.hpp"
#include "support/catch.hpp"

#include <cstdlib>

using namespace autossh;

namespace {

/// 2026-03-04 05:06:07.008, wherever the tests run.
Moment some_time()
{
    Moment time;
    time.local.tm_year = 126;
    time.local.tm_mon = 2;
    time.local.tm_mday = 4;
    time.local.tm_hour = 5;
    time.local.tm_min = 6;
    time.local.tm_sec = 7;
    time.milliseconds = 8;
    return time;
}

LogLine some_line(std::string_view text, LogEvent event = LogEvent::message)
{
    LogLine line;
    line.text = text;
    line.event = event;
    line.pid = 17;
    line.time = some_time();
    return line;
}

/// The fields behind the time.
std::string fields(const LogLine& line)
{
    const std::string json = as_json(line);
    const std::string from = R"(,"level")";
    return json.substr(json.find(from) + 1);
}

}  // namespace

TEST_CASE("Log: a line of text has the local time and our pid in front, and one of ssh's also that of ssh")
{
    CHECK(stamped(some_line("hello")) == "2026/03/04 05:06:07 autossh[17]: hello");
    LogLine said = some_line("debug1: hello", LogEvent::ssh);
    said.context.ssh = 42;
    CHECK(stamped(said) == "2026/03/04 05:06:07 autossh[17]: ssh[42]: debug1: hello");
    CHECK(named(some_line("hello")) == "autossh[17]: hello");
    CHECK(named(said) == "autossh[17]: ssh[42]: debug1: hello");
    CHECK(words_alone(said) == "ssh[42]: debug1: hello");
    CHECK(words_alone(some_line("hello")) == "hello");
}

TEST_CASE("Log: the journal gets one line with the priority in front, whatever is in it")
{
    CHECK(with_priority(Level::error, "hello") == "<3>hello");
    CHECK(with_priority(Level::warning, "hello") == "<4>hello");
    CHECK(with_priority(Level::info, "hello") == "<6>hello");
    CHECK(with_priority(Level::debug, "hello") == "<7>hello");
    CHECK(with_priority(Level::info, "two\n<0>lines\n") == "<6>two <0>lines ");
}

TEST_CASE("Log: the time of a JSON line is that of RFC 3339, with milliseconds and the offset")
{
    struct Row {
        const char* zone;
        const char* time;
    };
    // POSIX turns the sign round: east is negative.
    const Row rows[] = {{"UTC0", "2026-03-04T05:06:07.008+00:00"},
                        {"EAST-5:30", "2026-03-04T05:06:07.008+05:30"},
                        {"WEST3:30", "2026-03-04T05:06:07.008-03:30"}};
    const char* const before = std::getenv("TZ");
    const std::string zone = before == nullptr ? "" : before;
    for (const Row& row : rows) {
        CAPTURE(row.zone);
        ::setenv("TZ", row.zone, 1);
        ::tzset();
        LogLine line = some_line("hello");
        const std::time_t date = std::mktime(&line.time.local);  // fills in the offset
        localtime_r(&date, &line.time.local);
        CHECK(as_json(line).starts_with(std::string(R"({"time":")") + row.time + R"(","level":)"));
    }
    if (before == nullptr)
        ::unsetenv("TZ");
    else
        ::setenv("TZ", zone.c_str(), 1);
    ::tzset();
}

TEST_CASE("Log: a JSON line has a field for all that is known, and none for what is not")
{
    LogLine line = some_line("hello");
    CHECK(fields(line) ==
          R"("level":"info","event":"message","state":"starting","pid":17,"message":"hello"})");

    line.tunnel = "gw";
    CHECK(fields(line) ==
          R"("level":"info","event":"message","state":"starting","tunnel":"gw","pid":17,"message":"hello"})");

    line.context = {"connecting", "", 42};
    CHECK(fields(line) == R"("level":"info","event":"message","state":"connecting","tunnel":"gw","pid":17,)"
                          R"("ssh_pid":42,"message":"hello"})");

    line.context = {"waiting", "connection lost", std::nullopt};
    CHECK(fields(line) == R"("level":"info","event":"message","state":"waiting","cause":"connection lost",)"
                          R"("tunnel":"gw","pid":17,"message":"hello"})");

    line.context = {"gave-up", "other", 42};
    line.tunnel = "";
    CHECK(fields(line) == R"("level":"info","event":"message","state":"gave-up","cause":"other","pid":17,)"
                          R"("ssh_pid":42,"message":"hello"})");
}

TEST_CASE("Log: a JSON line names its level and what it tells of")
{
    LogLine line = some_line("hello");
    for (const auto& [level, name] : {std::pair{Level::error, "error"}, std::pair{Level::warning, "warning"},
                                      std::pair{Level::info, "info"}, std::pair{Level::debug, "debug"}}) {
        line.level = level;
        CHECK(as_json(line).find(std::string(R"("level":")") + name + '"') != std::string::npos);
    }
    for (const auto& [event, name] :
         {std::pair{LogEvent::message, "message"}, std::pair{LogEvent::state, "state"},
          std::pair{LogEvent::remark, "remark"}, std::pair{LogEvent::remedy, "remedy"},
          std::pair{LogEvent::ssh, "ssh"}}) {
        line.event = event;
        CHECK(as_json(line).find(std::string(R"("event":")") + name + '"') != std::string::npos);
    }
}

TEST_CASE("Log: whatever ssh says is one valid line of JSON, without its pid in the words")
{
    LogLine line = some_line("\"no\"\n\xFF\x1B", LogEvent::ssh);
    line.context.ssh = 42;
    line.tunnel = "a\"b";
    const std::string json = as_json(line);
    CHECK(json.ends_with(R"("ssh_pid":42,"message":"\"no\"\n)"
                         "\xEF\xBF\xBD"
                         R"(\u001b"})"));
    CHECK(json.find(R"("tunnel":"a\"b")") != std::string::npos);
    CHECK(json.find('\n') == std::string::npos);
}

TEST_CASE("Log: where there are several tunnels, a line of text has its tunnel's name in front")
{
    LogLine line = some_line("hello");
    line.tunnel = "db";
    CHECK(named(line) == "autossh[17]: hello");
    line.names_tunnel = true;
    CHECK(named(line) == "autossh[17]: db: hello");
    line.event = LogEvent::ssh;
    line.context.ssh = 42;
    CHECK(named(line) == "autossh[17]: db: ssh[42]: hello");
}
