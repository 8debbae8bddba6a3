#include "autossh/tunnel/shared_socket.hpp"

#include "autossh/rules/times.hpp"
#include "autossh/system/socket_users.hpp"
#include "autossh/tunnel/offered_link.hpp"

#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>

namespace autossh {

void SharedSocket::ssh_starts(const SshPlan& plan, bool is_master)
{
    ssh_ends();
    const bool is_wanted = !plan.offer.path.empty();
    path_ = is_master ? plan.offer.path : "";
    socket_ = is_wanted ? plan.control.path : "";
    is_told_ = socket_seen_ = was_stopped_ = false;
    looked_ = {};
    const std::string& reason = plan.offer.mistake.empty() ? plan.offer.reason_against : plan.offer.mistake;
    if (!reason.empty())
        tell_once(Level::warning, reason);
    else if (is_wanted && !is_master)
        tell_once(Level::warning, fmt::format("no socket can be made at {}", socket_));
}

/// ssh gives it its name when it listens, and takes it away when it stops.
bool SharedSocket::has_its_socket() const
{
    struct stat status {};
    return ::lstat(socket_.c_str(), &status) == 0 && S_ISSOCK(status.st_mode);
}

void SharedSocket::look(Time now, pid_t ssh, MasterFacts facts)
{
    if (path_.empty())
        return;
    facts.state = tracker_.status().state;
    facts.has_its_socket = true;
    const bool is_well = may_be_offered(facts);
    const bool has_socket = is_well && has_its_socket();
    if (!is_well || !has_socket)
        take_away();
    next_look_ = never;
    if (is_well && !has_socket)
        next_look_ = wait_for_socket(now);
    socket_seen_ = socket_seen_ || has_socket;
    if (has_socket && (looked_ == Time{} || now - looked_ >= times::between_alive_checks)) {
        looked_ = now;
        offer();
    }
    if (has_socket)  // most often an alive check comes before
        next_look_ = looked_ + 2 * times::between_alive_checks;
    count(ssh, now);
}

/// When to look for it again. An ssh that is about to end takes it away, too.
Time SharedSocket::wait_for_socket(Time now)
{
    const SshCircumstances& known = tracker_.client_state().circumstances();
    was_stopped_ = socket_seen_ && known.told_to_stop && !known.told_to_exit;
    if (was_stopped_)
        tell_once(Level::info,
                  "ssh listens for no other ssh any more (ssh -O stop), and will from its next start on");
    if (socket_seen_)
        return never;
    if (now - tracker_.logged_in_at().value_or(now) < times::socket_is_late)
        return now + times::socket_is_there_soon;
    tell_once(Level::warning, fmt::format("ssh has made no control socket at {}", socket_));
    return now + 2 * times::between_alive_checks;
}

Time SharedSocket::next_look() const
{
    return std::min(next_look_, count_is_due_ ? counted_ + times::between_counts : never);
}

void SharedSocket::offer()
{
    const FoundAtPath found = look_at_path(path_, socket_);
    std::string error;
    switch (step_at(found.what)) {
    case PathStep::make: error = make_link(path_, socket_); break;
    case PathStep::replace: error = replace_by_link(path_, socket_); break;
    case PathStep::keep: break;
    case PathStep::wait:
        error = fmt::format("another ssh is the master at {}; it is when that one has ended", path_);
        break;
    case PathStep::leave: error = found.reason; break;
    }
    if (!error.empty() && found.what != AtPath::answered)
        error = fmt::format("{}: {}", path_, error);
    is_offered_ = error.empty();
    if (!is_offered_) {
        tell_once(found.what == AtPath::answered ? Level::info : Level::warning, std::move(error));
        return;
    }
    obstacle_.clear();
    if (!std::exchange(is_told_, true))
        log_.info("shared with other ssh at {}", path_);
}

void SharedSocket::tell_once(Level level, std::string reason)
{
    if (std::exchange(obstacle_, reason) != reason)
        log_.write(level, "not shared: {}", reason);
    is_told_ = false;
}

void SharedSocket::take_away()
{
    if (!std::exchange(is_offered_, false))
        return;
    remove_link(path_, socket_);
    looked_ = {};
}

/// Each is two lines in ssh's log, by which we are woken, too.
void SharedSocket::count(pid_t ssh, Time now)
{
    const bool may_be_some = is_offered_ || users_ > 0 || socket_seen_;
    count_is_due_ = may_be_some && now - counted_ < times::between_counts;
    if (may_be_some && !count_is_due_) {
        counted_ = now;
        users_before_ = users_;
        users_ = count_of_socket_users(ssh, socket_).value_or(0);
    }
    tracker_.note_sharing(sharing_in_words(is_offered_, users_));
}

void SharedSocket::ssh_ends()
{
    const std::size_t users = std::min(users_, users_before_);  // not ssh -O exit itself
    if (users > 0)
        log_.info("{} of other ssh {} with this connection",
                  users == 1 ? "1 session" : fmt::format("{} sessions", users), users == 1 ? "ends" : "end");
    ssh_gives_way();
}

void SharedSocket::ssh_gives_way()
{
    take_away();
    users_ = 0;
    path_.clear();
    next_look_ = never;
    count_is_due_ = false;
    tracker_.note_sharing("");
}

}  // namespace autossh
