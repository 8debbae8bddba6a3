// One knock at a server's port for all who wait for it.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/time.hpp"
#include "autossh/tunnel/port_probe.hpp"

#include <cstdint>
#include <functional>
#include <list>
#include <map>
#include <optional>
#include <string>
#include <utility>

namespace autossh {

class Knocks {
    using Place = std::pair<std::string, std::uint16_t>;

public:
    explicit Knocks(Executor executor) : executor_(std::move(executor)) {}
    Knocks(const Knocks&) = delete;
    Knocks& operator=(const Knocks&) = delete;

    /// One who waits, until it is dropped.
    class Wait {
    public:
        /// `address`, `since`, `on_open`: as for PortProbe; the latest of those who wait says how often to
        /// knock. `is_quiet`: nobody knocks for this one, until it is told to. `knocks` outlives it.
        Wait(Knocks& knocks, const std::string& address, std::uint16_t port, Time since, bool is_quiet,
             std::function<void()> on_open);
        ~Wait();
        Wait(const Wait&) = delete;
        Wait& operator=(const Wait&) = delete;

        void set_quiet(bool is_quiet);
        /// `on_open` has been called, and nobody knocks for this one any more.
        bool was_told() const { return was_told_; }

    private:
        friend class Knocks;

        Knocks& knocks_;
        Place place_;
        Time since_;
        bool is_quiet_;
        bool was_told_ = false;
        std::function<void()> on_open_;
        std::list<Wait*>::iterator here_;
    };

private:
    struct Door {
        std::list<Wait*> waits;
        std::optional<PortProbe> probe;
        Time since;            ///< as the probe has it
        bool is_open = false;  ///< as it has found
    };

    void look(const Place& place);
    void opened(const Place& place);

    Executor executor_;
    std::map<Place, Door> doors_;
};

}  // namespace autossh
