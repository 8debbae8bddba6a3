// What each of many tunnels in one process costs: memory, descriptors, wake-ups, and the CPU time of one
// death.
//   tunnels_bench [COUNT]
#include "autossh/settings/command_line.hpp"
#include "autossh/system/process_tree.hpp"
#include "autossh/tunnel/tunnels.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <fmt/core.h>
#include <sys/resource.h>
#include <unistd.h>

namespace {

using namespace autossh;
using namespace std::chrono_literals;

/// The value in kB, or the count, behind `key` in a file of /proc.
long value_in(const char* file, const std::string& key)
{
    std::ifstream text(file);
    for (std::string word; text >> word;)
        if (word == key) {
            long value = 0;
            text >> value;
            return value;
        }
    return 0;
}

struct Cost {
    long anonymous = value_in("/proc/self/smaps_rollup", "Anonymous:");
    long descriptors = std::distance(std::filesystem::directory_iterator("/proc/self/fd"), {});
};

double cpu_milliseconds()
{
    rusage used{};
    ::getrusage(RUSAGE_SELF, &used);
    const auto in_ms = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
    };
    return in_ms(used.ru_utime) + in_ms(used.ru_stime);
}

class Bench {
public:
    explicit Bench(std::size_t count) : count_(count)
    {
        ::setenv("XDG_RUNTIME_DIR", directory_.path().c_str(), 1);
        inherited_.prepare();
        log_.configure({.file = (directory_ / "log").string(), .level = 6});
        log_.set_up_finished();
    }

    bool run()
    {
        {
            Reaper warm_up(io_.get_executor());  // Asio's own descriptors are no tunnel's
        }
        const Cost before;
        World world(io_.get_executor(), inherited_, count_);
        Tunnels tunnels(world);
        for (std::size_t i = 0; i < count_; ++i)
            add(tunnels, fmt::format("t{}", i));
        bool ended = false;
        tunnels.run([&](const Ruling&) { ended = true; });
        const auto all_are_up = [&] {
            return std::ranges::all_of(tunnels_,
                                       [](const Tunnel* one) { return one->status().state == State::up; });
        };
        if (!until(all_are_up))
            return false;
        run_without_waking(30s);  // until the last one counts as settled
        const Cost after;
        const auto each = static_cast<double>(count_);
        fmt::print("{:<46}{:>10}\n", "tunnels", count_);
        fmt::print("{:<46}{:>10.1f}\n", "anonymous memory of each, KiB",
                   static_cast<double>(after.anonymous - before.anonymous) / each);
        fmt::print("{:<46}{:>10.2f}\n", "descriptors of each",
                   static_cast<double>(after.descriptors - before.descriptors) / each);
        const long switches = value_in("/proc/self/status", "voluntary_ctxt_switches:");
        run_without_waking(10s);
        const long woken = value_in("/proc/self/status", "voluntary_ctxt_switches:") - switches - 1;
        fmt::print("{:<46}{:>10}\n", "wake-ups of all in 10 idle seconds", woken);
        std::vector<double> deaths;
        for (int i = 0; i < 21; ++i)
            deaths.push_back(cost_of_a_death(all_are_up));
        std::ranges::sort(deaths);
        fmt::print("{:<46}{:>10.2f}\n", "CPU time of one death, ms (median of 21)",
                   deaths[deaths.size() / 2]);
        const double before_look = cpu_milliseconds();
        run_without_waking(2s);
        fmt::print("{:<46}{:>10.2f}\n", "look at what the ssh left behind, ms (shared)",
                   cpu_milliseconds() - before_look);
        tunnels.ask(Request::stop, SIGTERM);
        return until([&] { return ended; });
    }

private:
    struct Member {
        Settings settings;
        LoginHelp help = {};
        std::unique_ptr<Log> log = nullptr;
    };

    void add(Tunnels& tunnels, const std::string& name)
    {
        Member& member = members_.emplace_back();
        read_command_line(std::vector<std::string>{"-M", "auto", "-N", "-R", "2222:localhost:22", "far"},
                          member.settings);
        TunnelSettings& settings = member.settings.tunnel;
        settings.name = name;
        settings.ssh.file = IDLE_SSH_PATH;
        settings.plain = false;  // asked, whatever its name is
        settings.first_poll = settings.poll = settings.test_interval = 24h;
        settings.gate_time = Duration::zero();
        member.log = std::make_unique<Log>(log_, name);
        tunnels_.push_back(&tunnels.add(settings, member.help, *member.log, [] {}));
    }

    /// From the kill to `is_well` again: what this process has used of the CPU.
    double cost_of_a_death(const std::function<bool()>& is_well)
    {
        const auto children = children_in("/proc/self");
        const pid_t victim = children->at(children->size() / 2);
        const double before = cpu_milliseconds();
        ::kill(victim, SIGKILL);
        run_without_waking(100ms);
        while (!is_well())
            run_without_waking(100ms);
        return cpu_milliseconds() - before;
    }

    /// run_for() would wake up each second.
    void run_without_waking(std::chrono::milliseconds time)
    {
        Timer end(io_.get_executor(), time);
        end.async_wait([this](const boost::system::error_code&) { io_.stop(); });
        io_.restart();
        io_.run();
    }

    bool until(const std::function<bool()>& is_so)
    {
        const auto deadline = std::chrono::steady_clock::now() + 120s;
        while (!is_so() && std::chrono::steady_clock::now() < deadline) {
            io_.restart();
            io_.run_for(20ms);
        }
        return is_so();
    }

    std::size_t count_;
    autossh_test::TemporaryDirectory directory_;
    InheritedSignals inherited_;
    boost::asio::io_context io_{1};
    Log log_;
    std::deque<Member> members_;
    std::vector<Tunnel*> tunnels_;
};

}  // namespace

int main(int argc, char** argv)
{
    // As in a session or a service, what autossh makes is in memory.
    if (::access("/dev/shm", W_OK) == 0)
        ::setenv("TMPDIR", "/dev/shm", 1);
    const std::size_t count = argc > 1 ? std::stoul(argv[1]) : 1000;
    if (!Bench(count).run()) {
        fmt::print(stderr, "tunnels_bench: the tunnels do not come up, or do not end\n");
        return 1;
    }
    return 0;
}
