// A table for people: lines of a name, a value and where that comes from.
#pragma once

#include <string>
#include <vector>

namespace autossh {

struct Row {
    std::string name;
    std::string value;  ///< empty: the source stands in its place
    std::string source;
};

using Rows = std::vector<Row>;

/// Columns as wide as they must be, indented, each row a line with its end.
std::string table(const Rows& rows);

}  // namespace autossh
