// Lets only so many through at a time, in the order in which they have come.
#pragma once

#include <cstddef>
#include <functional>
#include <list>
#include <map>
#include <string>

namespace autossh {

/// Those of another key do not count.
class Gate {
public:
    /// `most` of a key at a time.
    explicit Gate(std::size_t most) : most_(most) {}
    Gate(const Gate&) = delete;
    Gate& operator=(const Gate&) = delete;

    /// Nobody waits, and nobody is at it.
    bool is_empty() const { return queues_.empty(); }

    /// A place in the queue, and then at the gate; both are given up with it.
    class Turn {
    public:
        /// `on_change` is called when has_come() may have changed. `gate` outlives it.
        Turn(Gate& gate, std::string key, std::function<void()> on_change);
        ~Turn();
        Turn(const Turn&) = delete;
        Turn& operator=(const Turn&) = delete;

        /// From then on it is at the gate.
        bool has_come();

    private:
        friend class Gate;

        Gate& gate_;
        std::string key_;
        std::function<void()> on_change_;
        bool through_ = false;
        std::list<Turn*>::iterator place_;
    };

private:
    std::size_t most_;
    std::map<std::string, std::list<Turn*>> queues_;
};

}  // namespace autossh
