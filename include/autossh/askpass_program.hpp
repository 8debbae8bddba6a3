// What autossh is when ssh runs it as its askpass program: it passes the question on to the supervisor.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// The name by which the same binary is the askpass program: a link of that name stands in the supervisor's
/// private directory, beside the socket.
inline constexpr std::string_view askpass_name = "autossh-askpass";
inline constexpr std::string_view ask_socket_name = "ask";

bool is_askpass_program(std::string_view own_name);

/// The system tells where our own binary is (Linux: /proc).
bool own_program_is_known();

/// Makes that link in `directory`, which leads to our own binary. Throws std::runtime_error.
void link_askpass_program(const std::string& directory);
/// That it is there still, and leads to a program.
bool askpass_program_is_there(const std::string& directory);

/// What an ssh needs in its environment to ask by way of the link in `directory`.
std::vector<std::string> askpass_environment(const std::string& directory, const std::string& token);

/// `arguments`: our own name and the prompt. Prints the answer for ssh. The exit status is 1 where there is
/// none; and where the supervisor does not say so itself, the ssh that asks is ended.
int run_askpass_program(std::span<const std::string> arguments);

}  // namespace autossh
