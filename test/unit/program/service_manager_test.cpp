// Manual, "Service managers": the protocol of sd_notify(3).
#include "autossh/program/service_manager.hpp"
#include "autossh/rules/status_report.hpp"
#include "support/catch.hpp"
#include "support/machine/notify_listener.hpp"
#include "support/machine/temporary_directory.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>

using namespace autossh;
using namespace autossh_test;
using namespace std::chrono_literals;

namespace {

ServiceTerms terms(const std::map<std::string, std::string, std::less<>>& variables)
{
    const auto lookup = [&](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    };
    return ServiceTerms::read(lookup, 42);
}

/// Since now.
Status status_of(State state)
{
    Status status;
    status.state = state;
    status.since = Clock::now();
    status.cause = "cause";
    return status;
}

ServiceState service_state_of(const Status& status)
{
    return {in_words(status, Clock::now()), status.state == State::up};
}

/// A manager of services that listens, and a tunnel whose state the test sets.
struct Told {
    NotifyListener listener;
    boost::asio::io_context io;
    Status status = status_of(State::starting);
    ServiceManager manager{io.get_executor(), {.socket = listener.name(), .watchdog = {}}, [this] {
                               return service_state_of(status);
                           }};

    std::string after(State state)
    {
        status.state = state;
        status.up_since.reset();
        if (state == State::up)
            status.up_since = Clock::now();
        manager.tell();
        return listener.next();
    }
};

}  // namespace

TEST_CASE("Service terms: what the variables say")
{
    CHECK_FALSE(terms({}).wants_to_hear());
    CHECK_FALSE(terms({{"NOTIFY_SOCKET", ""}}).wants_to_hear());
    CHECK(terms({{"NOTIFY_SOCKET", "/run/x"}}).wants_to_hear());
    CHECK_FALSE(terms({{"NOTIFY_SOCKET", "/run/x"}}).watchdog);
    CHECK(terms({{"NOTIFY_SOCKET", "/run/x"}}).stop_is_success());
    CHECK(terms({{"SYSTEMD_EXEC_PID", "42"}}).stop_is_success());
    CHECK_FALSE(terms({{"SYSTEMD_EXEC_PID", "42"}}).wants_to_hear());
    for (const char* another : {"", "43", "4", "420", "042", " 42"})
        CHECK_FALSE(terms({{"SYSTEMD_EXEC_PID", another}}).stop_is_success());
    CHECK_FALSE(terms({{"INVOCATION_ID", "0123"}}).stop_is_success());
    struct Row {
        std::string interval;
        std::string pid;
        std::optional<Duration> watchdog;
    };
    const std::vector<Row> rows{
        {"30000000", "42", 30s},   {"30000000", "", std::nullopt}, {"30000000", "43", std::nullopt},
        {"0", "42", std::nullopt}, {"-1", "42", std::nullopt},     {"x", "42", std::nullopt},
        {"1", "42", 2ms},
    };
    for (const Row& row : rows) {
        CAPTURE(row.interval, row.pid);
        CHECK(terms({{"NOTIFY_SOCKET", "/x"}, {"WATCHDOG_USEC", row.interval}, {"WATCHDOG_PID", row.pid}})
                  .watchdog == row.watchdog);
        CHECK_FALSE(terms({{"WATCHDOG_USEC", row.interval}, {"WATCHDOG_PID", row.pid}}).watchdog);
    }
    CHECK(terms({{"NOTIFY_SOCKET", "/x"}, {"WATCHDOG_USEC", "5000000"}}).watchdog == 5s);
}

TEST_CASE("Service manager: a message reaches a path and an abstract name, and others are passed over")
{
    for (const bool abstract : {false, true}) {
        const NotifyListener listener(abstract);
        CHECK(NotifySocket(listener.name()).send("A=1\nB=2"));
        CHECK(listener.next() == "A=1\nB=2");
    }
    CHECK(NotifySocket("vsock:2:1234").send("A=1"));
    CHECK(NotifySocket("/" + std::string(200, 'x')).send("A=1"));
    CHECK_FALSE(NotifySocket("/nowhere/at/all").send("A=1"));
}

TEST_CASE("Service manager: READY=1 comes with the first up, and not before")
{
    Told told;
    CHECK(told.after(State::connecting) == "STATUS=connecting for 0 s");
    CHECK(told.after(State::authenticated) == "STATUS=authenticated for 0 s");
    CHECK(told.after(State::degraded) == "STATUS=degraded for 0 s: cause");
    CHECK(told.after(State::waiting) == "STATUS=waiting for a way to the server: cause");
    CHECK(told.after(State::up) == "STATUS=up for 0 s\nREADY=1");
    CHECK(told.after(State::waiting) == "STATUS=waiting for a way to the server: cause\nREADY=1");
}

TEST_CASE("Service manager: a reload is told once there is something to reload, and a stop always")
{
    Told told;
    told.manager.tell_reloaded();
    CHECK(told.after(State::up) == "STATUS=up for 0 s\nREADY=1");
    told.manager.tell_reloaded();
    CHECK(told.listener.next().starts_with("RELOADING=1\nMONOTONIC_USEC="));
    CHECK(told.listener.next() == "STATUS=up for 0 s\nREADY=1");
    told.manager.tell_stopping();
    CHECK(told.listener.next() == "STATUS=up for 0 s\nSTOPPING=1");
    CHECK(told.after(State::stopping) == "STATUS=stopping: cause\nSTOPPING=1");
    told.manager.tell_reloaded();
    told.manager.tell_stopping();
    CHECK(told.listener.next().starts_with("STATUS=stopping: cause\nSTOPPING=1"));
}

TEST_CASE("Service manager: the watchdog is fed as long as the event loop turns")
{
    const NotifyListener listener;
    boost::asio::io_context io;
    const Status status = status_of(State::starting);
    const ServiceManager manager(io.get_executor(), {.socket = listener.name(), .watchdog = 20ms},
                                 [&] { return service_state_of(status); });
    for (int times = 0; times < 3; ++times) {
        io.run_one();
        CHECK(listener.next() == "STATUS=starting for 0 s\nWATCHDOG=1");
    }
    CHECK(listener.is_silent());
}

TEST_CASE("Service manager: what could not be sent is sent again")
{
    const TemporaryDirectory directory;
    boost::asio::io_context io;
    const Status status = status_of(State::up);
    ServiceManager manager(io.get_executor(), {.socket = directory / "late", .watchdog = {}},
                           [&] { return service_state_of(status); });
    manager.tell();
    const NotifyListener listener(directory / "late");
    io.run_one();
    CHECK(listener.next() == "STATUS=up for 0 s\nREADY=1");
}

TEST_CASE("Service manager: who has started us, by the traces that are for us")
{
    using Variables = std::map<std::string, std::string, std::less<>>;
    struct Row {
        Variables variables;
        pid_t pid;
        std::string parent;
        bool supervised;
    };
    const Row rows[] = {
        {{}, 100, "bash", false},
        {{}, 1, "", true},
        {{{"NOTIFY_SOCKET", "/run/n"}}, 100, "systemd", true},
        {{{"INVOCATION_ID", "x"}}, 100, "systemd", true},
        {{{"INVOCATION_ID", "x"}, {"SYSTEMD_EXEC_PID", "100"}}, 100, "systemd", true},
        {{{"INVOCATION_ID", "x"}, {"SYSTEMD_EXEC_PID", "99"}}, 100, "sh", true},  // a script of the unit's
        {{{"INVOCATION_ID", "x"}, {"SYSTEMD_EXEC_PID", "7"}}, 100, "bash", false},
        {{{"SUPERVISOR_ENABLED", "1"}}, 100, "supervisord", true},
        {{{"XPC_SERVICE_NAME", "0"}}, 100, "zsh", false},
        {{{"XPC_SERVICE_NAME", "org.autossh"}}, 100, "launchd", true},
        {{}, 100, "runsv", true},
        {{}, 100, "s6-supervise", true},
        {{}, 100, "supervise-daemo", true},
    };
    for (const Row& row : rows) {
        const auto environment = [&](std::string_view name) -> std::optional<std::string> {
            const auto found = row.variables.find(name);
            return found == row.variables.end() ? std::nullopt : std::optional(found->second);
        };
        CAPTURE(row.pid, row.parent, row.variables.size());
        CHECK(is_supervised(environment, row.pid, 99, row.parent) == row.supervised);
    }
}
