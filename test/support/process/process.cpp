#include "support/process/process.hpp"

#include "support/process/launch.hpp"

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fcntl.h>
#include <sstream>
#include <sys/wait.h>
#include <system_error>
#include <unistd.h>

namespace autossh_test {
namespace {

std::vector<char*> pointers(std::vector<std::string>& words)
{
    std::vector<char*> result;
    for (auto& word : words)
        result.push_back(word.data());
    result.push_back(nullptr);
    return result;
}

std::string find_program(const std::string& name)
{
    if (name.find('/') != std::string::npos)
        return name;
    const char* path = std::getenv("PATH");
    std::istringstream directories(path == nullptr ? "/usr/bin:/bin" : path);
    for (std::string directory; std::getline(directories, directory, ':');)
        if (access((directory + "/" + name).c_str(), X_OK) == 0)
            return directory + "/" + name;
    return name;
}

/// A descriptor out of the way of 0, 1 and 2, which the child rearranges; closed with the object.
class Descriptor {
public:
    Descriptor() = default;
    explicit Descriptor(int number) : number_(number < 0 ? number : fcntl(number, F_DUPFD_CLOEXEC, 10))
    {
        if (number >= 0)
            ::close(number);
        if (number_ < 0)
            throw std::system_error(errno, std::generic_category(), "cannot start a process");
    }
    ~Descriptor() { reset(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    int number() const { return number_; }
    void reset()
    {
        if (number_ >= 0)
            ::close(number_);
        number_ = -1;
    }

private:
    int number_ = -1;
};

Descriptor stream(const std::optional<int>& given, const std::filesystem::path& otherwise)
{
    if (given)
        return Descriptor(fcntl(*given, F_DUPFD_CLOEXEC, 10));
    return Descriptor(open(otherwise.c_str(), O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
}

/// Forks and waits until the program runs (the status pipe closes at its exec).
pid_t launch_process(const Launch& launch, pid_t& job)
{
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) < 0)
        throw std::system_error(errno, std::generic_category(), "pipe");
    const Descriptor reading(ends[0]);
    Descriptor writing(ends[1]);
    const pid_t pid = process_table::start([&] {
        const pid_t forked = fork();
        if (forked == 0)
            run_launched(launch, writing.number());
        return forked;
    });
    if (pid < 0)
        throw std::system_error(errno, std::generic_category(), "fork");
    writing.reset();
    LaunchReport report;
    while (read(reading.number(), &report, sizeof report) == static_cast<ssize_t>(sizeof report)) {
        if (report.error != 0) {
            wait_until([&] { return process_table::wait_status(pid).has_value(); });
            throw std::system_error(report.error, std::generic_category(), launch.program);
        }
        job = report.job;
    }
    return pid;
}

}  // namespace

Environment base_environment()
{
    Environment environment{{"LC_ALL", "C"}};
    for (const char* name :
         {"PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TZ", "ASAN_OPTIONS", "UBSAN_OPTIONS", "LSAN_OPTIONS"})
        if (const char* value = std::getenv(name))
            environment[name] = value;
    return environment;
}

std::string ExitResult::text() const
{
    return code ? "exit " + std::to_string(*code) : "signal " + std::to_string(signal.value_or(0));
}

Process::Process(const ProcessOptions& options) : mark_(process_table::new_mark())
{
    auto arguments = options.arguments;
    const std::string program = find_program(options.program.empty() ? arguments.at(0) : options.program);
    Environment environment = options.environment.value_or(base_environment());
    for (const auto& [name, value] : options.changes)
        environment[name] = value;
    environment[process_table::mark_variable] = mark_;
    if (!options.environment)
        environment.try_emplace("XDG_STATE_HOME", directory_ / "state");  // the ledger of a fleet
    std::vector<std::string> variables;
    for (const auto& [name, value] : environment)
        variables.push_back(name + "=" + value);
    const auto argument_pointers = pointers(arguments);
    const auto variable_pointers = pointers(variables);

    const Descriptor input = stream(options.input, "/dev/null");
    const Descriptor output = stream(options.output, directory_ / "output");
    const Descriptor errors = stream(options.errors, directory_ / "errors");

    Launch launch;
    launch.program = program.c_str();
    launch.arguments = argument_pointers.data();
    launch.environment = variable_pointers.data();
    launch.working_directory =
        options.working_directory.empty() ? nullptr : options.working_directory.c_str();
    launch.terminal = options.terminal.empty() ? nullptr : options.terminal.c_str();
    launch.new_session = options.new_session;
    launch.job_control = options.job_control;
    launch.umask = options.umask ? &*options.umask : nullptr;
    launch.streams[0] = input.number();
    launch.streams[1] = output.number();
    launch.streams[2] = errors.number();
    launch.closed_descriptors = options.closed_descriptors;
    launch.kept_descriptors = options.kept_descriptors;
    launch.ignored_signals = options.ignored_signals;
    launch.blocked_signals = options.blocked_signals;
    pid_ = launch_process(launch, job_);
}

Process::~Process()
{
    process_table::kill_all([this] { return family(); });
    wait_until([this] { return exit_result().has_value(); });
}

void Process::foreground() const
{
    signal(SIGUSR1);
}

std::optional<ExitResult> Process::exit_result() const
{
    return exit_of(pid_);
}

std::optional<ExitResult> Process::wait_for_exit(std::chrono::milliseconds deadline) const
{
    wait_until([this] { return exit_result().has_value(); }, deadline);
    return exit_result();
}

std::string Process::output() const
{
    return read_file(directory_ / "output");
}

std::string Process::errors() const
{
    return read_file(directory_ / "errors");
}

std::vector<process_table::Entry> Process::family() const
{
    return process_table::family(mark_, exit_result() ? 0 : pid_);
}

bool Process::wait_until_nothing_left(std::chrono::milliseconds deadline) const
{
    return wait_until([this] { return family().empty(); }, deadline, std::chrono::milliseconds{15});
}

std::optional<ExitResult> exit_of(pid_t pid)
{
    const auto status = process_table::wait_status(pid);
    if (!status)
        return std::nullopt;
    return WIFEXITED(*status) ? exited(WEXITSTATUS(*status)) : killed_by(WTERMSIG(*status));
}

char state_of(pid_t pid)
{
    const std::string stat = read_file("/proc/" + std::to_string(pid) + "/stat");
    const auto name_end = stat.rfind(')');
    return name_end == std::string::npos ? '-' : stat.at(name_end + 2);
}

std::vector<process_table::Entry> living_processes()
{
    return process_table::everything();
}

}  // namespace autossh_test
