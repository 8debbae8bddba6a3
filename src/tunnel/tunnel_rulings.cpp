// The part of Tunnel that needs no waiting: what is asked of it, and what it says at its end.
#include "autossh/tunnel/tunnel.hpp"

#include <string>
#include <utility>

#include <fmt/core.h>

namespace autossh {

Time Tunnel::end_of_life() const
{
    return settings_.max_lifetime ? began_ + *settings_.max_lifetime : never;
}

void Tunnel::take_over_times()
{
    end_of_life_ = end_of_life();
    waits_.take_over_times(settings_);
    session_.take_over_times();
    event_.notify();
}

void Tunnel::take_over_forwards()
{
    take_over_times();
    words_changed_ = true;
    if (!session_.setup().can_prepare_beside())  // there is no control line, or nothing tells that it is up
        ask(Request::restart, by_order);
}

void Tunnel::ask(Request request, int signal)
{
    requests_.add(request, signal);
    event_.notify();
}

std::string Tunnel::mistake() const
{
    const std::string words = session_.setup().mistake();
    return words.empty() ? "" : fmt::format("ssh refuses its options or configuration: {}", words);
}

/// Manual, "Background": a person who waits can mend it, and time cannot.
Ruling Tunnel::mistake_is_told()
{
    log_.error("{}", mistake());
    Ruling ruling{Verdict::failed, Level::error, "", ""};
    if (settings_.exit_on.contains(FailureClass::bad_configuration))
        ruling.exit_status = exit_status(FailureClass::bad_configuration);
    return ruling;
}

Ruling Tunnel::max_start_is_reached()
{
    log_.info("max start count reached; exiting");
    if (starts_ > 0)
        session_.status_tracker().gave_up(down_because_.empty()
                                              ? "max start count reached"
                                              : fmt::format("{}; max start count reached", down_because_));
    return {Verdict::succeeded, Level::info, "", ""};
}

/// Why ssh is to be ended.
Boxed<Ruling> Tunnel::look_at_living()
{
    waits_.look_at_living();
    std::optional<Ruling> reason = reason_to_end_ssh();
    if (!reason)
        reason = session_.judge_living();
    return reason ? Boxed<Ruling>(std::move(*reason)) : Boxed<Ruling>();
}

/// Says what the ruling says, unless it has been said.
void Tunnel::conclude(const Ruling& ruling)
{
    if (!ruling.line.empty())
        log_.write(ruling.level, "{}", ruling.line);
    const bool cause_follows = ruling.verdict == Verdict::restart;  // and shall be the first that is seen
    if (!ruling.note.empty())
        log_.write(cause_follows ? Level::debug : Level::info, "{}", ruling.note);
    if (ruling.verdict == Verdict::restart)
        down_because_ = ruling.cause;
    if (ruling.verdict == Verdict::failed)
        session_.status_tracker().gave_up(ruling.cause, ruling.was_asked_for);
    if (const std::string words = last_words(ruling, settings_); !words.empty())
        session_.status_tracker().last_words(ruling.level, words);
}

}  // namespace autossh
