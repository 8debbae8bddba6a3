// -f at a terminal: the caller's process, which waits in the foreground and asks the person what ssh asks.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/login/caller_message.hpp"
#include "autossh/system/secret.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// As the daemon sees it.
class Caller {
public:
    /// `socket`: as Background has it. `on_gone` is called when the process has ended before it was released.
    Caller(const Executor& executor, UniqueFd socket, std::function<void()> on_gone);

    bool is_there() const { return socket_.is_open(); }

    /// Shows `prompt` and waits for a line. Nothing: none was typed, or another question is being asked.
    Awaitable<std::optional<Secret>> ask(std::string prompt, bool hidden);

    /// A line for the person, with its end.
    void tell(std::string_view line);

    /// Nobody wants the answer any more.
    void cancel();

    /// It may go, with exit status 0.
    void release();

private:
    void read_message();
    std::optional<Secret> receive(const CallerMessageHeader& header);
    void hang_up();

    Descriptor socket_;
    Readable<Descriptor> readable_;
    Event answered_;
    std::function<void()> on_gone_;
    std::uint32_t question_ = 0;  ///< the last one that was asked
    bool asking_ = false;
    std::optional<Secret> answer_;
};

}  // namespace autossh
