// The part of Starts that is about a second ssh beside one that is logged in.
#include "autossh/tunnel/starts.hpp"

#include <utility>

namespace autossh {

Starts::Beside::Beside(Starts& starts, std::function<void()> on_change)
    : starts_(starts), on_change_(std::move(on_change))
{}

Starts::Beside::~Beside()
{
    if (number_ == 0)
        return;
    starts_.beside_.erase(number_);
    starts_.governor_.leave(number_);
    starts_.settle();
}

void Starts::Beside::ask(const StartRequest& request)
{
    if (std::exchange(has_asked_, true))
        return;
    if (number_ == 0) {
        number_ = starts_.governor_.join();
        starts_.beside_.emplace(number_, this);
    }
    server_ = request.server;
    starts_.governor_.ask(number_, request, Clock::now());
    starts_.settle();
}

std::string Starts::Beside::hold_in_words() const
{
    const Time now = Clock::now();
    const StartHold hold = starts_.governor_.hold(number_, now);
    return in_words(hold, server_, starts_.name_of(hold.whom), now);
}

void Starts::Beside::withdraw()
{
    if (!std::exchange(has_asked_, false))
        return;
    has_come_ = false;
    starts_.governor_.withdraw(number_);
    starts_.settle();
}

void Starts::Beside::logged_in()
{
    if (!std::exchange(has_asked_, false))
        return;
    has_come_ = false;
    starts_.governor_.logged_in(number_);
    starts_.settle();
}

void Starts::Beside::ended(StartOutcome outcome)
{
    if (!std::exchange(has_asked_, false))
        return;
    has_come_ = false;
    starts_.governor_.ended(number_, outcome, Clock::now());
    starts_.settle();
}

void Starts::Beside::knock(const Destination& server, Time since, std::function<void()> on_open)
{
    knock_.reset();
    knock_ = std::make_unique<Knocks::Wait>(starts_.knocks_, server.host, server.port, since, false,
                                            [this, tell = std::move(on_open)] {
                                                if (has_asked_)
                                                    starts_.governor_.answered(number_, Clock::now());
                                                tell();
                                                starts_.settle();
                                            });
}

}  // namespace autossh
