// What a new child does between its start and its exec. All that it needs is prepared before.
#pragma once

#include "autossh/base/command.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/system/spawn.hpp"

#include <string>
#include <string_view>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// What execvp(3) tries for `file`, in its order; `path` is the value of PATH. Pure.
std::vector<std::string> paths_to_try(const std::string& file, std::string_view path);

/// Owns what the child uses: one that shares our memory may be on its way long after spawn() has returned.
class NewProgram {
public:
    NewProgram(const Command& command, const InheritedSignals& inherited, const Streams& streams);
    NewProgram(const NewProgram&) = delete;
    NewProgram& operator=(const NewProgram&) = delete;

    /// Whether become() leaves errno alone, which a child in our memory has in common with us.
    static const bool may_share_memory;

    /// In the child, with all signals blocked. Allocates nothing and takes no lock. Returns why it has not
    /// become the program.
    int become() noexcept;

private:
    int put_streams_in_place() const noexcept;
    int execute() noexcept;

    InheritedSignals inherited_;
    Streams streams_;
    pid_t parent_;
    std::vector<std::string> words_;    ///< argv
    std::vector<std::string> changes_;  ///< of the environment
    std::string file_;
    std::vector<std::string> paths_;
    std::vector<char*> argv_;
    std::vector<const char*> shell_argv_;  ///< for a text without #!, whose path goes into [1]
    std::vector<char*> environment_;
};

}  // namespace autossh
