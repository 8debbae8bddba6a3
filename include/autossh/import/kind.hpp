// Which kind of text tunnels are imported from: by its name, or else by what stands in it. Pure.
#pragma once

#include "autossh/import/readers.hpp"

#include <optional>
#include <span>
#include <string_view>

namespace autossh {

struct ImportKind {
    std::string_view name;  ///< as --from has it
    std::string_view what;
    Imported (*read)(const ImportSource& source, const ImportMachine& machine);
};
std::span<const ImportKind> import_kinds();

/// Null: there is none of this name.
const ImportKind* import_kind(std::string_view name);

/// Null: it looks like none of them.
const ImportKind* guessed_import_kind(const ImportSource& source);

}  // namespace autossh
