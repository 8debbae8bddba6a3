#include "autossh/settings/poll_times.hpp"
#include "autossh/settings/table.hpp"

#include "support/catch.hpp"
#include "unit/base/variables.hpp"

#include <set>
#include <string>
#include <string_view>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

Settings settings_of(const Variables& variables)
{
    Settings settings;
    read_environment(environment_of(variables), settings);
    settle_poll_times(settings);
    return settings;
}

std::string refusal_of(const Variables& variables)
{
    try {
        settings_of(variables);
        return "";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

}  // namespace

TEST_CASE("Environment: nothing set gives the defaults of the manual")
{
    const Settings settings = settings_of({});
    CHECK(settings.tunnel.poll == 600s);
    CHECK(settings.tunnel.first_poll == 600s);
    CHECK(settings.tunnel.net_timeout == 15s);
    CHECK(settings.tunnel.gate_time == 30s);
    CHECK(settings.tunnel.kill_time == 5s);
    CHECK_FALSE(settings.tunnel.max_start);
    CHECK_FALSE(settings.tunnel.max_lifetime);
    CHECK(settings.tunnel.message.empty());
    CHECK(settings.port.empty());
    CHECK(settings.pid_file.empty());
    CHECK(settings.ssh_path == AUTOSSH_SSH);
    CHECK(settings.log == LogSettings{});
    CHECK(settings.log.level == 6);
}

TEST_CASE("Environment: poll times, valid and at their bounds")
{
    struct Row {
        const char* value;
        Duration poll;
    };
    const Row rows[] = {{"1", 1s},      {"5", 5s},     {"-1", 600s}, {"-2", 600s},          {"0x10", 16s},
                        {"010", 8s},    {" 5", 5s},    {"+5", 5s},   {"4294968", 4294968s}, {"500ms", 500ms},
                        {"10m", 10min}, {"-5ms", 600s}};
    for (const Row& row : rows) {
        CAPTURE(row.value);
        CHECK(settings_of({{"AUTOSSH_POLL", row.value}}).tunnel.poll == row.poll);
        CHECK(settings_of({{"AUTOSSH_POLL", row.value}}).tunnel.first_poll == row.poll);
        const Settings first = settings_of({{"AUTOSSH_FIRST_POLL", row.value}, {"AUTOSSH_POLL", "77"}});
        CHECK(first.tunnel.first_poll == row.poll);
        CHECK(first.tunnel.poll == 77s);
    }
}

TEST_CASE("Environment: what is no number is refused by name, for every variable that takes one")
{
    struct Row {
        const char* variable;
        const char* what;
        bool zero_is_bad;
        bool negative_is_bad;
    };
    const Row rows[] = {
        {"AUTOSSH_POLL", "poll time", true, false},
        {"AUTOSSH_FIRST_POLL", "first poll time", true, false},
        {"AUTOSSH_GATETIME", "gate time", false, true},
        {"AUTOSSH_KILLTIME", "kill time", false, true},
        {"AUTOSSH_CONNECTTIMEOUT", "connect timeout", false, true},
        {"AUTOSSH_BACKOFFMAX", "backoff max", true, true},
        {"AUTOSSH_MAXSTART", "max start number", false, false},
        {"AUTOSSH_MAXLIFETIME", "max lifetime", false, false},
        {"AUTOSSH_LOGLEVEL", "log level", false, true},
    };
    const auto message = [](const Row& row, const std::string& value) {
        return "invalid " + std::string(row.what) + " \"" + value + "\"";
    };
    for (const Row& row : rows) {
        CAPTURE(row.variable);
        for (const char* junk : {"", " ", "x", "5x", "5 ", "1.5", "0x", "08", "1h30m", "5 s"})
            CHECK(refusal_of({{row.variable, junk}}) == message(row, junk));
        CHECK(refusal_of({{row.variable, "0"}}) == (row.zero_is_bad ? message(row, "0") : ""));
        CHECK(refusal_of({{row.variable, "-1"}}) == (row.negative_is_bad ? message(row, "-1") : ""));
        CHECK(refusal_of({{row.variable, "7"}}).empty());
    }
}

TEST_CASE("Environment: whether a poll time, a gate time or a longest wait was given is known")
{
    const TunnelSettings none = settings_of({}).tunnel;
    CHECK_FALSE(none.poll_given);
    CHECK_FALSE(none.gate_given);
    CHECK_FALSE(none.backoff_max);
    CHECK(settings_of({{"AUTOSSH_POLL", "600"}}).tunnel.poll_given);
    CHECK_FALSE(settings_of({{"AUTOSSH_FIRST_POLL", "600"}}).tunnel.poll_given);
    CHECK(settings_of({{"AUTOSSH_GATETIME", "30"}}).tunnel.gate_given);
    CHECK(settings_of({{"AUTOSSH_BACKOFFMAX", "5m"}}).tunnel.backoff_max == 5min);
}

TEST_CASE("Environment: restart policy")
{
    CHECK(settings_of({}).tunnel.restart == RestartPolicy::on_failure);
    CHECK(settings_of({{"AUTOSSH_RESTART", "on-failure"}}).tunnel.restart == RestartPolicy::on_failure);
    CHECK(settings_of({{"AUTOSSH_RESTART", "Always"}}).tunnel.restart == RestartPolicy::always);
    CHECK(settings_of({{"AUTOSSH_RESTART", "never"}}).tunnel.restart == RestartPolicy::none);
    for (const char* const junk : {"", "yes", "no", "on failure", "always "})
        CHECK(refusal_of({{"AUTOSSH_RESTART", junk}}) ==
              "invalid restart policy \"" + std::string(junk) + "\" (on-failure, always, never)");
}

TEST_CASE("Environment: the failures to give up on")
{
    using enum FailureClass;
    CHECK(settings_of({}).tunnel.exit_on.empty());
    CHECK(settings_of({{"AUTOSSH_EXITON", ""}}).tunnel.exit_on.empty());
    CHECK(settings_of({{"AUTOSSH_EXITON", "refused"}}).tunnel.exit_on == std::set{refused});
    CHECK(settings_of({{"AUTOSSH_EXITON", "host-key-changed,Host Key Unknown,authentication_refused"}})
              .tunnel.exit_on == std::set{host_key_changed, host_key_unknown, authentication_refused});
    for (const char* const junk : {"x", "refused,x", ",", "refused,,timed-out", "other", " refused"}) {
        CAPTURE(junk);
        CHECK(refusal_of({{"AUTOSSH_EXITON", junk}}).starts_with("invalid failure class \""));
    }
    CHECK(refusal_of({{"AUTOSSH_EXITON", "x"}})
              .ends_with(", bad-configuration, needs-a-person, secret-unavailable, shut-out, "
                         "job-not-running, job-held, job-gone)"));
}

TEST_CASE("Environment: gate time, max start, lifetime and log level at their bounds")
{
    CHECK(settings_of({{"AUTOSSH_GATETIME", "0"}}).tunnel.gate_time == 0s);
    CHECK(settings_of({{"AUTOSSH_KILLTIME", "0"}}).tunnel.kill_time == 0s);
    CHECK(settings_of({{"AUTOSSH_MAXSTART", "0"}}).tunnel.max_start == 0);
    CHECK_FALSE(settings_of({{"AUTOSSH_MAXSTART", "-1"}}).tunnel.max_start);
    CHECK_FALSE(settings_of({{"AUTOSSH_MAXSTART", "-2"}}).tunnel.max_start);
    CHECK_FALSE(settings_of({{"AUTOSSH_MAXLIFETIME", "0"}}).tunnel.max_lifetime);
    CHECK_FALSE(settings_of({{"AUTOSSH_MAXLIFETIME", "-3"}}).tunnel.max_lifetime);
    CHECK(settings_of({{"AUTOSSH_MAXLIFETIME", "90m"}}).tunnel.max_lifetime == 90min);
    CHECK(settings_of({{"AUTOSSH_LOGLEVEL", "0"}}).log.level == 0);
    CHECK(refusal_of({{"AUTOSSH_LOGLEVEL", "8"}}) == "invalid log level \"8\"");
    CHECK(refusal_of({{"AUTOSSH_LOGLEVEL", "010"}}) == "invalid log level \"010\"");
    CHECK(refusal_of({{"AUTOSSH_MAXSTART", "5s"}}) == "invalid max start number \"5s\"");
}

TEST_CASE("Environment: the message may have 64 bytes")
{
    CHECK(settings_of({{"AUTOSSH_MESSAGE", std::string(64, 'm')}}).tunnel.message.size() == 64);
    CHECK(refusal_of({{"AUTOSSH_MESSAGE", std::string(65, 'm')}}) ==
          "echo message may only be 64 bytes long");
    CHECK(settings_of({{"AUTOSSH_MESSAGE", ""}}).tunnel.message.empty());
}

TEST_CASE("Environment: paths, and empty counts as unset, but for the log file")
{
    CHECK(settings_of({{"AUTOSSH_PATH", ""}}).ssh_path == AUTOSSH_SSH);
    CHECK(settings_of({{"AUTOSSH_PATH", "dbclient"}}).ssh_path == "dbclient");
    CHECK(settings_of({{"AUTOSSH_PIDFILE", "p"}}).pid_file == "p");
    CHECK(settings_of({{"AUTOSSH_PIDFILE", ""}}).pid_file.empty());
    CHECK(settings_of({{"AUTOSSH_PORT", ""}}).port.empty());
    CHECK(settings_of({{"AUTOSSH_LOGFILE", "f"}}).log.file == "f");
    CHECK(refusal_of({{"AUTOSSH_LOGFILE", ""}}) == ": No such file or directory");
}

TEST_CASE("Environment: AUTOSSH_DEBUG, even empty, logs everything and takes no heed of the log level")
{
    CHECK(settings_of({{"AUTOSSH_DEBUG", ""}}).log.debug);
    CHECK(refusal_of({{"AUTOSSH_DEBUG", "1"}, {"AUTOSSH_LOGLEVEL", "junk"}}).empty());
}

TEST_CASE("Environment: the form of the log, in any case of letters")
{
    CHECK(settings_of({}).log.format == LogFormat::text);
    for (const char* value : {"json", "JSON", "Json"})
        CHECK(settings_of({{"AUTOSSH_LOGFORMAT", value}}).log.format == LogFormat::json);
    for (const char* value : {"text", "TEXT"})
        CHECK(settings_of({{"AUTOSSH_LOGFORMAT", value}}).log.format == LogFormat::text);
    for (const char* junk : {"", " ", "json ", "xml", "1"})
        CHECK(refusal_of({{"AUTOSSH_LOGFORMAT", junk}}) ==
              std::string("invalid log format \"") + junk + "\" (text, json)");
}

TEST_CASE("Environment: the name of a tunnel may be that of a file, and has no blanks")
{
    for (const std::string& good : {std::string("gw"), std::string("a.b-c_d@e:1"), std::string("..a"),
                                    std::string(64, 'n'), std::string("!~")}) {
        CAPTURE(good);
        CHECK(settings_of({{"AUTOSSH_NAME", good}}).tunnel.name == good);
        CHECK(settings_of({{"AUTOSSH_NAME", good}}).log.tunnel == good);
    }
    CHECK(settings_of({{"AUTOSSH_NAME", ""}}).tunnel.name.empty());
    for (const std::string& bad :
         {std::string(65, 'n'), std::string("a b"), std::string(" "), std::string("a\tb"), std::string("a/b"),
          std::string("/"), std::string("."), std::string(".."), std::string("..."), std::string("b\x7F"),
          std::string("b\xC3\xBC")}) {
        CAPTURE(bad);
        CHECK(refusal_of({{"AUTOSSH_NAME", bad}}) ==
              "invalid name \"" + bad +
                  "\" (at most 64 printable ASCII characters, no blanks or slashes, not only dots)");
    }
}

TEST_CASE("Service mode: AUTOSSH_NTSERVICE is yes in any case, and nothing else")
{
    for (const char* yes : {"yes", "YES", "Yes"}) {
        const Settings settings = settings_of({{"AUTOSSH_NTSERVICE", yes}});
        CHECK(settings.service_mode);
        CHECK(settings.log.to_stdout);
        CHECK(settings.tunnel.restart_after_success);
    }
    for (const char* no : {"", "no", "y", "yes!", "1"})
        CHECK_FALSE(settings_of({{"AUTOSSH_NTSERVICE", no}}).service_mode);
}

TEST_CASE("Environment: the connect timeout, where 0 means none, which is not the same as not given")
{
    CHECK_FALSE(settings_of({}).tunnel.connect_timeout);
    CHECK(settings_of({{"AUTOSSH_CONNECTTIMEOUT", "0"}}).tunnel.connect_timeout == Duration::zero());
    CHECK(settings_of({{"AUTOSSH_CONNECTTIMEOUT", "1500ms"}}).tunnel.connect_timeout == 1500ms);
    CHECK(refusal_of({{"AUTOSSH_CONNECTTIMEOUT", "-1ms"}}) == "invalid connect timeout \"-1ms\"");
}

TEST_CASE("Environment: AUTOSSH_PLAIN is yes or no in any case")
{
    CHECK_FALSE(settings_of({}).tunnel.plain);
    for (const char* yes : {"yes", "YES", "Yes"})
        CHECK(settings_of({{"AUTOSSH_PLAIN", yes}}).tunnel.plain == true);
    for (const char* no : {"no", "NO", "nO"})
        CHECK(settings_of({{"AUTOSSH_PLAIN", no}}).tunnel.plain == false);
    for (const char* junk : {"", "1", "true", "yes ", "n"})
        CHECK(refusal_of({{"AUTOSSH_PLAIN", junk}}) == "invalid plain setting \"" + std::string(junk) + "\"");
}

TEST_CASE("Environment: sharing is off, at the configured path, or at one")
{
    CHECK_FALSE(settings_of({}).tunnel.share);
    CHECK_FALSE(settings_of({{"AUTOSSH_SHARE", "No"}}).tunnel.share);
    CHECK(settings_of({{"AUTOSSH_SHARE", "YES"}}).tunnel.share == "");
    CHECK(settings_of({{"AUTOSSH_SHARE", "/run/cm"}}).tunnel.share == "/run/cm");
    CHECK(refusal_of({{"AUTOSSH_SHARE", "1"}}) ==
          "invalid share setting \"1\" (yes, no, or a path that begins with / or ~/)");
}

TEST_CASE("Environment: which variable gave a value is remembered")
{
    const Settings settings = settings_of({{"AUTOSSH_POLL", "5"}, {"AUTOSSH_GATETIME", "5"}});
    CHECK(settings.sources.at("poll") == "AUTOSSH_POLL");
    CHECK(settings.sources.at("gate-time") == "AUTOSSH_GATETIME");
    CHECK(settings.sources.size() == 2);
}

TEST_CASE("Lifetime: poll times are lowered to it, with a notice each")
{
    Settings settings;
    settings.tunnel.max_lifetime = 5s;
    CHECK(
        settle_poll_times(settings) ==
        std::vector<std::string>{"poll time is greater than lifetime, dropping poll time to 5",
                                 "first poll time is greater than lifetime, dropping first poll time to 5"});
    CHECK(settings.tunnel.poll == 5s);
    CHECK(settings.tunnel.first_poll == 5s);

    settings.given_first_poll = 3s;
    CHECK(settle_poll_times(settings).size() == 1);
    CHECK(settings.tunnel.first_poll == 3s);
}

TEST_CASE("Heartbeat: the net timeout is 15 s, or half the poll time if that is less")
{
    struct Row {
        Duration poll;
        Duration timeout;
        std::string notice;
    };
    const Row rows[] = {
        {600s, 15s, ""},
        {30s, 15s, ""},
        {29s, 14500ms, "short poll time: adjusting net timeouts to 14500"},
        {5s, 2500ms, "short poll time: adjusting net timeouts to 2500"},
        {1s, 500ms, "short poll time: adjusting net timeouts to 500"},
        {1ms, 1ms, "short poll time: adjusting net timeouts to 1"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.poll.count());
        TunnelSettings settings;
        settings.poll = row.poll;
        CHECK(settle_net_timeout(settings).value_or("") == row.notice);
        CHECK(settings.net_timeout == row.timeout);
    }
}

TEST_CASE("every setting has a variable, an option and a help text of its own")
{
    std::set<std::string_view> variables;
    std::set<std::string_view> options;
    for (const Setting& setting : setting_table()) {
        CHECK(variables.insert(setting.variable).second);
        CHECK(options.insert(setting.option).second);
        CHECK_FALSE(setting.help.empty());
    }
}

TEST_CASE("Many tunnels: each has settings of its own, the log and the pid file are the process's")
{
    // What a file of many tunnels can say of one; its name is that of its table.
    const std::set<std::string_view> of_a_tunnel{
        "port",       "poll",      "first-poll",   "gate-time",   "backoff-max",     "restart",
        "exit-on",    "max-start", "max-lifetime", "kill-time",   "connect-timeout", "message",
        "ssh",        "plain",     "share",        "secret-file", "secret-command",  "secret-credential",
        "secret-for", "renew",     "renew-grace"};
    // Nobody is at the terminal, and nobody hands over a descriptor for one of many.
    const std::set<std::string_view> of_the_process{
        "name",  "pid-file",   "log-file",      "log-format", "log-level",
        "debug", "nt-service", "secret-prompt", "secret-fd",  "state-directory"};
    for (const Setting& setting : setting_table()) {
        CAPTURE(std::string(setting.option));
        CHECK(of_a_tunnel.contains(setting.option) == (setting.scope == Scope::tunnel));
        CHECK(of_the_process.contains(setting.option) == (setting.scope == Scope::process));
    }
    CHECK(of_a_tunnel.size() + of_the_process.size() == setting_table().size());
}
