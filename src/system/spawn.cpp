#include "autossh/system/spawn.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/time.hpp"
#include "autossh/system/new_program.hpp"

#include <array>
#include <atomic>
#include <cerrno>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <linux/futex.h>
#include <sched.h>
#include <sys/syscall.h>
#endif

// The sanitizers do not know of a process that shares our memory. musl's clone(2) refuses the flag that tells
// of exec.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define AUTOSSH_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(memory_sanitizer) || __has_feature(thread_sanitizer)
#define AUTOSSH_SANITIZED 1
#endif
#endif
#if defined(__linux__) && defined(__GLIBC__) && defined(__LP64__) && !defined(AUTOSSH_SANITIZED)
#define AUTOSSH_SHARES_MEMORY 1
#endif

namespace autossh {

namespace {

[[noreturn]] void fail(int error, const std::string& what)
{
    throw std::system_error(error, std::generic_category(), what);
}

/// An exec takes milliseconds. A child that was stopped before it, or waits for a file system that hangs,
/// must not take us with it: we would see no signal.
constexpr Duration exec_patience = std::chrono::seconds(1);

struct Started {
    pid_t child;
    int error;  ///< of its exec; 0: it has worked, or takes too long to be waited for
};

void lead_group(pid_t child, const Streams& streams)
{
    if (streams.own_group)
        ::setpgid(child, child);  // there may be none yet, if it has not got so far
}

int error_from(int read_end)
{
    const Time deadline = Clock::now() + exec_patience;
    int error = 0;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now()).count();
        pollfd readable{read_end, POLLIN, 0};
        const int ready = left > 0 ? ::poll(&readable, 1, static_cast<int>(left)) : 0;
        if (ready < 0 && errno == EINTR)
            continue;
        const ssize_t size = ready > 0 ? ::read(read_end, &error, sizeof error) : 0;
        return size == static_cast<ssize_t>(sizeof error) ? error : 0;
    }
}

/// With a copy of our memory. The error comes through a pipe, which closes by itself at exec.
Started start_by_fork(NewProgram& program, const Streams& streams)
{
    Pipe status;
    UniqueFd report(::fcntl(status.write_end.get(), F_DUPFD_CLOEXEC, STDERR_FILENO + 1));
    if (!report)
        fail(errno, "pipe");
    status.write_end.reset();
    pid_t child = -1;
    {
        const SignalsBlocked while_forking;
        child = ::fork();
        if (child == 0) {
            const int error = program.become();
            static_cast<void>(!::write(report.get(), &error, sizeof error));
            ::_exit(EXIT_FAILURE);
        }
    }
    if (child < 0)
        fail(errno, "fork");
    lead_group(child, streams);
    report.reset();
    return {child, error_from(status.read_end.get())};
}

#ifdef AUTOSSH_SHARES_MEMORY

/// What a child in our memory uses until its exec.
struct Start {
    Start(const Command& command, const InheritedSignals& inherited, const Streams& streams)
        : program(command, inherited, streams)
    {}

    NewProgram program;
    int error = 0;
    pid_t on_its_way = 1;  ///< the kernel makes it 0 at exec and at the end, and wakes who waits for that
    alignas(16) std::array<std::byte, 32UL * 1024> stack;  // NOLINT: not to be touched in vain
};

bool is_on_its_way(const Start& start)
{
    return __atomic_load_n(&start.on_its_way, __ATOMIC_ACQUIRE) != 0;
}

/// Those whose child was still on its way when we went on: it may be stopped. Never destroyed: such a child
/// may see our end.
std::vector<std::unique_ptr<Start>>& late_starts()
{
    static auto& late = *new std::vector<std::unique_ptr<Start>>;
    return late;
}

int run_child(void* argument)
{
    auto& start = *static_cast<Start*>(argument);
    start.error = start.program.become();
    std::atomic_thread_fence(std::memory_order_seq_cst);  // before the kernel's 0
    ::_exit(EXIT_FAILURE);
}

void wait_for_exec(Start& start)
{
    using namespace std::chrono;
    const Time deadline = Clock::now() + exec_patience;
    while (is_on_its_way(start)) {
        const auto left = duration_cast<nanoseconds>(deadline - Clock::now());
        if (left <= nanoseconds::zero())
            return;
        const auto whole = duration_cast<seconds>(left);
        const timespec limit{whole.count(), (left - whole).count()};
        // Not FUTEX_PRIVATE_FLAG: the kernel does not wake with it.
        ::syscall(SYS_futex, &start.on_its_way, FUTEX_WAIT, 1, &limit, nullptr, 0);
    }
}

/// In our memory: nothing of it is copied, however much there is. Without CLONE_VFORK, with which we could
/// not go on without the child. Nothing: the system (an emulator) cannot do that.
std::optional<Started> start_in_our_memory(const Command& command, const InheritedSignals& inherited,
                                           const Streams& streams)
{
    auto& late = late_starts();
    std::erase_if(late, [](const auto& start) { return !is_on_its_way(*start); });
    late.reserve(late.size() + 1);
    auto start = std::make_unique<Start>(command, inherited, streams);
    pid_t child = -1;
    {
        const SignalsBlocked while_cloning;
        child = ::clone(run_child, start->stack.data() + start->stack.size(),
                        CLONE_VM | CLONE_CHILD_CLEARTID | SIGCHLD, start.get(), nullptr, nullptr,
                        &start->on_its_way);
    }
    if (child < 0 && (errno == EINVAL || errno == ENOSYS))
        return std::nullopt;
    if (child < 0)
        fail(errno, "fork");
    lead_group(child, streams);
    wait_for_exec(*start);
    if (!is_on_its_way(*start))
        return Started{child, start->error};
    late.push_back(std::move(start));
    return Started{child, 0};
}

#endif

Started start(const Command& command, const InheritedSignals& inherited, const Streams& streams)
{
#ifdef AUTOSSH_SHARES_MEMORY
    if (NewProgram::may_share_memory)
        if (const auto started = start_in_our_memory(command, inherited, streams))
            return *started;
#endif
    NewProgram program(command, inherited, streams);
    return start_by_fork(program, streams);
}

}  // namespace

pid_t spawn(const Command& command, const InheritedSignals& inherited, const Streams& streams)
{
    const auto [child, error] = start(command, inherited, streams);
    if (error == 0)
        return child;
    while (::waitpid(child, nullptr, 0) < 0 && errno == EINTR)
        ;
    fail(error, command.file);
}

bool passes_by_itself(const std::error_code& error)
{
    return error == std::errc::resource_unavailable_try_again || error == std::errc::not_enough_memory ||
           error == std::errc::too_many_files_open || error == std::errc::too_many_files_open_in_system ||
           error == std::errc::text_file_busy;
}

}  // namespace autossh
