// A file whose text is another one at once: it is written beside its place, and renamed.
#pragma once

#include <string>
#include <string_view>

namespace autossh {

/// Readers find the old text or the new one, whole; all may read it. What stands at PATH.new is lost. Returns
/// why it could not, with a path; empty: it is there.
std::string replace_file(const std::string& path, std::string_view text);

}  // namespace autossh
