// The scripted stand-in for ssh. It is given as AUTOSSH_PATH; FAKE_SSH_DIR names a directory:
//
//   script     read: line N says what the N-th start does, the last line also what all later ones do
//   starts     written: "N pid parent argv...", one line per start, each word in double quotes (\n, \",
//   \\ and
//              \xHH inside). It appears when the leading `ignore`, `record`, `forward` actions have been
//              done.
//   count      the number of starts so far
//   messages   written by `forward`: the messages heard, one line each, in double quotes
//   signals    written after `record signals`: "N NAME" for each signal received
//   state.N    written by `record`: "name value" lines, see fake_state.hpp
//
// A line of the script is a list of actions with `;` between them. The end of the list is `exit 0`.
//
//   exit STATUS            ends
//   die SIGNAL             ends by this signal (number or name: 9, KILL)
//   sleep                  for ever
//   after TIME ACTION      waits first; TIME as 200ms or 2s
//   ignore SIGNAL...       from now on; else every signal has its default action, as in the real ssh
//   stop                   stops itself (SIGSTOP) and goes on with the list when continued
//   say TEXT, warn TEXT    a line on standard output, on standard error
//   record                 writes state.N
//   record signals         notes HUP INT QUIT ABRT USR1 USR2 TERM CONT before each has its usual effect
//   exec WORD...           becomes another program (ends the forwarding)
//   forward HOW            opens the listener of its -L P:127.0.0.1:Q argument and serves it in the
//                          background, see fake_forward.hpp for HOW
//
// No script, or an empty one, means `sleep`. FAKE_SSH_PACE (a TIME) is waited once after the start was
// announced.

#include "support/stand_in/fake_forward.hpp"
#include "support/stand_in/fake_state.hpp"
#include "support/stand_in/fake_words.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace {

using namespace fake_ssh;

[[noreturn]] void fail(const std::string& text)
{
    const std::string line = "fake_ssh: " + text + "\n";
    static_cast<void>(!write(2, line.data(), line.size()));
    _exit(99);
}

std::vector<std::string> words;  // our argv
std::string directory;
int start_number = 0;
bool announced = false;
int signals_file = -1;

/// Opens out of the way of 0, 1 and 2, which may be closed and must stay so.
int open_high(const std::string& path, int flags)
{
    const int low = open(path.c_str(), flags | O_CLOEXEC, 0600);
    const int high = low < 0 ? -1 : fcntl(low, F_DUPFD_CLOEXEC, 100);
    if (high < 0)
        fail("cannot open " + path);
    close(low);
    return high;
}

int count_start()
{
    const int file = open_high(directory + "/count", O_RDWR | O_CREAT);
    flock(file, LOCK_EX);
    char text[32] = {};
    static_cast<void>(!pread(file, text, sizeof text - 1, 0));
    const int number = std::atoi(text) + 1;
    const std::string next = std::to_string(number);
    static_cast<void>(!pwrite(file, next.data(), next.size(), 0));
    close(file);
    return number;
}

void announce()
{
    if (announced)
        return;
    announced = true;
    std::string line =
        std::to_string(start_number) + " " + std::to_string(getpid()) + " " + std::to_string(getppid());
    for (const auto& word : words)
        line.append(" ").append(quoted(word));
    line += "\n";
    const int file = open_high(directory + "/starts", O_WRONLY | O_CREAT | O_APPEND);
    static_cast<void>(!write(file, line.data(), line.size()));
    close(file);
}

void wait_for(timespec time)
{
    timespec end{};
    clock_gettime(CLOCK_MONOTONIC, &end);
    end.tv_sec += time.tv_sec;
    end.tv_nsec += time.tv_nsec;
    if (end.tv_nsec >= 1000000000) {
        end.tv_nsec -= 1000000000;
        ++end.tv_sec;
    }
    while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, nullptr) == EINTR) {
    }
}

/// So that nobody has to cope with an ssh that is gone before its parent knows that it has one.
void pace()
{
    static bool done = false;
    const char* time = std::getenv("FAKE_SSH_PACE");
    if (!done && time != nullptr)
        wait_for(time_value(time));
    done = true;
}

std::string script_line()
{
    std::ifstream script(directory + "/script");
    std::string chosen;
    std::string line;
    for (int number = 1; number <= start_number && std::getline(script, line); ++number)
        chosen = line;
    return chosen.find_first_not_of(' ') == std::string::npos ? "sleep" : chosen;
}

extern "C" void note_signal(int number)
{
    const int saved = errno;
    char line[64];
    const std::size_t length = signal_line(line, start_number, number);
    static_cast<void>(!write(signals_file, line, length));
    if (number != SIGCONT) {
        signal(number, SIG_DFL);
        sigset_t only;
        sigemptyset(&only);
        sigaddset(&only, number);
        sigprocmask(SIG_UNBLOCK, &only, nullptr);
        raise(number);
    }
    errno = saved;
}

extern "C" void note_ignored(int number)
{
    char line[64];
    const std::size_t length = signal_line(line, start_number, number);
    static_cast<void>(!write(signals_file, line, length));
}

void handle(int number, void (*handler)(int))
{
    struct sigaction action = {};
    action.sa_handler = handler;
    sigfillset(&action.sa_mask);  // one after the other, else a later TERM hides an earlier HUP
    sigaction(number, &action, nullptr);
}

void record_signals()
{
    signals_file = open_high(directory + "/signals", O_WRONLY | O_CREAT | O_APPEND);
    for (const int number : {SIGHUP, SIGINT, SIGQUIT, SIGABRT, SIGUSR1, SIGUSR2, SIGTERM, SIGCONT}) {
        struct sigaction now = {};
        sigaction(number, nullptr, &now);
        handle(number, now.sa_handler == SIG_IGN ? note_ignored : note_signal);
    }
}

[[noreturn]] void become(const std::vector<std::string>& action)
{
    std::vector<std::string> program(action.begin() + 1, action.end());
    std::vector<char*> pointers;
    for (auto& word : program)
        pointers.push_back(word.data());
    pointers.push_back(nullptr);
    execvp(pointers[0], pointers.data());
    fail("cannot execute " + program[0]);
}

void ignore(const std::vector<std::string>& action)
{
    for (std::size_t i = 1; i < action.size(); ++i)
        handle(signal_number(action[i]), signals_file < 0 ? SIG_IGN : note_ignored);
}

[[noreturn]] void die(int number)
{
    signal(number, SIG_DFL);
    sigset_t none;
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, nullptr);
    for (;;)
        raise(number);
}

void print(int descriptor, const std::vector<std::string>& action)
{
    std::string text;
    for (std::size_t i = 1; i < action.size(); ++i)
        text += (i > 1 ? " " : "") + action[i];
    text += "\n";
    static_cast<void>(!write(descriptor, text.data(), text.size()));
}

/// The actions that prepare: they take no time, and are done before the start is announced.
bool prepare(const std::vector<std::string>& action, const State& state)
{
    const std::string& what = action[0];
    if (what == "ignore")
        ignore(action);
    else if (what == "record" && action.size() > 1)
        record_signals();
    else if (what == "record")
        write_state(state, directory + "/state." + std::to_string(start_number));
    else if (what == "forward")
        forward(words, {action.begin() + 1, action.end()},
                open_high(directory + "/messages", O_WRONLY | O_CREAT | O_APPEND));
    else
        return false;
    return true;
}

void perform(std::vector<std::string> action, const State& state)
{
    if (prepare(action, state))
        return;
    announce();
    pace();
    if (action[0] == "after" && action.size() > 2) {
        wait_for(time_value(action[1]));
        action.erase(action.begin(), action.begin() + 2);
        return perform(action, state);
    }
    const std::string& what = action[0];
    if (what == "exit")
        _exit(std::atoi(action.at(1).c_str()));
    else if (what == "die")
        die(signal_number(action.at(1)));
    else if (what == "stop")
        raise(SIGSTOP);
    else if (what == "say")
        print(1, action);
    else if (what == "warn")
        print(2, action);
    else if (what == "exec")
        become(action);
    else if (what == "sleep")
        for (;;)
            pause();
    else
        fail("unknown action " + what);
}

}  // namespace

int main(int argc, char** argv)
{
    const State state = current_state();  // before anything is opened
    words.assign(argv, argv + argc);
    const char* place = std::getenv("FAKE_SSH_DIR");
    if (place == nullptr)
        fail("FAKE_SSH_DIR is not set");
    directory = place;
    start_number = count_start();
    for (const auto& action : split_actions(script_line()))
        perform(action, state);
    announce();
    pace();
    _exit(0);
}
