#include "autossh/system/reaper.hpp"

#include "support/catch.hpp"
#include "support/waiting.hpp"

#include <csignal>
#include <functional>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

/// Children with exit statuses of their own, each waited for by somebody who takes its end.
class Nursery {
public:
    explicit Nursery(Reaper& reaper) : reaper_(reaper) {}

    pid_t start(int status, bool at_once = true)
    {
        const pid_t child = ::fork();
        if (child == 0) {
            if (!at_once)
                ::pause();
            ::_exit(status);
        }
        return child;
    }
    void own(pid_t child)
    {
        registrations_[child] = reaper_.add(child, [this, child] {
            ++told[child];
            int status = 0;
            if (::waitpid(child, &status, WNOHANG | WUNTRACED | WCONTINUED) != child)
                return;
            if (WIFSTOPPED(status))
                ++stops[child];
            if (WIFEXITED(status) || WIFSIGNALED(status)) {
                ended[child] = WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
                registrations_.erase(child);
            }
        });
    }
    bool until(boost::asio::io_context& io, const std::function<bool()>& is_so) const
    {
        return autossh_test::wait_until([&] {
            io.restart();
            io.poll();
            return is_so();
        });
    }

    std::map<pid_t, int> ended;
    std::map<pid_t, int> told;
    std::map<pid_t, int> stops;

private:
    Reaper& reaper_;
    std::map<pid_t, Reaper::Registration> registrations_;
};

}  // namespace

TEST_CASE("Reaper: each child's status comes to its owner, and no owner hears of another's child")
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    Nursery nursery(reaper);
    std::vector<pid_t> children;
    for (int i = 0; i < 30; ++i) {
        children.push_back(nursery.start(i));
        nursery.own(children.back());
    }
    const pid_t living = nursery.start(0, false);
    nursery.own(living);
    CHECK(nursery.until(io, [&] { return nursery.ended.size() == children.size(); }));
    for (int i = 0; i < 30; ++i)
        CHECK(nursery.ended.at(children[static_cast<std::size_t>(i)]) == i);
    CHECK(nursery.told[living] == 0);
    ::kill(living, SIGKILL);
    CHECK(nursery.until(io, [&] { return nursery.ended.contains(living); }));
    CHECK(nursery.ended[living] == -SIGKILL);
}

TEST_CASE("Reaper: a stop is told, and hides no other child's end")
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    Nursery nursery(reaper);
    const pid_t stopped = nursery.start(0, false);
    nursery.own(stopped);
    const pid_t other = nursery.start(7, false);
    nursery.own(other);
    ::kill(stopped, SIGSTOP);
    CHECK(nursery.until(io, [&] { return nursery.stops[stopped] == 1; }));
    ::kill(other, SIGKILL);
    CHECK(nursery.until(io, [&] { return nursery.ended.contains(other); }));
    ::kill(stopped, SIGKILL);
    CHECK(nursery.until(io, [&] { return nursery.ended.contains(stopped); }));
}

TEST_CASE("Reaper: a child that nobody waits for is reaped from the first ssh on, and hides no other before")
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    Nursery nursery(reaper);
    const pid_t stranger = nursery.start(0);
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(stranger), &info, WEXITED | WNOWAIT) == 0);
    const pid_t ours = nursery.start(3);
    nursery.own(ours);
    CHECK(nursery.until(io, [&] { return nursery.ended.contains(ours); }));
    CHECK(::kill(stranger, 0) == 0);  // not ours to touch yet
    if (reaper.adopts()) {
        reaper.ssh_starts();
        CHECK(::kill(stranger, 0) < 0);
        const pid_t another = nursery.start(0);
        CHECK(nursery.until(io, [&] { return ::kill(another, 0) < 0; }));
    } else {
        ::waitpid(stranger, nullptr, 0);
    }
    reaper.look();
    CHECK_FALSE(reaper.has_children());
}

TEST_CASE("Reaper: an owner that does not take an end has the others told nevertheless")
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    Nursery nursery(reaper);
    const pid_t kept = nursery.start(1);
    siginfo_t info{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(kept), &info, WEXITED | WNOWAIT) == 0);
    const auto registration = reaper.add(kept, [] {});
    const pid_t other = nursery.start(2);
    nursery.own(other);
    CHECK(nursery.until(io, [&] { return nursery.ended.contains(other); }));
    CHECK(::waitpid(kept, nullptr, 0) == kept);
}

TEST_CASE("Reaper: who waits for a child may outlive it")
{
    boost::asio::io_context io{1};
    std::optional<Reaper> reaper(std::in_place, io.get_executor());
    Reaper::Registration registration = reaper->add(1, [] {});
    CHECK(reaper->knows(1));
    reaper.reset();
    registration.reset();
    SUCCEED();
}
