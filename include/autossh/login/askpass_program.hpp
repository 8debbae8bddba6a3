// What autossh is when ssh runs it as its askpass program: it passes the question on to the supervisor.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// In the supervisor's private directory.
inline constexpr std::string_view ask_socket_name = "ask";

bool is_askpass_program(std::string_view own_name);

struct AskpassCall {
    std::string program;  ///< a path that leads to us by the name for this
    std::string socket;   ///< the supervisor's
    std::string token;
};

/// What an ssh needs in its environment to ask that way, also one that an ssh of another autossh has started.
std::vector<std::string> askpass_environment(const AskpassCall& call);

/// `arguments`: our own name and the prompt. Prints the answer for ssh. The exit status is 1 where there is
/// none; and where the supervisor does not say so itself, the ssh that asks is ended.
int run_askpass_program(std::span<const std::string> arguments);

}  // namespace autossh
