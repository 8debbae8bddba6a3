// What somebody outside may ask a tunnel for. Pure.
#pragma once

namespace autossh {

/// Weakest first. The strongest that was asked counts.
enum class Request {
    none,
    retry,    ///< do not wait any longer to start ssh; means nothing while it runs
    restart,  ///< end ssh and start another
    stop,     ///< end ssh and end
};

/// In place of a signal: autosshctl has asked, or another file of the fleet.
inline constexpr int by_order = 0;

/// What has been asked and not been done yet.
class Requests {
public:
    /// `signal`: which one has asked, or by_order.
    void add(Request request, int signal);

    /// The strongest.
    Request strongest() const { return asked_; }
    bool stop_is_asked() const { return asked_ == Request::stop; }

    /// The signal of the strongest; of several stops, the first.
    int signal() const { return signal_; }

    /// How often a stop was asked for: the second one is in a hurry.
    const int& stops() const { return stops_; }

    /// All has been done that was asked.
    void clear() { asked_ = Request::none; }
    /// ssh is being ended; of a restart, the start is left to be done.
    void ssh_is_ending();

private:
    Request asked_ = Request::none;
    int signal_ = 0;
    int stops_ = 0;
};

}  // namespace autossh
