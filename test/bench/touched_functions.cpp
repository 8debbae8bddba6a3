#include "bench/touched_functions.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <elf.h>
#include <fcntl.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using Clock = std::chrono::steady_clock;

constexpr unsigned char breakpoint = 0xcc;  // int3

template <typename T>
T part_of(const std::string& file, std::uint64_t offset)
{
    T part;
    if (offset + sizeof part > file.size())
        throw std::runtime_error("that is no program");
    std::memcpy(&part, file.data() + offset, sizeof part);
    return part;
}

std::uint64_t load_address(pid_t pid)
{
    std::ifstream maps("/proc/" + std::to_string(pid) + "/maps");
    std::uint64_t begin = 0;
    maps >> std::hex >> begin;
    return begin;
}

pid_t start(const Life& life)
{
    const pid_t pid = ::fork();
    if (pid != 0)
        return pid;
    for (const std::string& variable : life.environment)
        ::putenv(const_cast<char*>(variable.c_str()));
    std::vector<char*> words;
    for (const std::string& word : life.words)
        words.push_back(const_cast<char*>(word.c_str()));
    words.push_back(nullptr);
    ::ptrace(PTRACE_TRACEME, 0, nullptr, nullptr);
    ::execv(words.front(), words.data());
    ::_exit(127);
}

class Tracer {
public:
    Tracer(const Life& life, Functions& functions) : life_(life), functions_(functions), pid_(start(life))
    {
        ::waitpid(pid_, nullptr, 0);
        constexpr long events = PTRACE_O_TRACECLONE | PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK |
                                PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL;
        ::ptrace(PTRACE_SETOPTIONS, pid_, nullptr, events);
        base_ = load_address(pid_);
        memory_ = ::open(("/proc/" + std::to_string(pid_) + "/mem").c_str(), O_RDWR | O_CLOEXEC);
        for (const auto& [address, function] : functions_) {
            ::pread(memory_, &replaced_[address], 1, place(address));
            if (!function.is_touched)
                ::pwrite(memory_, &breakpoint, 1, place(address));
        }
    }
    ~Tracer() { ::close(memory_); }
    Tracer(const Tracer&) = delete;
    Tracer& operator=(const Tracer&) = delete;

    void run()
    {
        ::ptrace(PTRACE_CONT, pid_, nullptr, nullptr);
        auto step = life_.steps.begin();
        for (auto begin = Clock::now();;) {
            int status = 0;
            const pid_t changed = ::waitpid(-1, &status, __WALL | WNOHANG);
            if (changed < 0 || (changed == pid_ && !WIFSTOPPED(status)))
                return;
            if (changed > 0 && WIFSTOPPED(status))
                go_on(changed, status);
            if (changed == 0)
                ::usleep(200);
            if (step == life_.steps.end() || Clock::now() < begin + step->after)
                continue;
            is_timed_ = step->is_timed;
            if (is_timed_)
                look_at_all_again();
            ::kill(step->is_for_ssh ? ssh_ : pid_, step->signal);
            begin = Clock::now();
            ++step;
        }
    }

private:
    off_t place(std::uint64_t address) const { return static_cast<off_t>(base_ + address); }

    void look_at_all_again()
    {
        for (const auto& [address, function] : functions_)
            if (function.turn == 0)
                ::pwrite(memory_, &breakpoint, 1, place(address));
    }

    void go_on(pid_t stopped, int status)
    {
        const int event = status >> 16;
        if (event == PTRACE_EVENT_EXEC) {
            ssh_ = stopped;
            ::ptrace(PTRACE_DETACH, stopped, nullptr, nullptr);
            return;
        }
        long signal = WSTOPSIG(status);
        if (event != 0 || signal == SIGSTOP || (signal == SIGTRAP && has_met(stopped)))
            signal = 0;
        ::ptrace(PTRACE_CONT, stopped, nullptr, signal);
    }

    bool has_met(pid_t stopped)
    {
        user_regs_struct registers{};
        ::ptrace(PTRACE_GETREGS, stopped, nullptr, &registers);
        const auto met = replaced_.find(--registers.rip - base_);
        if (met == replaced_.end())
            return false;
        Function& function = functions_[met->first];
        function.is_touched = true;
        if (is_timed_ && function.turn == 0)
            function.turn =
                1 + std::ranges::count_if(functions_, [](const auto& one) { return one.second.turn > 0; });
        ::pwrite(memory_, &met->second, 1, place(met->first));
        ::ptrace(PTRACE_SETREGS, stopped, nullptr, &registers);
        return true;
    }

    const Life& life_;
    Functions& functions_;
    pid_t pid_;
    pid_t ssh_ = 0;  ///< the last that has been started
    bool is_timed_ = false;
    std::uint64_t base_ = 0;
    int memory_ = -1;
    std::map<std::uint64_t, unsigned char> replaced_;
};

}  // namespace

Functions functions_of(const std::string& program)
{
    std::ostringstream text;
    text << std::ifstream(program, std::ios::binary).rdbuf();
    const std::string file = text.str();
    const auto header = part_of<Elf64_Ehdr>(file, 0);
    const auto section = [&](std::uint64_t number) {
        return part_of<Elf64_Shdr>(file, header.e_shoff + number * sizeof(Elf64_Shdr));
    };
    Functions functions;
    for (std::uint64_t i = 0; i < header.e_shnum; ++i) {
        const Elf64_Shdr table = section(i);
        if (table.sh_type != SHT_SYMTAB)
            continue;
        const std::uint64_t names = section(table.sh_link).sh_offset;
        for (std::uint64_t at = 0; at < table.sh_size; at += sizeof(Elf64_Sym)) {
            const auto symbol = part_of<Elf64_Sym>(file, table.sh_offset + at);
            if (ELF64_ST_TYPE(symbol.st_info) != STT_FUNC || symbol.st_size == 0)
                continue;
            Function& function = functions[symbol.st_value];
            function.size = symbol.st_size;
            function.names.emplace_back(file.c_str() + names + symbol.st_name);
        }
    }
    return functions;
}

void trace(const Life& life, Functions& functions)
{
    Tracer(life, functions).run();
}
