// Writes the file of our metrics, in a thread of its own: a disk that is slow or full holds up no tunnel.
#pragma once

#include <functional>
#include <memory>
#include <string>

namespace autossh {

class MetricsFile {
public:
    /// `tell` is called in that thread, where it is another word than the last: why it cannot be written, or
    /// empty: it can.
    MetricsFile(std::string path, std::function<void(const std::string&)> tell);
    /// Removes the file, as nobody would keep it true; waits for that, but not for long.
    ~MetricsFile();
    MetricsFile(const MetricsFile&) = delete;
    MetricsFile& operator=(const MetricsFile&) = delete;

    /// In place of a text that has not been written yet.
    void write(std::string text);

    /// Why no file can be made there, with what helps; empty: it can.
    static std::string obstacle(const std::string& path);

private:
    class Work;
    std::shared_ptr<Work> work_;  ///< of both threads: a disk may never answer
};

}  // namespace autossh
