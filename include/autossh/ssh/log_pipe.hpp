// The FIFO that ssh writes its log to (-E), and the lines that come out of it.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/base/unique_fd.hpp"

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace autossh {

/// ssh closes every descriptor it inherits before it opens the file of -E, so a name is needed: a FIFO in a
/// private directory. Both ends are held open, so that ssh never waits for a reader and we see no end between
/// two ssh's.
class SshLog {
public:
    /// Large: 1 MiB, where the system has so much for us. A user's pipes may hold 64 MiB together.
    enum class Size { usual, large };

    /// Makes the FIFO. `on_line` is called for each line, with its end as ssh wrote it.
    /// Throws std::system_error.
    SshLog(const Executor& executor, std::string path, std::function<void(std::string_view line)> on_line,
           Size size = Size::large);
    ~SshLog();
    SshLog(const SshLog&) = delete;
    SshLog& operator=(const SshLog&) = delete;

    const std::string& path() const { return path_; }
    /// The lines from now on.
    void hand_to(std::function<void(std::string_view line)> on_line) { on_line_ = std::move(on_line); }

    /// False where somebody has removed it: the next ssh would make a file in its place.
    bool exists();

    /// Its name is free for another from now on. Of an ssh that has opened it, all is read as before.
    void give_up_name();

    /// For a program that is to write there.
    UniqueFd open_writer() const;

    /// Hands out what has been written by now, but only so much that the event loop can go on soon: signals
    /// wait. False: there is more. An unfinished line waits for its end.
    bool drain();

    /// ssh has ended: hands out what is left, the unfinished line too. False: it was too much, as somebody
    /// goes on writing, and the rest is thrown away.
    bool finish();

private:
    void go_on();
    bool read();
    void hand_out_line();

    std::string path_;
    std::function<void(std::string_view)> on_line_;
    Descriptor fifo_;
    Readable<Descriptor> readable_;
    std::string bytes_;      ///< read, and not handed out yet
    std::size_t begin_ = 0;  ///< of what is left of them
    Lifetime lifetime_;
};

/// What one ssh writes. Null: it is not read, or elsewhere.
struct SshOutput {
    std::unique_ptr<SshLog> log = nullptr;
    std::unique_ptr<SshLog> errors = nullptr;  ///< what goes past its log

    /// As SshLog does and says, of both; finish() says it of the log.
    bool drain();
    bool finish();
    void leave_to(const std::function<void(std::string_view line)>& on_line);
    void give_up_names();
};

}  // namespace autossh
