// The text of a small file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

namespace autossh {

/// At most `limit` bytes of it. Nothing for what is no regular file (a FIFO would hold us up), and for one
/// that we may not read.
std::optional<std::string> text_of_file(const std::string& path, std::size_t limit = 1024 * 1024);

}  // namespace autossh
