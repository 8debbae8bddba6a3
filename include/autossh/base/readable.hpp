// Calls a function each time that a descriptor can be read.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/lifetime.hpp"

#include <functional>
#include <utility>

namespace autossh {

/// `Source`: an object of Asio's that one can wait for (Descriptor, Listener), which outlives this. The
/// function is not called after stop(), after the source is closed, or after the end of this; it may itself
/// bring about each of these.
template <typename Source>
class Readable {
public:
    Readable(Source& source, std::function<void()> on_readable)
        : source_(source), on_readable_(std::move(on_readable))
    {}

    /// From now on, until stop(). Once more does no harm.
    void start()
    {
        lifetime_.renew();
        wait();
    }
    void stop() { lifetime_.renew(); }

private:
    void wait()
    {
        source_.async_wait(Source::wait_read,
                           lifetime_.guarded([this](const boost::system::error_code& error) {
                               if (!error)
                                   call();
                           }));
    }

    void call()
    {
        const Lifetime::Observer observer = lifetime_.observer();
        const auto on_readable = on_readable_;  // ours may go while it runs
        on_readable();
        if (!observer.is_over() && source_.is_open())
            wait();
    }

    Source& source_;
    std::function<void()> on_readable_;
    Lifetime lifetime_;
};

}  // namespace autossh
