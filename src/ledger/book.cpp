#include "autossh/ledger/book.hpp"

#include <utility>

namespace autossh {

namespace {

static_assert(sizeof(TunnelBook) <= 1024, "a process has a thousand of them");

using Is = SeenTunnel::Is;

bool is_up(Is is)
{
    return is == Is::up || is == Is::degraded || is == Is::suspect;
}

}  // namespace

LedgerEntry TunnelBook::entry(LedgerEvent event, WallTime at) const
{
    return {.at = at, .event = event, .tunnel = name_};
}

/// Until it is known whether a tunnel that comes or ends is down, that time waits to be counted.
void TunnelBook::account(const BothClocks& now)
{
    if (phase_ != Phase::up && phase_ != Phase::down)
        return;
    const auto length = std::chrono::duration_cast<TunnelSums::Length>(now.time - counted_);
    counted_ += length;
    sums_.add(phase_ == Phase::up ? TunnelSums::What::up
              : planned_          ? TunnelSums::What::planned
                                  : TunnelSums::What::down,
              now.wall, length);
}

void TunnelBook::enter(Phase phase, const BothClocks& now)
{
    phase_ = phase;
    since_ = now;
    counted_ = now.time;
}

void TunnelBook::note_trouble(const SeenTunnel& seen)
{
    if (phase_ == Phase::coming && seen.by == "request")  // that is not why it does not come up
        return;
    if (!seen.cause.empty() || !seen.by.empty())
        trouble_ = {seen.failure_class, seen.cause, seen.by};
}

/// From the beginning of the phase on, in which it was not known.
void TunnelBook::begin_outage(std::uint64_t& last_number, Entries& entries)
{
    const bool was_up = phase_ != Phase::coming;
    number_ = ++last_number;
    planned_ = trouble_.by == "request";
    LedgerEntry down = entry(LedgerEvent::down, since_.wall);
    down.number = number_;
    down.failure_class = planned_ ? "" : trouble_.failure_class;
    down.cause = trouble_.cause;
    down.by = trouble_.by.empty() ? "start" : trouble_.by;
    if (was_up)
        down.up = since_.time - up_since_;
    entries.push_back(std::move(down));
    if (!planned_)
        sums_.count_outage(trouble_.failure_class);
    phase_ = Phase::down;
    degraded_since_.reset();
}

void TunnelBook::come_up(const SeenTunnel& seen, const BothClocks& now, Entries& entries)
{
    LedgerEntry up = entry(LedgerEvent::up, now.wall);
    if (phase_ == Phase::down) {
        up.number = number_;
        up.lasted = now.time - since_.time;
        up.tries = seen.starts > starts_ ? seen.starts - starts_ : seen.starts;
    }
    entries.push_back(std::move(up));
    enter(Phase::up, now);
    up_since_ = now.time;
    trouble_ = {};
}

void TunnelBook::note_forwards(const SeenTunnel& seen, const BothClocks& now, Entries& entries)
{
    if (seen.is == Is::degraded && !degraded_since_) {
        LedgerEntry degraded = entry(LedgerEvent::degraded, now.wall);
        degraded.cause = seen.cause;
        entries.push_back(std::move(degraded));
        degraded_since_ = now.time;
    } else if (seen.is == Is::up && degraded_since_) {
        LedgerEntry whole = entry(LedgerEvent::whole, now.wall);
        whole.lasted = now.time - *std::exchange(degraded_since_, std::nullopt);
        entries.push_back(std::move(whole));
    }
}

void TunnelBook::see_up(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number,
                        Entries& entries)
{
    if (phase_ == Phase::coming && now.time - since_.time > first_time)
        begin_outage(last_number, entries);
    account(now);
    if (phase_ == Phase::ending)  // another ssh has taken over
        phase_ = Phase::up;
    if (phase_ != Phase::up)
        come_up(seen, now, entries);
    note_forwards(seen, now, entries);
}

void TunnelBook::see_not_up(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number,
                            Entries& entries)
{
    if (phase_ == Phase::down) {
        account(now);
        return;
    }
    note_trouble(seen);
    if (phase_ == Phase::up) {
        account(now);
        enter(Phase::ending, now);
        starts_ = seen.starts;
    }
    const bool takes_over = seen.is_renewed && seen.is != Is::down && now.time - since_.time <= first_time;
    const bool may_be_none =
        phase_ == Phase::coming ? now.time - since_.time <= first_time : seen.is == Is::ending || takes_over;
    if (may_be_none)
        return;
    begin_outage(last_number, entries);
    account(now);
}

TunnelBook::Entries TunnelBook::see(const SeenTunnel& seen, const BothClocks& now, std::uint64_t& last_number)
{
    if (seen.is == Is::unwanted)
        return phase_ == Phase::off ? Entries() : unwant("", now);
    if (phase_ == Phase::off) {
        enter(Phase::coming, now);
        starts_ = 0;
    }
    Entries entries;
    if (is_up(seen.is))
        see_up(seen, now, last_number, entries);
    else
        see_not_up(seen, now, last_number, entries);
    return entries;
}

TunnelBook::Entries TunnelBook::want(const std::string& by, const BothClocks& now)
{
    if (phase_ != Phase::off)
        return {};
    enter(Phase::coming, now);
    starts_ = 0;
    LedgerEntry wanted = entry(LedgerEvent::wanted, now.wall);
    wanted.by = by;
    return {wanted};
}

TunnelBook::Entries TunnelBook::unwant(const std::string& by, const BothClocks& now)
{
    if (phase_ == Phase::off)
        return {};
    LedgerEntry unwanted = entry(LedgerEvent::unwanted, now.wall);
    unwanted.by = by;
    set_length(unwanted, now);
    leave(now);
    return {unwanted};
}

TunnelBook::Entries TunnelBook::end(const BothClocks& now)
{
    LedgerEntry unwatched = entry(LedgerEvent::unwatched, now.wall);
    set_length(unwatched, now);
    leave(now);
    return unwatched.up || unwatched.lasted ? Entries{unwatched} : Entries();
}

void TunnelBook::set_length(LedgerEntry& entry, const BothClocks& now) const
{
    if (phase_ == Phase::down)
        entry.number = number_;
    (phase_ == Phase::down ? entry.lasted : entry.up) = length(now);
}

void TunnelBook::leave(const BothClocks& now)
{
    account(now);
    phase_ = Phase::off;
    trouble_ = {};
    degraded_since_.reset();
}

std::optional<Time> TunnelBook::due() const
{
    if (phase_ == Phase::coming)
        return since_.time + first_time + std::chrono::milliseconds(1);
    return std::nullopt;
}

TunnelSums TunnelBook::sums(const BothClocks& now) const
{
    TunnelBook copy = *this;
    copy.account(now);
    return copy.sums_;
}

void TunnelBook::go_on_from(const TunnelSums& before, std::uint64_t last_number)
{
    TunnelSums sums = before;
    sums.append(std::exchange(sums_, {}));
    sums_ = sums;
    if (number_ != 0)
        number_ += last_number;
}

const char* TunnelBook::state() const
{
    switch (phase_) {
    case Phase::up:
    case Phase::ending: return "up";
    case Phase::down: return "down";
    case Phase::off:
    case Phase::coming: break;
    }
    return "";
}

std::optional<Seconds> TunnelBook::length(const BothClocks& now) const
{
    switch (phase_) {
    case Phase::up: return now.time - up_since_;
    case Phase::ending: return since_.time - up_since_;
    case Phase::down: return now.time - since_.time;
    case Phase::off:
    case Phase::coming: break;
    }
    return std::nullopt;
}

}  // namespace autossh
