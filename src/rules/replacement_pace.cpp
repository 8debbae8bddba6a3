#include "autossh/rules/replacement_pace.hpp"

#include "autossh/rules/times.hpp"

#include <algorithm>

namespace autossh {

namespace {

/// It says nothing against the connection that is there: both have one way to the server.
bool is_of_the_way(FailureClass failure)
{
    switch (failure) {
    case FailureClass::name_not_found:
    case FailureClass::no_route:
    case FailureClass::refused:
    case FailureClass::timed_out:
    case FailureClass::connection_lost: return true;
    default: return false;
    }
}

}  // namespace

void ReplacementPace::note(bool wanted, Time now)
{
    if (!wanted) {
        wanted_since_.reset();
        next_ = never;
        failures_ = 0;
        is_hopeless_ = false;
    } else if (!wanted_since_) {
        wanted_since_ = now;
        next_ = needs_more_ ? never : now + times::time_to_answer;
    }
}

void ReplacementPace::failed(FailureClass failure, Time now)
{
    if (!is_of_the_way(failure)) {
        needs_more_ = needs_more_ || needs_mending(failure) || failure == FailureClass::needs_person;
        is_hopeless_ = true;
        next_ = never;
        return;
    }
    const auto& waits = times::replacement_waits;
    next_ = now + waits.at(std::min(failures_, waits.size() - 1));
    ++failures_;
}

Time ReplacementPace::spared_until() const
{
    if (!wanted_since_ || is_hopeless_ || needs_more_)
        return {};
    return *wanted_since_ + times::longest_doubt;
}

}  // namespace autossh
