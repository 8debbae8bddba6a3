// Paths and directories. (<filesystem> brings the C++ locales, which would be a third of the program.)
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <system_error>
#include <vector>

#include <sys/types.h>

namespace autossh {

/// `path` below the directory that we are in, unless it is absolute. `error`: that directory is gone.
std::string absolute_path(const std::string& path, std::error_code& error);

/// What stands before the last slash: "/" for "/a", "" for "a", "/a/b" for "/a/b/".
std::string_view directory_part(std::string_view path);

/// An absolute path without ".", ".." and empty parts, by its text alone.
std::string without_dots(std::string_view path);

/// What a symbolic link holds. Nothing: it is none, or may not be read.
std::optional<std::string> link_target(const std::string& link);

/// realpath(3): absolute, without a link in it. Nothing where there is none, with the reason in errno.
std::optional<std::string> resolved_path(const std::string& path);

/// What is in `directory`, without "." and "..", in no order. `error`: why it cannot be read.
std::vector<std::string> names_in(const std::string& directory, std::error_code& error);

/// Makes `directory` with all above it that is missing, for that mode within the umask. Returns 0 where
/// something of that name is there now, or errno's value.
int make_directories(const std::string& directory, mode_t mode);

/// Removes `directory` with all that is in it, as far as that can be done. Follows no link.
void remove_tree(const std::string& directory);

}  // namespace autossh
