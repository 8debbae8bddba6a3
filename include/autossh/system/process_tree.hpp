// Which processes come from which (Linux: proc(5)). Elsewhere none is seen.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// The numbers that the names in a directory are: processes, or threads of one.
std::vector<pid_t> numbers_in(const std::string& path);

/// Its name, of which Linux keeps 15 bytes; empty where it is not known.
std::string name_of_process(pid_t process);

/// Its command line, the program's name first; empty where it is not known.
std::vector<std::string> words_of_process(pid_t process);

/// The children of the process that `directory` (/proc/PID, /proc/self) shows. Nothing where the kernel keeps
/// no such list (CONFIG_PROC_CHILDREN).
std::optional<std::vector<pid_t>> children_in(const std::string& directory);

/// The living descendants of a process: children before their own children. One that has lost its parent is
/// none any more.
std::vector<pid_t> descendants_of(pid_t process);

/// The parent of `process`, which descends from `root`, by what the kernel says of its parents alone: with
/// hidepid (ProtectProc=invisible) a process that hides its memory is not seen itself. Nothing: it does not
/// descend from there, or the kernel lists no children.
std::optional<pid_t> parent_below(pid_t root, pid_t process);

/// All below `root`, nearer ones first. `parents`: of each process.
std::vector<pid_t> below(pid_t root, const std::map<pid_t, pid_t>& parents);

}  // namespace autossh
