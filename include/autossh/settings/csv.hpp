// A table as RFC 4180 has it: fields between commas, in quotes where they have commas, quotes or ends of
// lines. Pure.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

/// A record.
struct CsvRow {
    std::size_t line = 1;  ///< where it begins, from 1
    std::vector<std::string> fields;
};

/// The records of `text`, without empty lines. A quote that is left open ends with the text.
std::vector<CsvRow> read_csv(std::string_view text);

}  // namespace autossh
