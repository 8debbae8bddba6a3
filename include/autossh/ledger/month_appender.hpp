// Appends lines to the files of a ledger, whole or not at all, and removes files that are too many.
#pragma once

#include "autossh/base/log_settings.hpp"
#include "autossh/base/unique_fd.hpp"

#include <cstdint>
#include <functional>
#include <string>

namespace autossh {

class MonthAppender {
public:
    MonthAppender(std::string directory, std::uint64_t most_bytes,
                  std::function<void(Level, const std::string&)> tell)
        : directory_(std::move(directory)), most_bytes_(most_bytes), tell_(std::move(tell))
    {}

    /// What stands in `file` becomes a part of its month; the file begins anew.
    void begin_part(const std::string& file);
    /// One write. Returns why it has failed, with the file; empty: it has not.
    std::string append(const std::string& file, const std::string& line);
    /// All of it is on the disk. Returns the same.
    std::string sync();

private:
    std::string open(const std::string& file);
    void remove_excess();
    std::string complaint(int error) const;

    std::string directory_;
    std::uint64_t most_bytes_;
    std::function<void(Level, const std::string&)> tell_;
    std::string name_;  ///< of the file that is open
    UniqueFd file_;
};

}  // namespace autossh
