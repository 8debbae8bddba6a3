// Asks a question on the terminal, in a child, and says how that came out: the terminal's modes can be looked
// at as long as the leader of its job lives.
//   ask_person hidden|shown PROMPT [handle]     handle: SIGINT has a handler that returns
#include "autossh/system/terminal_question.hpp"

#include <csignal>
#include <cstdlib>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

#include <fmt/core.h>

namespace {

extern "C" void on_interrupt(int)
{
    static_cast<void>(!::write(STDOUT_FILENO, "handled\n", 8));
}

int ask(std::string_view how, const char* prompt, bool handle)
{
    ::signal(SIGINT, handle ? on_interrupt : SIG_DFL);
    ::signal(SIGQUIT, SIG_DFL);
    fmt::print("asked by {}.\n", ::getpid());
    std::fflush(stdout);
    const auto answer = autossh::ask_on_terminal(prompt, how == "hidden");
    if (answer)
        fmt::print("answer <{}>\n", answer->text());
    else
        fmt::print("no answer\n");
    std::fflush(stdout);
    return EXIT_SUCCESS;
}

}  // namespace

int main(int argc, char** argv)
{
    if (argc < 3)
        return EXIT_FAILURE;
    ::signal(SIGINT, SIG_IGN);
    ::signal(SIGQUIT, SIG_IGN);
    const pid_t child = ::fork();
    if (child < 0)
        return EXIT_FAILURE;
    if (child == 0)
        ::_exit(ask(argv[1], argv[2], argc > 3));
    int status = 0;
    while (::waitpid(child, &status, 0) < 0)
        ;
    if (WIFSIGNALED(status))
        fmt::print("ended by signal {}\n", WTERMSIG(status));
    else
        fmt::print("ended with {}\n", WEXITSTATUS(status));
    std::fflush(stdout);
    for (;;)  // until the test kills us
        ::pause();
}
