#include "autossh/tunnel/tunnels.hpp"

#include "autossh/rules/status_report.hpp"

#include <algorithm>
#include <exception>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>

namespace autossh {

Tunnel& Tunnels::add(const TunnelSettings& settings, LoginHelp& help, Log& log,
                     std::function<void()> on_started, std::function<void(const Ruling&)> on_end)
{
    return members_
        .emplace_back(world_, free_number(), settings, help, log, std::move(on_started), std::move(on_end))
        .tunnel;
}

/// That of one that has gone is given again: a tunnel that is stopped and started for years leaves one
/// folder.
std::size_t Tunnels::free_number() const
{
    std::vector<bool> is_taken(members_.size() + 2);
    for (const Member& member : members_)
        if (member.number < is_taken.size())
            is_taken[member.number] = true;
    std::size_t number = 1;
    while (is_taken[number])
        ++number;
    return number;
}

void Tunnels::start(Tunnel& tunnel)
{
    start(*std::ranges::find(members_, &tunnel, [](const Member& member) { return &member.tunnel; }));
}

void Tunnels::remove(Tunnel& tunnel)
{
    failed_.remove_if([&](const auto& failed) { return failed.first == &tunnel; });
    members_.remove_if([&](const Member& member) { return &member.tunnel == &tunnel; });
}

void Tunnels::ask(Request request, int signal)
{
    for (Member& member : members_)
        member.tunnel.ask(request, signal);
}

void Tunnels::note_continued()
{
    for (Member& member : members_)
        member.tunnel.note_continued();
}

const Status& Tunnels::worst_status() const
{
    const auto is_better = [](const Member& one, const Member& other) {
        return health(one.tunnel.status()) < health(other.tunnel.status());
    };
    return std::ranges::max_element(members_, is_better)->tunnel.status();
}

void Tunnels::run(std::function<void(const Ruling&)> on_end)
{
    on_end_ = std::move(on_end);
    for (Member& member : members_)
        start(member);
}

void Tunnels::start(Member& member)
{
    ++running_;
    boost::asio::co_spawn(world_.process.executor, member.tunnel.run(),
                          [this, &member](std::exception_ptr error) { has_ended(member, error); });
}

void Tunnels::has_ended(Member& member, std::exception_ptr error)
{
    Ruling ruling = member.tunnel.ruling();
    const auto fail = [&](const std::exception& exception, bool is_mistake) {
        member.log.error("{}", exception.what());
        member.log.show_last_words(Level::error, exception.what());
        ruling = {};
        ruling.is_mistake = is_mistake;
    };
    try {
        if (error)
            std::rethrow_exception(error);
    } catch (const TunnelMistake& mistake) {
        fail(mistake, true);
    } catch (const std::exception& exception) {
        fail(exception, false);
    }
    if (ruling.verdict == Verdict::failed)
        failed_.emplace_back(&member.tunnel, ruling);
    --running_;
    member.on_end(ruling);
    if (running_ == 0)
        on_end_(failed_.empty() ? ruling : failed_.front().second);
}

}  // namespace autossh
