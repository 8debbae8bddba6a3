#include "autossh/login/askpass_program.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/login/ask_message.hpp"
#include "autossh/ssh/prompt.hpp"
#include "autossh/system/askpass_place.hpp"
#include "autossh/system/process_privacy.hpp"
#include "autossh/system/secret.hpp"
#include "autossh/system/terminal_question.hpp"

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <sys/socket.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/prctl.h>
#endif

namespace autossh {

namespace {

constexpr std::string_view token_variable = "AUTOSSH_ASKPASS_TOKEN";
constexpr std::string_view socket_variable = "AUTOSSH_ASKPASS_SOCKET";

/// A server has a say in it. What tells one question from another stands at the front.
constexpr std::size_t longest_prompt = 32 * 1024;

[[noreturn]] void fail(const std::string& what)
{
    throw std::system_error(errno, std::generic_category(), what);
}

void send_all(int socket, std::string_view bytes)
{
    while (!bytes.empty()) {
        const ssize_t sent = ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent < 0 && errno != EINTR)
            fail("cannot ask the supervisor");
        bytes.remove_prefix(sent > 0 ? static_cast<std::size_t>(sent) : 0);
    }
}

/// What comes until the end, the first byte of which says what the rest is.
Secret receive_all(int socket)
{
    Secret answer;
    std::size_t size = 0;
    for (;;) {
        const auto room = answer.room().subspan(size);
        const ssize_t received = ::recv(socket, room.data(), room.size(), 0);
        if (received < 0 && errno == EINTR)
            continue;
        if (received < 0)
            fail("no answer from the supervisor");
        if (received == 0)
            break;
        size += static_cast<std::size_t>(received);
    }
    answer.set_size(size);
    return answer;
}

/// A supervisor of version 2.1.0, which lives on when we are installed, names no socket: it is beside our
/// name.
std::string socket_of_supervisor(const std::string& own_name)
{
    if (auto socket = environment_variable(socket_variable))
        return std::move(*socket);
    return fmt::format("{}/{}", own_name.substr(0, own_name.rfind('/')), ask_socket_name);
}

UniqueFd connect_to_supervisor(const std::string& own_name)
{
    UniqueFd socket = connect_to_socket(socket_of_supervisor(own_name));
    if (!socket)
        fail("cannot reach the supervisor");
    make_blocking(socket.get());
    return socket;
}

bool print(std::string_view text)
{
    return write_all(STDOUT_FILENO, text);
}

/// Nobody wants the answer any more when ssh has ended.
void die_with_ssh()
{
#ifdef __linux__
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
#endif
}

/// Without our answer ssh would send an empty one, and that is a wrong try. The supervisor, if it lives,
/// starts another.
void end_ssh(pid_t ssh)
{
    if (::getppid() == ssh && ssh > 1)
        ::kill(ssh, SIGTERM);
}

int answer_question(const std::string& own_name, const std::string& prompt)
{
    die_with_ssh();
    hide_memory_from_others();
    const std::string hint = environment_variable("SSH_ASKPASS_PROMPT").value_or("");
    const UniqueFd socket = connect_to_supervisor(own_name);
    send_all(socket.get(), to_bytes({.token = environment_variable(token_variable).value_or(""),
                                     .hint = hint,
                                     .prompt = prompt.substr(0, longest_prompt)}));
    ::shutdown(socket.get(), SHUT_WR);
    const Secret answer = receive_all(socket.get());
    const auto reply = ask_reply_from(answer.text());
    if (!reply)
        throw std::runtime_error("no answer from the supervisor");
    if (reply == AskReply::secret)
        return print(answer.text().substr(1)) ? EXIT_SUCCESS : EXIT_FAILURE;
    if (reply != AskReply::person)
        return EXIT_FAILURE;
    const auto typed = ask_on_terminal(prompt, is_hidden(understand_prompt(prompt, hint).kind));
    return typed && print(typed->text()) ? EXIT_SUCCESS : EXIT_FAILURE;
}

}  // namespace

bool is_askpass_program(std::string_view own_name)
{
    return own_name.substr(own_name.rfind('/') + 1) == askpass_name;  // npos + 1 is 0
}

std::vector<std::string> askpass_environment(const AskpassCall& call)
{
    return {fmt::format("SSH_ASKPASS={}", call.program), "SSH_ASKPASS_REQUIRE=force",
            fmt::format("{}={}", socket_variable, call.socket),
            fmt::format("{}={}", token_variable, call.token)};
}

int run_askpass_program(std::span<const std::string> arguments)
{
    const pid_t ssh = ::getppid();
    const bool is_ours = environment_variable(token_variable).has_value();
    if (arguments.size() != 2 || !is_ours) {
        write_all(STDERR_FILENO,
                  "autossh-askpass: only the ssh that autossh has started can ask by this program\n");
        return EXIT_FAILURE;
    }
    try {
        return answer_question(arguments[0], arguments[1]);
    } catch (const std::exception& error) {
        write_all(STDERR_FILENO, fmt::format("autossh-askpass: {}\n", error.what()));
        end_ssh(ssh);
    }
    return EXIT_FAILURE;
}

}  // namespace autossh
