// The mistakes in the file of many tunnels: each with its place and what mends it, all told at once. Pure.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

namespace autossh {

/// Where something stands in a file.
struct FilePlace {
    std::shared_ptr<const std::string> file;  ///< as the user, or an include, names it
    std::size_t line = 1;                     ///< from 1, as the column
    std::size_t column = 1;

    bool operator==(const FilePlace& other) const;
};

/// "FILE:LINE:COLUMN"
std::string in_words(const FilePlace& place);
/// "FILE:LINE"
std::string line_in_words(const FilePlace& place);

/// A mistake in the file of a fleet.
struct FleetError {
    FilePlace at;
    std::string text;
    std::string remedy;  ///< empty: the text says it

    bool operator==(const FleetError&) const = default;
};

/// All that were found, each once, however many tunnels it is about.
class FleetErrors {
public:
    /// More are counted, and not told.
    static constexpr std::size_t most = 20;

    void add(const FilePlace& at, std::string text, std::string remedy = {});
    bool empty() const { return errors_.empty(); }
    const std::vector<FleetError>& all() const { return errors_; }

    /// "FILE:LINE:COLUMN: error: TEXT" and "  REMEDY", by file (in the order in which they were read) and
    /// line, with an end of line each.
    std::string text() const;
    /// The first line of text(), without its end. There is one.
    std::string first() const;

private:
    std::vector<FleetError> errors_;
};

}  // namespace autossh
