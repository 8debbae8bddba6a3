// A line of sh's, as far as its commands are known without running it. Pure.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// One of the commands between ; & | and their likes.
struct ShellCommand {
    std::vector<std::string> words = {};
    std::string unknown = {};  ///< what only a shell that runs can tell: "$(hostname)"; empty: nothing
    bool is_redirected = false;
};

/// Of a command, as soon as it is read, with what ends it: one of ;&|()\n, or 0 at the end of the line. Its
/// words may be none.
using ShellCommandTaker = std::function<void(const ShellCommand& command, char end)>;

/// `lookup` is asked when a word is made, so that it may know what the commands before have set. False: a
/// quote is left open.
bool read_shell_commands(std::string_view line,
                         const std::function<std::optional<std::string>(std::string_view name)>& lookup,
                         const ShellCommandTaker& take);

/// `lookup`: variables, and HOME for ~. Nothing: a quote is left open.
std::optional<std::vector<ShellCommand>>
read_shell_line(std::string_view line,
                const std::function<std::optional<std::string>(std::string_view name)>& lookup);

}  // namespace autossh
