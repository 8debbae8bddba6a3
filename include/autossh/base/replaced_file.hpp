// A file whose text is another one at once: it is written beside its place, and renamed.
#pragma once

#include <string>
#include <string_view>

#include <sys/types.h>

namespace autossh {

/// Whether the text is to be on the disk before it takes the place of the old one.
enum class Durability { as_it_comes, synced };

/// Readers find the old text or the new one, whole. What stands at PATH.new is lost. `mode`: of the new file,
/// whatever the umask. Returns why it could not, with a path; empty: it is there.
std::string replace_file(const std::string& path, std::string_view text, mode_t mode = 0644,
                         Durability durability = Durability::as_it_comes);

}  // namespace autossh
