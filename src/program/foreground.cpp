#include "autossh/program/foreground.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/login/caller_message.hpp"
#include "autossh/system/process_privacy.hpp"
#include "autossh/system/terminal_question.hpp"

#include <cerrno>
#include <csignal>
#include <cstdint>
#include <cstdlib>
#include <exception>
#include <optional>
#include <string>

#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace autossh {

namespace {

/// A process of its own asks, so that a question can be taken back. (A read from a terminal cannot.)
class TerminalAsker {
public:
    explicit TerminalAsker(int socket) : socket_(socket)
    {
        sigset_t held{};
        sigemptyset(&held);
        for (const int signal : {SIGCHLD, SIGINT, SIGQUIT})
            sigaddset(&held, signal);
        ::sigprocmask(SIG_BLOCK, &held, &usual_mask_);
        ::signal(SIGCHLD, [](int) {});
    }

    void ask(std::uint32_t question, const std::string& prompt, bool hidden)
    {
        cancel();
        question_ = question;
        const pid_t parent = ::getpid();
        asking_ = ::fork();
        if (asking_ == 0)
            answer_and_exit(prompt, hidden, parent);
        if (asking_ < 0)
            say_no_answer();
    }

    void cancel()
    {
        if (asking_ <= 0)
            return;
        ::kill(asking_, SIGTERM);
        ::kill(asking_, SIGCONT);
        while (::waitpid(asking_, nullptr, 0) < 0 && errno == EINTR)
            ;
        asking_ = -1;
    }

    /// No other question comes: from now on signals are for us alone.
    void finish()
    {
        cancel();
        ::sigprocmask(SIG_SETMASK, &usual_mask_, nullptr);
    }

    /// Returns when the daemon has something to say, or has ended.
    void wait()
    {
        for (;;) {
            pollfd readable{socket_, POLLIN, 0};
            const sigset_t mask = mask_of_wait();
            const int ready = ::ppoll(&readable, 1, nullptr, &mask);
            look_after_question();
            if (ready > 0)
                return;
        }
    }

private:
    /// A key that interrupts is first for who asks, and sets the terminal back.
    sigset_t mask_of_wait() const
    {
        sigset_t mask = usual_mask_;
        if (asking_ > 0) {
            sigaddset(&mask, SIGINT);
            sigaddset(&mask, SIGQUIT);
        }
        return mask;
    }

    [[noreturn]] void answer_and_exit(const std::string& prompt, bool hidden, pid_t parent) const
    {
#ifdef __linux__
        ::prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (::getppid() != parent)
            ::_exit(EXIT_FAILURE);
#else
        static_cast<void>(parent);
#endif
        ::sigprocmask(SIG_SETMASK, &usual_mask_, nullptr);
        try {
            hide_memory_from_others();
            const auto typed = ask_on_terminal(prompt, hidden);
            if (typed)
                send_message(socket_, CallerMessage::answer, typed->text(), question_);
            else
                say_no_answer();
            ::_exit(EXIT_SUCCESS);
        } catch (const std::exception& error) {
            write_all(STDERR_FILENO, std::string("autossh: ") + error.what() + "\n");
        }
        ::_exit(EXIT_FAILURE);
    }

    void look_after_question()
    {
        int status = 0;
        if (asking_ <= 0 || ::waitpid(asking_, &status, WNOHANG) != asking_)
            return;
        asking_ = -1;
        if (WIFSIGNALED(status)) {  // Ctrl-C at the question is meant for all of us
            ::signal(WTERMSIG(status), SIG_DFL);
            ::raise(WTERMSIG(status));
        }
        if (WIFEXITED(status) && WEXITSTATUS(status) != EXIT_SUCCESS)
            say_no_answer();
    }

    void say_no_answer() const
    {
        send_message(socket_, CallerMessage::no_answer, {}, question_);
    }

    int socket_;
    sigset_t usual_mask_{};
    pid_t asking_ = -1;
    std::uint32_t question_ = 0;
};

std::string body_of(int socket, const CallerMessageHeader& header)
{
    std::string body(header.size, '\0');
    body.resize(receive_body(socket, header, body));
    return body;
}

[[noreturn]] void exit_as(pid_t daemon)
{
    int status = 0;
    pid_t ended = 0;
    do
        ended = ::waitpid(daemon, &status, 0);
    while (ended < 0 && errno == EINTR);
    ::_exit(ended == daemon && WIFEXITED(status) ? WEXITSTATUS(status) : EXIT_FAILURE);
}

}  // namespace

void attend(pid_t daemon, int socket)
{
    TerminalAsker asker(socket);
    for (;;) {
        asker.wait();
        const auto header = receive_header(socket);
        if (!header) {
            asker.finish();
            exit_as(daemon);
        }
        const std::string body = body_of(socket, *header);
        switch (header->message) {
        case CallerMessage::release: asker.cancel(); ::_exit(EXIT_SUCCESS);
        case CallerMessage::text: write_all(STDERR_FILENO, fit_for_terminal(body)); break;
        case CallerMessage::ask: asker.ask(header->question, body, false); break;
        case CallerMessage::ask_hidden: asker.ask(header->question, body, true); break;
        case CallerMessage::cancel: asker.cancel(); break;
        case CallerMessage::answer:
        case CallerMessage::no_answer: break;
        }
    }
}

}  // namespace autossh
