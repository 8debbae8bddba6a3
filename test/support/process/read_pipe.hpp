#pragma once

#include <string>

namespace autossh_test {

/// A pipe for a program's output, for a test of what is done where that is no file.
class ReadPipe {
public:
    ReadPipe();
    ~ReadPipe();
    ReadPipe(const ReadPipe&) = delete;
    ReadPipe& operator=(const ReadPipe&) = delete;

    int write_end() const { return write_end_; }
    void close_write_end();  ///< the test's own: the program has its copy

    /// All that has come so far.
    std::string text() const;

private:
    int read_end_ = -1;
    int write_end_ = -1;
    mutable std::string text_;
};

}  // namespace autossh_test
