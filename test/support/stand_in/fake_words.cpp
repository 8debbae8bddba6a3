#include "support/stand_in/fake_words.hpp"

#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <sstream>

namespace fake_ssh {
namespace {

struct Name {
    int number;
    const char* text;
};
constexpr Name names[] = {{SIGHUP, "HUP"},   {SIGINT, "INT"},    {SIGQUIT, "QUIT"}, {SIGABRT, "ABRT"},
                          {SIGKILL, "KILL"}, {SIGUSR1, "USR1"},  {SIGUSR2, "USR2"}, {SIGPIPE, "PIPE"},
                          {SIGALRM, "ALRM"}, {SIGTERM, "TERM"},  {SIGCHLD, "CHLD"}, {SIGCONT, "CONT"},
                          {SIGSTOP, "STOP"}, {SIGTSTP, "TSTP"},  {SIGTTIN, "TTIN"}, {SIGTTOU, "TTOU"},
                          {SIGSEGV, "SEGV"}, {SIGWINCH, "WINCH"}};

const char* name_of(int number)
{
    for (const auto& name : names)
        if (name.number == number)
            return name.text;
    return nullptr;
}

}  // namespace

std::vector<std::vector<std::string>> split_actions(const std::string& line)
{
    std::vector<std::vector<std::string>> actions;
    std::istringstream parts(line);
    for (std::string part; std::getline(parts, part, ';');) {
        std::istringstream words(part);
        std::vector<std::string> action;
        for (std::string word; words >> word;)
            action.push_back(word);
        if (!action.empty())
            actions.push_back(action);
    }
    return actions;
}

std::string quoted(const std::string& word)
{
    std::string result = "\"";
    for (const char c : word) {
        const auto byte = static_cast<unsigned char>(c);
        char code[8];
        if (c == '\n')
            result += "\\n";
        else if (c == '"' || c == '\\')
            result += {'\\', c};
        else if (byte < 0x20 || byte >= 0x7f)
            result.append(code, static_cast<std::size_t>(std::snprintf(code, sizeof code, "\\x%02x", byte)));
        else
            result += c;
    }
    return result + "\"";
}

timespec time_value(const std::string& text)
{
    const long number = std::atol(text.c_str());
    if (text.find("ms") != std::string::npos)
        return {number / 1000, number % 1000 * 1000000};
    return {number, 0};
}

int signal_number(const std::string& text)
{
    for (const auto& name : names)
        if (text == name.text)
            return name.number;
    return std::atoi(text.c_str());
}

std::string signal_name(int number)
{
    const char* name = name_of(number);
    return name == nullptr ? std::to_string(number) : name;
}

std::size_t signal_line(char (&line)[64], int start_number, int number)
{
    std::size_t length = 0;
    char digits[12];
    int count = 0;
    do
        digits[count++] = static_cast<char>('0' + start_number % 10);
    while ((start_number /= 10) > 0);
    while (count > 0)
        line[length++] = digits[--count];
    line[length++] = ' ';
    for (const char* name = name_of(number); name != nullptr && *name != 0; ++name)
        line[length++] = *name;
    line[length++] = '\n';
    return length;
}

}  // namespace fake_ssh
