// What the log is told of what ssh says.
#include "autossh/base/unique_fd.hpp"
#include "autossh/tunnel/status_tracker.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/occurrences.hpp"
#include "support/process/process.hpp"

#include <chrono>
#include <string>

#include <fcntl.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::occurrences;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;

namespace {

/// An account whose ssh runs, and its log.
class Session {
public:
    explicit Session(int level = 6)
    {
        LogSettings settings;
        settings.file = file();
        settings.level = level;
        log_.configure(settings);
        SshPlan plan;
        plan.understood = true;
        tracker_.set_plan(std::make_shared<SshPlan>(plan), false);
        begin();
    }

    void begin()
    {
        tracker_.starting("a start", std::nullopt, "");
        tracker_.executed(4242);
    }
    /// What ssh says goes to stderr as well, where nobody wants to see it here.
    void read_line(const std::string& line)
    {
        const UniqueFd real(::dup(STDERR_FILENO));
        const UniqueFd null(::open("/dev/null", O_WRONLY));
        ::dup2(null.get(), STDERR_FILENO);
        tracker_.read_line(line);
        ::dup2(real.get(), STDERR_FILENO);
    }
    StatusTracker& status_tracker() { return tracker_; }
    void comes_to(LoginProgress progress) { progress_ = progress; }
    int count(const std::string& words) const { return occurrences(read_file(file()), words); }

private:
    std::string file() const { return directory_ / "log"; }

    TemporaryDirectory directory_;
    Log log_;
    LoginProgress progress_ = LoginProgress::unknown;
    StatusTracker tracker_{log_, false, [this] { return progress_; }};
};

}  // namespace

TEST_CASE("A dead target is told once for each reason and session, also when reasons take turns")
{
    const std::string one = "channel 4: open failed: connect failed: Connection refused\r\n";
    const std::string other = "channel 5: open failed: connect failed: No route to host\r\n";
    const std::string told = "]: the target of a forward cannot be reached: ";
    Session session;
    for (int i = 0; i < 3; ++i) {
        session.read_line(one);
        session.read_line(other);
    }
    CHECK(session.count(told + "Connection refused\n") == 1);
    CHECK(session.count(told + "No route to host\n") == 1);

    session.begin();
    session.read_line(other);
    CHECK(session.count(told + "No route to host\n") == 2);
}

TEST_CASE("The reasons of dead targets, which are the server's words, cannot fill the log")
{
    Session session;
    for (int i = 0; i < 200; ++i)
        session.read_line("channel 4: open failed: connect failed: reason " + std::to_string(i) + "\r\n");
    CHECK(session.count("the target of a forward cannot be reached: ") <= 64);
}

TEST_CASE("A log-in is believed when the process shows it, and what follows waits for that")
{
    const std::string login = "Authenticated to gw ([192.0.2.1]:22) using \"publickey\".\r\n";
    const std::string refused = "Error: remote port forwarding failed for listen port 8080\r\n";
    Session session;
    session.comes_to(LoginProgress::before_login);
    session.read_line(login);
    session.read_line(refused);
    CHECK(session.status_tracker().status().state == State::connecting);
    CHECK(session.status_tracker().settled_at() <= Clock::now() + std::chrono::seconds(1));
    session.status_tracker().look(Clock::now() + std::chrono::seconds(1));
    CHECK(session.status_tracker().status().state == State::connecting);

    session.comes_to(LoginProgress::logged_in);
    session.status_tracker().look(Clock::now() + std::chrono::seconds(1));
    CHECK(session.status_tracker().status().state == State::degraded);
    CHECK(session.status_tracker().logged_in_at());
    CHECK(session.status_tracker().client_state().some_forward_failed());
}

TEST_CASE("A log-in that the process never shows was none, however often a server claims it")
{
    const std::string login = "Authenticated to gw ([192.0.2.1]:22) using \"publickey\".\n";
    Session session;
    session.comes_to(LoginProgress::before_login);
    for (int i = 0; i < 1000; ++i)
        session.read_line(login);
    session.read_line("user@gw: Permission denied (publickey).\r\n");
    session.status_tracker().ssh_has_ended();
    CHECK(session.status_tracker().status().state == State::connecting);
    CHECK_FALSE(session.status_tracker().logged_in_at());
    CHECK(session.status_tracker().failure_of(ExitStatus::exited(255), "").failure_class ==
          FailureClass::authentication_refused);
    CHECK(session.count("authenticated after") == 0);

    session.begin();
    session.comes_to(LoginProgress::before_login);
    session.read_line(login);
    session.comes_to(LoginProgress::logged_in);  // it has ended so soon that nobody has seen it live
    session.status_tracker().ssh_has_ended();
    CHECK(session.status_tracker().logged_in_at());
}

TEST_CASE("States: a failure that is the same as the one before is one short line of the log, but at level 7")
{
    for (const int level : {6, 7}) {
        CAPTURE(level);
        Session session(level);
        for (int tries = 0; tries < 3; ++tries) {
            session.status_tracker().waiting("no route to h", std::chrono::seconds(2), {});
            session.begin();
        }
        CHECK(session.count(": no route to h; trying again in 2 s\n") == (level == 6 ? 1 : 3));
        CHECK(session.count("]: not up after 3 tries, as before; trying again in 2 s\n") ==
              (level == 6 ? 1 : 0));
        CHECK(session.count("]: connecting: ") == (level == 6 ? 1 : 4));
        session.status_tracker().waiting("no answer from h", std::chrono::seconds(2), {});
        CHECK(session.count(": no answer from h; trying again in 2 s\n") == 1);
    }
}
