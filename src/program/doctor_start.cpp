#include "autossh/program/doctor_start.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/system/replace.hpp"

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr const char* control_program_name = "autosshctl";

/// As a shell has it.
constexpr int command_not_found = 127;

}  // namespace

std::optional<std::vector<std::string>> words_for_doctor(std::span<const std::string> arguments)
{
    if (arguments.empty() || arguments.front() != "--doctor")
        return std::nullopt;
    arguments = arguments.subspan(1);
    std::vector<std::string> words{"doctor"};
    while (!arguments.empty() && (arguments.front() == "--json" || arguments.front() == "--login")) {
        words.push_back(arguments.front());
        arguments = arguments.subspan(1);
    }
    words.insert(words.end(), {"--", "autossh"});
    words.insert(words.end(), arguments.begin(), arguments.end());
    return words;
}

std::string control_program(const std::string& own_program,
                            const std::function<std::string(const std::string& name)>& find)
{
    const std::string beside = fmt::format("{}/{}", directory_part(own_program), control_program_name);
    return !own_program.empty() && ::access(beside.c_str(), X_OK) == 0 ? beside : find(control_program_name);
}

std::optional<int> doctor_if_asked(std::span<const std::string> arguments, const InheritedSignals& inherited)
{
    const auto words = words_for_doctor(arguments);
    if (!words)
        return std::nullopt;
    const std::string program = control_program(link_target("/proc/self/exe").value_or(""), find_program);
    if (program.empty()) {
        write_all(STDERR_FILENO, "autossh: --doctor needs autosshctl, which is neither beside autossh nor in "
                                 "PATH: install it, from the package autossh\n");
        return command_not_found;
    }
    Command command{program, {program}};
    command.arguments.insert(command.arguments.end(), words->begin(), words->end());
    become(command, inherited);
}

}  // namespace autossh
