// Measures from outside: bench OURS [REFERENCE] prints a column for each, and the goal. Run by scripts/bench.
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <string>
#include <utility>
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
constexpr const char* real_ssh = "/usr/bin/ssh";

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

/// Where every start of ssh is reported; and, as in a session or a service, a directory in memory for what
/// autossh makes.
class Place {
public:
    Place()
    {
        directory_ =
            access("/dev/shm", W_OK) == 0 ? "/dev/shm/autossh-bench-XXXXXX" : "/tmp/autossh-bench-XXXXXX";
        if (mkdtemp(directory_.data()) == nullptr)
            fail("no temporary directory");
        path_ = directory_ + "/starts";
        if (mkfifo(path_.c_str(), 0600) != 0 || (fd_ = open(path_.c_str(), O_RDWR | O_CLOEXEC)) < 0)
            fail("no fifo");
        setenv("TIMED_SSH_FIFO", path_.c_str(), 1);
        unsetenv("RUNTIME_DIRECTORY");
        unsetenv("TMPDIR");
        use_memory();
    }
    ~Place()
    {
        close(fd_);
        unlink(path_.c_str());
        rmdir(directory_.c_str());
    }
    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    void use_memory() const { setenv("XDG_RUNTIME_DIR", directory_.c_str(), 1); }
    static void use_disk() { unsetenv("XDG_RUNTIME_DIR"); }

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
    std::string directory_;
    std::string path_;
    int fd_ = -1;
};

pid_t start(const std::string& program, const std::vector<std::string>& options = {})
{
    std::vector<std::string> words{program, "-M", "0"};
    words.insert(words.end(), options.begin(), options.end());
    words.emplace_back("host");
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_t pid = 0;
    if (posix_spawn(&pid, program.c_str(), nullptr, nullptr, argv.data(), environ) != 0)
        fail("cannot start " + program);
    return pid;
}

void end(pid_t pid)
{
    kill(pid, SIGTERM);
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

/// Its own, and the clean pages of its program, which are private while one process runs it.
long private_kib(pid_t pid)
{
    return proc_sum(pid, "smaps_rollup", {"Private_Clean:", "Private_Dirty:"});
}

/// What each further process costs.
long anonymous_kib(pid_t pid)
{
    return proc_sum(pid, "smaps_rollup", {"Anonymous:"});
}

long switches(pid_t pid)
{
    return proc_sum(pid, "status", {"voluntary_ctxt_switches:", "nonvoluntary_ctxt_switches:"});
}

struct Contestant {
    explicit Contestant(std::string its_program) : program(std::move(its_program)) {}

    std::string program;
    std::vector<double> starts, terms, disk_starts, disk_terms, restarts;
    long idle_switches = 0;
    long private_first = 0, private_later = 0, private_real = 0;
    long anonymous_first = 0, anonymous_real = 0;
};

void one_life(const Place& place, const std::string& program, std::vector<double>& starts,
              std::vector<double>& terms)
{
    const long long begun = now();
    const pid_t autossh = start(program);
    starts.push_back(static_cast<double>(place.next().time - begun) / 1e6);
    usleep(3000);  // past the reference's own set-up, which TERM would interrupt, and past ours
    const long long told = now();
    end(autossh);
    terms.push_back(static_cast<double>(now() - told) / 1e6);
}

/// More restarts would meet the backoff.
void five_restarts(const Place& place, Contestant& it)
{
    const pid_t autossh = start(it.program);
    Place::Start ssh = place.next();
    for (int restart = 0; restart < 5; ++restart) {
        usleep(3000);
        const long long killed = now();
        kill(static_cast<pid_t>(ssh.pid), SIGKILL);
        ssh = place.next();
        it.restarts.push_back(static_cast<double>(ssh.time - killed) / 1e6);
    }
    end(autossh);
}

/// What one autossh costs while nothing happens.
void idleness(const Place& place, Contestant& it)
{
    const pid_t autossh = start(it.program);
    place.next();
    sleep(1);
    it.private_first = private_kib(autossh);
    it.anonymous_first = anonymous_kib(autossh);
    const long before = switches(autossh);
    sleep(idle_seconds);
    it.idle_switches = switches(autossh) - before;
    end(autossh);
}

/// With OpenSSH's ssh, which is asked what it will do, and connects to nobody.
void real_one(Contestant& it)
{
    setenv("AUTOSSH_PATH", real_ssh, 1);
    const pid_t autossh = start(it.program, {"-N", "-F", "none", "-o", "ProxyCommand sleep 9"});
    sleep(2);
    it.private_real = private_kib(autossh);
    it.anonymous_real = anonymous_kib(autossh);
    end(autossh);
    setenv("AUTOSSH_PATH", TIMED_SSH_PATH, 1);
}

/// HUP cuts the backoff short. (It ends the reference, so this is for ours alone.)
void many(const Place& place, Contestant& it)
{
    const pid_t autossh = start(it.program);
    Place::Start ssh = place.next();
    for (int i = 0; i < many_restarts; ++i) {
        kill(static_cast<pid_t>(ssh.pid), SIGKILL);
        while (!place.wait(5))
            kill(autossh, SIGHUP);
        ssh = place.next();
    }
    usleep(100'000);
    it.private_later = private_kib(autossh);
    end(autossh);
}

/// In turns, so that what else the machine does falls on all of them.
void measure(const Place& place, std::vector<Contestant>& contestants)
{
    for (int i = 0; i < rounds; ++i)
        for (Contestant& it : contestants)
            one_life(place, it.program, it.starts, it.terms);
    Place::use_disk();
    for (int i = 0; i < rounds; ++i)
        for (Contestant& it : contestants)
            one_life(place, it.program, it.disk_starts, it.disk_terms);
    place.use_memory();
    for (int i = 0; i < rounds / 5; ++i)
        for (Contestant& it : contestants)
            five_restarts(place, it);
    for (Contestant& it : contestants) {
        idleness(place, it);
        if (access(real_ssh, X_OK) == 0)
            real_one(it);
    }
    many(place, contestants.front());
}

class Table {
public:
    explicit Table(const std::vector<Contestant>& contestants) : contestants_(contestants)
    {
        const bool two = contestants_.size() > 1;
        fmt::print("{:<52}{:>9}{:>9}{:>9}  {}\n", "(medians)", "this", two ? "1.4g" : "", two ? "ratio" : "",
                   "goal");
    }

    void times(const std::string& name, std::vector<double> Contestant::*values,
               const std::string& goal = "") const
    {
        std::vector<double> medians;
        for (const Contestant& it : contestants_)
            medians.push_back(median(it.*values));
        print(name, medians, 2, goal);
    }
    void numbers(const std::string& name, long Contestant::*value, const std::string& goal = "") const
    {
        std::vector<double> values;
        for (const Contestant& it : contestants_)
            values.push_back(static_cast<double>(it.*value));
        print(name, values, 0, goal);
    }

private:
    void print(const std::string& name, const std::vector<double>& values, int digits,
               const std::string& goal) const
    {
        fmt::print("{:<52}", name);
        for (const double value : values)
            fmt::print("{:>9}", fmt::format("{:.{}f}", value, digits));
        const bool has_ratio = values.size() == 2 && values[1] > 0;
        fmt::print("{:>9}  {}\n", has_ratio ? fmt::format("{:.2f}", values[0] / values[1]) : "", goal);
    }

    const std::vector<Contestant>& contestants_;
};

}  // namespace

int main(int argc, char** argv)
{
    setenv("AUTOSSH_PATH", TIMED_SSH_PATH, 1);
    setenv("AUTOSSH_GATETIME", "0", 1);
    setenv("AUTOSSH_LOGFILE", "/dev/null", 1);
    const Place place;
    std::vector<Contestant> contestants;
    for (int i = 1; i < argc; ++i)
        contestants.emplace_back(argv[i]);
    if (contestants.empty())
        fail("usage: bench OURS [REFERENCE]");
    measure(place, contestants);

    const Table table(contestants);
    table.times("ssh's death to the next ssh started, ms", &Contestant::restarts, "ratio 1.0");
    table.times("start to ssh started, ms", &Contestant::starts, "ratio 1.3");
    table.times("TERM to gone, ms", &Contestant::terms, "ratio 1.2");
    table.times("start to ssh started, its directory in /tmp, ms", &Contestant::disk_starts);
    table.times("TERM to gone, its directory in /tmp, ms", &Contestant::disk_terms);
    table.numbers(fmt::format("wake-ups in {} idle seconds", idle_seconds), &Contestant::idle_switches, "0");
    table.numbers("anonymous memory with a real ssh, KiB", &Contestant::anonymous_real, "200 KiB");
    table.numbers("private memory in all with a real ssh, KiB", &Contestant::private_real, "1024 KiB");
    table.numbers("anonymous memory with the stand-in, KiB", &Contestant::anonymous_first);
    table.numbers("private memory in all with the stand-in, KiB", &Contestant::private_first);
    fmt::print("{:<52}{:>9}\n", fmt::format("the same after {} restarts, KiB", many_restarts),
               contestants.front().private_later);
}
