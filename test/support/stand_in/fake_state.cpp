#include "support/stand_in/fake_state.hpp"

#include "support/stand_in/fake_words.hpp"

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <dirent.h>
#include <fstream>
#include <sys/stat.h>
#include <unistd.h>

extern char** environ;

namespace fake_ssh {
namespace {

void add_word(std::string& words, const std::string& word)
{
    if (!words.empty())
        words += ' ';
    words += word;
}

std::vector<int> open_descriptors()
{
    std::vector<int> numbers;
    DIR* directory = opendir("/proc/self/fd");
    if (directory == nullptr)
        return numbers;
    while (const dirent* item = readdir(directory))
        if (item->d_name[0] != '.' && std::atoi(item->d_name) != dirfd(directory))
            numbers.push_back(std::atoi(item->d_name));
    closedir(directory);
    std::sort(numbers.begin(), numbers.end());
    return numbers;
}

std::string target(int descriptor)
{
    char text[4096];
    const std::string link = "/proc/self/fd/" + std::to_string(descriptor);
    const ssize_t length = readlink(link.c_str(), text, sizeof text);
    return length < 0 ? "closed" : std::string(text, static_cast<std::size_t>(length));
}

std::string current_umask()
{
    const mode_t mask = umask(0);
    umask(mask);
    char text[16];
    std::snprintf(text, sizeof text, "%03o", static_cast<unsigned>(mask));
    return text;
}

std::string blocked_signals()
{
    sigset_t set;
    sigprocmask(SIG_SETMASK, nullptr, &set);
    std::string names;
    for (int number = 1; number < NSIG; ++number)
        if (sigismember(&set, number) == 1)
            add_word(names, signal_name(number));
    return names;
}

std::string ignored_signals()
{
    std::string names;
    for (int number = 1; number < NSIG; ++number) {
        struct sigaction action = {};
        if (sigaction(number, nullptr, &action) == 0 && action.sa_handler == SIG_IGN)
            add_word(names, signal_name(number));
    }
    return names;
}

}  // namespace

State current_state()
{
    State state;
    const auto descriptors = open_descriptors();
    std::string numbers;
    for (const int number : descriptors)
        add_word(numbers, std::to_string(number));
    char directory[4096] = "?";
    static_cast<void>(!getcwd(directory, sizeof directory));
    state.emplace_back("parent", std::to_string(getppid()));
    state.emplace_back("process_group", std::to_string(getpgrp()));
    state.emplace_back("session", std::to_string(getsid(0)));
    state.emplace_back("directory", directory);
    state.emplace_back("umask", current_umask());
    state.emplace_back("stdin", target(0));
    state.emplace_back("stdout", target(1));
    state.emplace_back("stderr", target(2));
    state.emplace_back("descriptors", numbers);
    state.emplace_back("blocked", blocked_signals());
    state.emplace_back("ignored", ignored_signals());
    for (char** variable = environ; *variable != nullptr; ++variable)
        state.emplace_back("variable", *variable);
    return state;
}

void write_state(const State& state, const std::string& path)
{
    // Under another name first: a reader never sees half of it.
    const std::string unfinished = path + ".new";
    std::ofstream file(unfinished);
    for (const auto& [name, value] : state)
        file << name << ' ' << value << '\n';
    file.close();
    std::rename(unfinished.c_str(), path.c_str());
}

}  // namespace fake_ssh
