#include "autossh/program/member.hpp"

#include "autossh/login/secret_setup.hpp"
#include "autossh/rules/fleet_report.hpp"

#include <exception>
#include <utility>

#include <boost/asio/post.hpp>

namespace autossh {

Member::Member(Process& process, KeptTunnel kept)
    : process_(process), kept_(std::move(kept)),
      log_(kept_.definition ? std::make_unique<Log>(process.log, name()) : nullptr),
      wanted_(kept_.is_enabled())
{
    help_.caller = process.caller;
}

void Member::make()
{
    if (kept_.definition)
        for (const std::string& notice : kept_.definition->notices)
            log().info("{}", notice);
    try {
        take_secrets_once();
        tunnel_ = &process_.tunnels.add(kept_.settings, help_, log(), process_.on_started,
                                        lifetime_.guarded([this](const Ruling&) { has_ended(); }));
    } catch (const std::exception& error) {  // it is no reason for the others to end
        if (!kept_.definition)
            throw;
        complaint_ = error.what();
        log().error("not started: {}", complaint_);
        return;
    }
    complaint_.clear();
    runs_ = true;
    tunnel_->watch_status([this] { status_has_changed(); }, process_.on_end);
}

/// Of one that was not enabled when the file was read they are taken now.
void Member::take_secrets_once()
{
    if (has_secrets_)
        return;
    if (kept_.secrets)
        help_.secrets = *std::exchange(kept_.secrets, std::nullopt);
    else
        help_.secrets = take_secrets(kept_.settings, process_.world.versions);
    has_secrets_ = true;
}

void Member::begin()
{
    if (tunnel_ != nullptr)
        process_.tunnels.start(*tunnel_);
    process_.on_change(*this);
}

std::string Member::make_and_begin()
{
    make();
    begin();
    return complaint_;
}

std::string Member::start()
{
    by_hand_ = false;
    if (again_)
        return {};
    if (std::exchange(wanted_, true) && runs_) {
        tunnel_->ask(Request::retry, by_order);
        return {};
    }
    if (runs_) {
        again_ = true;
        return {};
    }
    if (tunnel_ != nullptr)  // it has given up
        process_.tunnels.remove(*std::exchange(tunnel_, nullptr));
    return make_and_begin();
}

void Member::stop(bool by_hand)
{
    wanted_ = again_ = false;
    by_hand_ = by_hand;
    if (runs_)
        tunnel_->ask(Request::stop, by_order);
    else
        go_on();
}

std::string Member::restart()
{
    if (!wanted_ || !runs_)
        return start();
    tunnel_->ask(Request::restart, by_order);
    return {};
}

void Member::ask(Request request, int signal)
{
    if (request == Request::stop)
        again_ = false;
    if (runs_)
        tunnel_->ask(request, signal);
}

void Member::become(KeptTunnel kept)
{
    const bool was_enabled = planned().enabled;
    next_ = std::move(kept);
    if (planned().enabled != was_enabled)
        wanted_ = planned().enabled && !by_hand_;
    again_ = wanted_;
    if (runs_)
        tunnel_->ask(Request::stop, by_order);
    else
        go_on();
}

void Member::take_over(const FleetTunnel& next, FleetChange change)
{
    FleetTunnel& mine = *kept_.definition;
    const bool asker_is_named = mine.settings.tunnel.ssh_names_asker;  // found out, and not in the file
    mine = next;
    mine.settings.tunnel.ssh_names_asker = asker_is_named;
    const bool is_mended = change == FleetChange::times || change == FleetChange::forwards;
    if (runs_ && change == FleetChange::times)
        tunnel_->take_over_times();
    if (runs_ && change == FleetChange::forwards)
        tunnel_->take_over_forwards();
    if (!runs_ && wanted_ && is_mended)  // what it gave up for may be
        start();
}

void Member::dismiss()
{
    dismissed_ = true;
    stop(true);
}

/// We are called by the tunnel, which is to go.
void Member::has_ended()
{
    runs_ = false;
    const auto& executor = process_.world.process.executor;
    boost::asio::post(executor, lifetime_.guarded([this] { go_on(); }));
}

void Member::go_on()
{
    if (runs_)
        return;
    if (tunnel_ != nullptr && (!wanted_ || again_ || next_))
        process_.tunnels.remove(*std::exchange(tunnel_, nullptr));
    if (next_) {
        kept_ = std::move(*next_);
        next_.reset();
        has_secrets_ = false;
        complaint_.clear();
    }
    if (std::exchange(again_, false))
        make_and_begin();
    else
        process_.on_change(*this);
}

void Member::status_has_changed()
{
    tried_ = tried_ || has_been_tried(tunnel_->status());
    process_.on_change(*this);
}

}  // namespace autossh
