// Measures from outside: bench OURS [REFERENCE…] prints one column for each. Run by scripts/bench.
#include <algorithm>
#include <array>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

namespace {

constexpr int rounds = 200;
constexpr int many_restarts = 1000;
constexpr unsigned idle_seconds = 10;

long long now()
{
    timespec time{};
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1'000'000'000LL + time.tv_nsec;
}

[[noreturn]] void fail(const std::string& what)
{
    fmt::print(stderr, "bench: {}\n", what);
    std::exit(EXIT_FAILURE);
}

/// Where every start of ssh is reported.
class Fifo {
public:
    Fifo()
    {
        if (mkdtemp(directory_.data()) == nullptr)
            fail("no temporary directory");
        path_ = std::string(directory_.data()) + "/starts";
        if (mkfifo(path_.c_str(), 0600) != 0 || (fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC)) < 0)
            fail("no fifo");
        setenv("TIMED_SSH_FIFO", path_.c_str(), 1);
    }
    ~Fifo()
    {
        close(fd_);
        unlink(path_.c_str());
        rmdir(directory_.data());
    }
    Fifo(const Fifo&) = delete;
    Fifo& operator=(const Fifo&) = delete;

    struct Start {
        long long pid;
        long long time;
    };
    bool wait(int milliseconds) const
    {
        pollfd input{fd_, POLLIN, 0};
        return poll(&input, 1, milliseconds) == 1;
    }
    Start next() const
    {
        Start start{};
        if (!wait(20'000) || read(fd_, &start, sizeof start) != sizeof start)
            fail("no ssh was started within 20 s");
        return start;
    }

private:
    std::string directory_ = "/tmp/autossh-bench-XXXXXX";
    std::string path_;
    int fd_ = -1;
};

pid_t start(const std::string& program)
{
    std::array<char*, 5> argv{const_cast<char*>(program.c_str()), const_cast<char*>("-M"),
                              const_cast<char*>("0"), const_cast<char*>("host"), nullptr};
    pid_t pid = 0;
    if (posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0)
        fail("cannot start " + program);
    return pid;
}

void wait_for(pid_t pid)
{
    while (waitpid(pid, nullptr, 0) < 0)
        ;
}

double median(std::vector<double> values)
{
    std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
    return values[values.size() / 2];
}

/// The sum of a figure in a file of /proc, by its first word.
long proc_sum(pid_t pid, const char* file, const std::vector<std::string>& names)
{
    std::ifstream input(fmt::format("/proc/{}/{}", pid, file));
    std::string word;
    long sum = 0;
    long value = 0;
    while (input >> word)
        if (std::find(names.begin(), names.end(), word) != names.end() && input >> value)
            sum += value;
    return sum;
}

long private_kib(pid_t pid)
{
    return proc_sum(pid, "smaps_rollup", {"Private_Clean:", "Private_Dirty:"});
}

long switches(pid_t pid)
{
    return proc_sum(pid, "status", {"voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"});
}

struct Figures {
    double start_ms, restart_ms, term_ms;
    long idle_switches, private_first, private_later;
};

void ends(const Fifo& fifo, const std::string& program, Figures& figures)
{
    std::vector<double> starts;
    std::vector<double> terms;
    for (int i = 0; i < rounds; ++i) {
        const long long begun = now();
        const pid_t autossh = start(program);
        starts.push_back(static_cast<double>(fifo.next().time - begun) / 1e6);
        usleep(2000);  // past the reference's own set-up, which TERM would interrupt
        const long long told = now();
        kill(autossh, SIGTERM);
        wait_for(autossh);
        terms.push_back(static_cast<double>(now() - told) / 1e6);
    }
    figures.start_ms = median(starts);
    figures.term_ms = median(terms);
}

/// What one autossh costs while nothing happens.
void idleness(const Fifo& fifo, const std::string& program, Figures& figures)
{
    const pid_t autossh = start(program);
    fifo.next();
    sleep(1);
    figures.private_first = private_kib(autossh);
    const long before = switches(autossh);
    sleep(idle_seconds);
    figures.idle_switches = switches(autossh) - before;
    kill(autossh, SIGTERM);
    wait_for(autossh);
}

void restarts(const Fifo& fifo, const std::string& program, Figures& figures)
{
    std::vector<double> times;
    for (int i = 0; i < rounds / 5; ++i) {
        const pid_t autossh = start(program);
        Fifo::Start ssh = fifo.next();
        for (int restart = 0; restart < 5; ++restart) {  // more would meet the backoff
            usleep(2000);
            const long long killed = now();
            kill(static_cast<pid_t>(ssh.pid), SIGKILL);
            ssh = fifo.next();
            times.push_back(static_cast<double>(ssh.time - killed) / 1e6);
        }
        kill(autossh, SIGTERM);
        wait_for(autossh);
    }
    figures.restart_ms = median(times);
}

/// HUP cuts the backoff short. (It ends the reference, so this is for ours alone.)
void many(const Fifo& fifo, const std::string& program, Figures& figures)
{
    const pid_t autossh = start(program);
    Fifo::Start ssh = fifo.next();
    usleep(100'000);
    figures.private_first = private_kib(autossh);
    for (int i = 0; i < many_restarts; ++i) {
        kill(static_cast<pid_t>(ssh.pid), SIGKILL);
        while (!fifo.wait(5))
            kill(autossh, SIGHUP);
        ssh = fifo.next();
    }
    usleep(100'000);
    figures.private_later = private_kib(autossh);
    kill(autossh, SIGTERM);
    wait_for(autossh);
}

}  // namespace

int main(int argc, char** argv)
{
    setenv("AUTOSSH_PATH", TIMED_SSH_PATH, 1);
    setenv("AUTOSSH_GATETIME", "0", 1);
    setenv("AUTOSSH_LOGFILE", "/dev/null", 1);
    const Fifo fifo;
    std::vector<Figures> columns;
    for (int i = 1; i < argc; ++i) {
        Figures figures{};
        ends(fifo, argv[i], figures);
        restarts(fifo, argv[i], figures);
        idleness(fifo, argv[i], figures);
        if (i == 1)
            many(fifo, argv[i], figures);
        columns.push_back(figures);
    }
    const auto row = [&](const std::string& name, const std::function<std::string(const Figures&)>& cell) {
        fmt::print("{:<46}", name);
        for (const Figures& figures : columns)
            fmt::print("{:>14}", cell(figures));
        fmt::print("\n");
    };
    row("start to ssh started, ms", [](const Figures& f) { return fmt::format("{:.2f}", f.start_ms); });
    row("ssh's death to the next ssh started, ms",
        [](const Figures& f) { return fmt::format("{:.2f}", f.restart_ms); });
    row("TERM to gone, ms", [](const Figures& f) { return fmt::format("{:.2f}", f.term_ms); });
    row(fmt::format("wake-ups in {} idle seconds", idle_seconds),
        [](const Figures& f) { return fmt::format("{}", f.idle_switches); });
    row("private memory, KiB", [](const Figures& f) { return fmt::format("{}", f.private_first); });
    row(fmt::format("private memory after {} restarts, KiB", many_restarts),
        [](const Figures& f) { return f.private_later == 0 ? "-" : fmt::format("{}", f.private_later); });
}
