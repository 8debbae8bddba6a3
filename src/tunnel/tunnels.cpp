#include "autossh/tunnel/tunnels.hpp"

#include "autossh/rules/status_report.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <boost/asio/co_spawn.hpp>

namespace autossh {

Tunnel& Tunnels::add(const TunnelSettings& settings, LoginHelp& help, Log& log,
                     std::function<void()> on_started)
{
    return members_.emplace_back(world_, members_.size() + 1, settings, help, log, std::move(on_started))
        .tunnel;
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
    running_ = members_.size();
    for (Member& member : members_)
        boost::asio::co_spawn(world_.process.executor, member.tunnel.run(),
                              [this, &member](std::exception_ptr error, Ruling ruling) {
                                  has_ended(member, error, std::move(ruling));
                              });
}

void Tunnels::has_ended(Member& member, std::exception_ptr error, Ruling ruling)
{
    try {
        if (error)
            std::rethrow_exception(error);
    } catch (const std::exception& exception) {
        member.log.error("{}", exception.what());
        member.log.show_last_words(Level::error, exception.what());
        ruling = {};
        ruling.is_mistake = dynamic_cast<const TunnelMistake*>(&exception) != nullptr;
    }
    if (ruling.verdict == Verdict::failed && !failed_)
        failed_ = ruling;
    if (--running_ == 0)
        on_end_(failed_.value_or(ruling));
}

}  // namespace autossh
