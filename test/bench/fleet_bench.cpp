// What a fleet costs: how soon many tunnels of one process are up at one server, and back after it was away,
// what each takes, and how fast autosshctl is about them.
//   fleet_bench AUTOSSH AUTOSSHCTL [COUNT [COUNT_WITH_STAND_IN]]
#include "e2e/support/fleet_folder.hpp"
#include "e2e/support/newer_sshd.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <memory>
#include <sstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace autossh_test;
using namespace std::chrono_literals;
using Words = std::vector<std::string>;
using Seconds = std::chrono::duration<double>;
using Steady = std::chrono::steady_clock;

constexpr auto patience = 5min;
constexpr auto outage = 3s;

void print(const std::string& name, const std::string& value, const std::string& goal = "")
{
    fmt::print("{:<58}{:>12}{}\n", name, value, goal.empty() ? "" : "   goal: " + goal);
    std::fflush(stdout);
}

std::string in_seconds(Seconds time)
{
    return fmt::format("{:.1f} s", time.count());
}

/// How long it takes. Throws where it fails.
Seconds time_of(Words words, const std::string& runtime_directory)
{
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    ::setenv("XDG_RUNTIME_DIR", runtime_directory.c_str(), 1);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO})
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
    const auto began = Steady::now();
    pid_t pid = 0;
    int status = -1;
    const bool runs = posix_spawnp(&pid, argv.front(), &actions, nullptr, argv.data(), environ) == 0;
    posix_spawn_file_actions_destroy(&actions);
    if (!runs || waitpid(pid, &status, 0) != pid || status != 0)
        throw std::runtime_error(fmt::format("{} {} fails", words.at(0), words.size() > 1 ? words[1] : ""));
    return Steady::now() - began;
}

/// Of 7, in milliseconds.
double median_time(const Words& words, const std::string& runtime_directory)
{
    std::vector<double> times;
    for (int i = 0; i < 7; ++i)
        times.push_back(time_of(words, runtime_directory).count() * 1e3);
    std::ranges::sort(times);
    return times[times.size() / 2];
}

/// In KiB.
long anonymous_memory(pid_t process)
{
    std::ifstream text(fmt::format("/proc/{}/smaps_rollup", process));
    for (std::string word; text >> word;)
        if (word == "Anonymous:") {
            long value = 0;
            text >> value;
            return value;
        }
    return 0;
}

long descriptors(pid_t process)
{
    return std::distance(std::filesystem::directory_iterator(fmt::format("/proc/{}/fd", process)), {});
}

/// Of what this program has started and what has ended of that: utime to cstime of proc(5).
Seconds cpu_of_both_ends()
{
    long ticks = 0;
    for (const auto& entry : process_table::everything()) {
        std::ifstream file(fmt::format("/proc/{}/stat", entry.pid));
        const std::string text(std::istreambuf_iterator<char>(file), {});
        std::istringstream fields(text.substr(std::min(text.rfind(')') + 1, text.size())));
        std::string other;
        for (int field = 3; field < 14; ++field)
            fields >> other;
        for (long value = 0, field = 14; field < 18 && fields >> value; ++field)
            ticks += value;
    }
    rusage used{};
    ::getrusage(RUSAGE_CHILDREN, &used);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return Seconds(seconds(used.ru_utime) + seconds(used.ru_stime) +
                   static_cast<double>(ticks) / static_cast<double>(::sysconf(_SC_CLK_TCK)));
}

std::unique_ptr<Sshd> make_server()
{
    if (NewerSshd::is_there())
        return std::make_unique<NewerSshd>();
    return std::make_unique<Sshd>();
}

Seconds cpu_of_a_login(const Sshd& sshd)
{
    constexpr int logins = 10;
    const Seconds before = cpu_of_both_ends();
    for (int i = 0; i < logins; ++i)
        time_of({"ssh", "-F", sshd.client_config(), "-o", "LogLevel=ERROR", "server", "true"}, "/");
    wait_until([&] { return sshd.session_processes().empty(); });
    return (cpu_of_both_ends() - before) / logins;
}

/// Until the log has these words so often.
Seconds time_until(const FleetFolder& folder, const std::string& words, int times, Steady::time_point began)
{
    while (folder.count(words) < times) {
        if (Steady::now() - began > patience)
            throw std::runtime_error(fmt::format("only {} of {} are {}", folder.count(words), times, words));
        std::this_thread::sleep_for(100ms);
    }
    return Steady::now() - began;
}

int refusals(const Sshd& sshd)
{
    const std::string log = sshd.log();
    return occurrences(log, "drop connection") + occurrences(log, "penalty: ") +
           occurrences(log, "beginning MaxStartups");
}

ProcessOptions fleet_process(const FleetFolder& folder, const std::string& autossh)
{
    ProcessOptions options = folder.options();
    options.arguments.front() = autossh;
    options.changes["XDG_RUNTIME_DIR"] = folder / "";
    return options;
}

void end(const Process& autossh)
{
    autossh.signal(SIGTERM);
    if (!autossh.wait_for_exit(1min) || !autossh.wait_until_nothing_left(1min))
        throw std::runtime_error("the fleet does not end");
}

void measure_control(const std::string& autosshctl, const FleetFolder& folder, bool has_goals)
{
    const std::string place = folder / "";
    print("autosshctl status, median of 7",
          fmt::format("{:.0f} ms", median_time({autosshctl, "status", "-D", "lab"}, place)),
          has_goals ? "50 ms" : "");
    print("autosshctl reload of unchanged tunnels, median of 7",
          fmt::format("{:.0f} ms", median_time({autosshctl, "reload", "-D", "lab"}, place)),
          has_goals ? "200 ms" : "");
}

void print_size(pid_t autossh, int count, bool has_goals)
{
    print("anonymous memory of the process, for each tunnel",
          fmt::format("{:.1f} KiB", static_cast<double>(anonymous_memory(autossh)) / count),
          has_goals ? "20 KiB" : "");
    print("descriptors of the process, for each tunnel",
          fmt::format("{:.2f}", static_cast<double>(descriptors(autossh)) / count), has_goals ? "5" : "");
}

void measure_real(const std::string& autossh, const std::string& autosshctl, int count)
{
    fmt::print("{} tunnels, the real ssh, {}\n", count,
               NewerSshd::is_there() ? "sshd of OpenSSH 10 at its defaults" : "the sshd that is installed");
    const auto sshd = make_server();
    const Seconds login = cpu_of_a_login(*sshd);
    print("CPU time of a log-in, both ends", fmt::format("{:.0f} ms", login.count() * 1e3));
    const Seconds target = 1.25 * count * login / std::thread::hardware_concurrency();
    const std::string goal = in_seconds(target) + " on an idle machine";
    const FleetFolder folder(fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n"
                                         "[range.many]\nname = \"t{{n}}\"\nvars = {{ n = \"1..{}\" }}\n",
                                         sshd->client_config().string(), count));
    const auto began = Steady::now();
    const Process fleet(fleet_process(folder, autossh));
    print("until all are up", in_seconds(time_until(folder, ": up: ", count, began)), goal);
    print_size(fleet.pid(), count, false);
    measure_control(autosshctl, folder, false);
    int refused = refusals(*sshd);
    sshd->stop();
    std::this_thread::sleep_for(outage);
    const auto back = Steady::now();
    sshd->start();
    print("until all are back, from the start of sshd",
          in_seconds(time_until(folder, ": up again ", count, back)), goal);
    refused += refusals(*sshd);
    print("refused by MaxStartups or PerSourcePenalties", std::to_string(refused), "0");
    print("starts of ssh", std::to_string(folder.count("starting ssh (count ")));
    end(fleet);
}

void measure_stand_in(const std::string& autossh, const std::string& autosshctl, int count)
{
    fmt::print("\n{} tunnels, a stand-in for ssh\n", count);
    const FleetFolder folder(fmt::format(
        "[defaults]\nhost = \"far\"\nssh = \"{}\"\nplain = false\nmonitor = \"auto\"\npoll = "
        "\"24h\"\nfirst-poll = \"24h\"\n"
        "remote = [\"2222:localhost:22\"]\n[range.many]\nname = \"t{{n}}\"\nvars = {{ n = \"1..{}\" }}\n",
        IDLE_SSH_PATH, count));
    const auto began = Steady::now();
    const Process fleet(fleet_process(folder, autossh));
    print("until all are up", in_seconds(time_until(folder, ": up: ", count, began)));
    print_size(fleet.pid(), count, true);
    measure_control(autosshctl, folder, true);
    end(fleet);
}

/// The reference needs a process for each.
void measure_reference(int count)
{
    const std::string reference = "/usr/lib/autossh/autossh";
    if (::access(reference.c_str(), X_OK) != 0)
        return;
    constexpr int sample = 20;
    std::deque<Process> processes;
    for (int i = 0; i < sample; ++i)
        processes.emplace_back(ProcessOptions{.arguments = {reference, "-M", "0", "-N", "far"},
                                              .changes = {{"AUTOSSH_PATH", IDLE_SSH_PATH}}});
    std::this_thread::sleep_for(1s);
    long memory = 0;
    for (const Process& process : processes)
        memory += anonymous_memory(process.pid());
    const double each = static_cast<double>(memory) / sample;
    fmt::print("\nautossh 1.4g, a process for each tunnel\n");
    print("anonymous memory of each", fmt::format("{:.0f} KiB", each));
    print(fmt::format("of {}", count), fmt::format("{:.1f} MiB", each * count / 1024));
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        if (argc < 3)
            throw std::runtime_error("usage: fleet_bench AUTOSSH AUTOSSHCTL [COUNT [COUNT_WITH_STAND_IN]]");
        const int count = argc > 3 ? std::stoi(argv[3]) : 200;
        const int stand_ins = argc > 4 ? std::stoi(argv[4]) : 1000;
        measure_real(argv[1], argv[2], count);
        measure_stand_in(argv[1], argv[2], stand_ins);
        measure_reference(stand_ins);
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        fmt::print(stderr, "fleet_bench: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
