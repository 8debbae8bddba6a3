// What the file of many tunnels is read with: other files, by whoever can read them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// A file, or why there is none.
struct FleetFile {
    std::string text;
    std::string error = {};   ///< empty: `text` is all of it
    std::string remedy = {};  ///< against the error; or empty
};

/// The machine, as reading sees it. A test has one of its own.
struct FleetFiles {
    /// One that nobody but its owner, who is we or root, can change: it names commands.
    std::function<FleetFile(const std::string& path)> read;
    /// Paths that fit a pattern as of glob(7), sorted.
    std::function<std::vector<std::string>(const std::string& pattern)> matching;
    /// ssh's configuration, with what it includes: the names behind Host, in order, but for patterns.
    std::function<std::vector<std::string>()> ssh_hosts;
    /// Whether the machine knows a group of this name. Null: nobody looks.
    std::function<bool(const std::string& name)> has_group = {};
    /// Of an account of the machine, by its name or number. Nothing: there is none. Null: nobody looks.
    std::function<std::optional<uid_t>(const std::string& account)> uid_of = {};
    /// Whether a program can be run, by its path or, without a slash, by PATH: the error is empty. Null:
    /// nobody looks.
    std::function<FleetFile(const std::string& program)> look_at_program = {};
};

}  // namespace autossh
