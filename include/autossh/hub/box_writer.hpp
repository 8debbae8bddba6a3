// Writes the file of the boxes in a thread: a disk that is slow holds up no test of a connection.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/hub/box_file.hpp"

#include <functional>
#include <memory>
#include <string>

namespace autossh {

class BoxWriter {
public:
    /// `done` is called by `executor` after each writing, with why it could not be; empty: it is written.
    BoxWriter(const Executor& executor, BoxFile file, std::function<void(const std::string&)> done);
    ~BoxWriter();
    BoxWriter(const BoxWriter&) = delete;
    BoxWriter& operator=(const BoxWriter&) = delete;

    /// In the place of what still waits to be written.
    void write(std::string text);

    /// Waits until all is written, but not for long, and calls `done` no more. Returns why it is not; empty:
    /// it is, or there was nothing.
    std::string finish();

private:
    class Work;
    Lifetime lifetime_;
    std::shared_ptr<Work> work_;  ///< of both threads: a disk may never answer
};

}  // namespace autossh
