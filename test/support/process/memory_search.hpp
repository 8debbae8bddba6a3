#pragma once

#include <set>
#include <string>
#include <string_view>
#include <sys/types.h>

namespace autossh_test {

/// 32 characters that nobody else has in memory.
std::string new_marker();

/// A dumper leaves out the pages that are marked so.
enum class Memory { all, dumpable };

/// Whether `text` is anywhere in the memory of that process, which must be another one: ours holds `text`.
/// These throw std::system_error where we may not look. (Into a process that hides, only root may.)
bool memory_holds(pid_t pid, std::string_view text, Memory which);
bool environment_holds(pid_t pid, std::string_view text);
bool command_line_holds(pid_t pid, std::string_view text);

/// The flags of smaps for the page at `address`: "lo" locked, "dd" in no dump, "dc" not for children. Empty:
/// it has no such page.
std::set<std::string> page_flags(pid_t pid, const void* address);

/// VmLck in /proc/PID/status.
std::size_t locked_bytes(pid_t pid);

}  // namespace autossh_test
