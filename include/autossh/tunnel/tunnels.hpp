// All tunnels of a process, side by side in one event loop.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/rules/request.hpp"
#include "autossh/rules/rules.hpp"
#include "autossh/rules/state.hpp"
#include "autossh/tunnel/tunnel.hpp"
#include "autossh/tunnel/world.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <utility>

namespace autossh {

/// None of them waits for another, and what one ends of is no business of the others.
class Tunnels {
public:
    explicit Tunnels(World& world) : world_(world) {}
    Tunnels(const Tunnels&) = delete;
    Tunnels& operator=(const Tunnels&) = delete;

    /// The arguments are those of Tunnel, and outlive it. `on_end`: it has ended, as `ruling` says. Throws
    /// ConfigError.
    Tunnel& add(
        const TunnelSettings& settings, LoginHelp& help, Log& log, std::function<void()> on_started,
        std::function<void(const Ruling& ruling)> on_end = [](const Ruling&) {});
    /// One that was added after run().
    void start(Tunnel& tunnel);
    /// One that has ended, or was not started; it must not be what calls.
    void remove(Tunnel& tunnel);

    /// Of all.
    void ask(Request request, int signal);
    void note_continued();

    Tunnel& first() { return members_.front().tunnel; }
    const Tunnel& first() const { return members_.front().tunnel; }
    /// Of the tunnel that is worst off.
    const Status& worst_status() const;
    bool is_empty() const { return members_.empty(); }
    std::size_t running() const { return running_; }

    /// Starts them all. `on_end` is called whenever the last that runs has ended, with the ruling of the
    /// first that has failed, or else of the last one. An exception of a tunnel's is its failure, and is
    /// logged.
    void run(std::function<void(const Ruling&)> on_end);

private:
    struct Member {
        Member(World& world, std::size_t its_number, const TunnelSettings& settings, LoginHelp& help,
               Log& its_log, std::function<void()> on_started, std::function<void(const Ruling&)> when_ended)
            : number(its_number), tunnel(world, number, settings, help, its_log, std::move(on_started)),
              log(its_log), on_end(std::move(when_ended))
        {}

        std::size_t number;  ///< from 1, of none that is there; its folder is named by it
        Tunnel tunnel;
        Log& log;
        std::function<void(const Ruling&)> on_end;
    };

    std::size_t free_number() const;
    void start(Member& member);
    void has_ended(Member& member, std::exception_ptr error);

    World& world_;
    std::list<Member> members_;
    std::size_t running_ = 0;
    std::list<std::pair<const Tunnel*, Ruling>> failed_;  ///< of those that are there, the first first
    std::function<void(const Ruling&)> on_end_;
};

}  // namespace autossh
