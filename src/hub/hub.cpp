#include "autossh/hub/hub.hpp"

#include "autossh/hub/peer_account.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

/// How often what is known is written down.
constexpr Duration between_writes = std::chrono::minutes(1);
/// A timer that comes so late was held up: we were stopped, or the machine was.
constexpr Duration was_stopped_after = std::chrono::seconds(10);
constexpr Duration between_complaints = std::chrono::minutes(10);
constexpr std::size_t most_accounts = 1000;

HubTime hub_time()
{
    return {Clock::now(), std::chrono::system_clock::now()};
}

bool is_due(std::optional<Time>& told)
{
    const Time now = Clock::now();
    if (told && now - *told < between_complaints)
        return false;
    told = now;
    return true;
}

}  // namespace

Hub::Hub(const Executor& executor, Log& log, const HubSettings& settings, const BoxFile& file,
         OnEvent on_event)
    : log_(log), settings_(settings), on_event_(std::move(on_event)),
      writer_(executor, file, [this](const std::string& complaint) { tell_of_kept(complaint); }),
      book_(settings, hub_time()), since_(std::chrono::system_clock::now()),
      server_(
          executor, [this](const Beat& beat, std::optional<uid_t> uid) { take(beat, uid); },
          [this](std::optional<uid_t> account, ConnectionLimits::Verdict verdict) {
              tell_of_turned_away(account, verdict);
          }),
      probes_(
          executor, [this] { return book_.probes(); },
          [this](const std::string& box, const std::string& unreached) { book_.note_probe(box, unreached); }),
      look_alarm_(executor, [this] { look(); }), keep_alarm_(executor, [this] { keep(); })
{
    const BoxFile::Kept kept = file.read();
    if (!kept.complaint.empty())
        log_.write(Level::warning, "hub: {}; its boxes are not known until they beat", kept.complaint);
    book_.restore(kept.boxes, account_uid);
}

Hub::~Hub()
{
    if (is_to_keep_)
        keep();
    tell_of_kept(writer_.finish());
}

void Hub::take_over(const HubSettings& next)
{
    if (next != settings_) {
        settings_ = next;
        accounts_.clear();
        book_.set_rules(next, hub_time());
        note_change();
    }
    server_.listen(next.listen);
    look_at(book_.next_look());
    begin_probes();
}

HubFacts Hub::facts() const
{
    return {.listen = server_.places(),
            .since = since_,
            .beats = book_.beats(),
            .strange = server_.strange(),
            .not_kept = book_.not_kept(),
            .turned_away = server_.turned_away(),
            .boxes = book_.facts(hub_time(), [this](uid_t uid) { return account_of(uid); })};
}

std::string Hub::forget(const std::string& box, const std::string& by)
{
    std::string reason = book_.forget(box);
    if (!reason.empty())
        return reason;
    log_.info("hub: box {} is forgotten: asked for by {}", box, by);
    is_to_keep_ = true;
    keep_alarm_.cancel();
    keep();
    return {};
}

void Hub::take(const Beat& beat, std::optional<uid_t> uid)
{
    const std::uint64_t not_kept = book_.not_kept();
    tell(book_.take(beat, uid, hub_time()));
    if (book_.not_kept() != not_kept && is_due(not_kept_told_))
        log_.write(Level::warning, "hub: there are {} boxes already: \"{}\" is answered, and not kept",
                   HubSettings::most_boxes, beat.box);
    // The others are looked at when their time comes: a beat moves it on, and no timer.
    if (const auto next = book_.next_look_of(beat.box); next < next_look_)
        look_at(next);
    note_change();
    begin_probes();
}

void Hub::look()
{
    const Time due = std::exchange(next_look_, never);
    if (Clock::now() - due > was_stopped_after)
        book_.was_away(hub_time());
    const auto events = book_.look(hub_time());
    look_at(book_.next_look());
    if (!events.empty())
        note_change();
    tell(events);
}

void Hub::look_at(Time when)
{
    next_look_ = when;
    if (when == never)
        look_alarm_.cancel();
    else
        look_alarm_.set(when);
}

void Hub::tell(const std::vector<BoxEvent>& events)
{
    for (const BoxEvent& event : events) {
        const auto facts =
            book_.facts_of(event.box, hub_time(), [this](uid_t uid) { return account_of(uid); });
        BoxFacts stranger{.name = event.box, .state = {}, .health = "impaired"};
        if (event.uid)
            stranger.wrong_account = account_of(*event.uid);
        on_event_(event, facts ? *facts : stranger);
    }
}

void Hub::note_change()
{
    if (!std::exchange(is_to_keep_, true))
        keep_alarm_.set_after(between_writes);
}

void Hub::keep()
{
    is_to_keep_ = false;
    writer_.write(BoxFile::text_of(facts()));
}

/// A disk that is full must not fill the log.
void Hub::tell_of_kept(const std::string& complaint)
{
    if (!complaint.empty() && complaint != keep_complaint_)
        log_.write(Level::warning, "hub: its boxes cannot be kept for the next start: {}", complaint);
    keep_complaint_ = complaint;
}

void Hub::tell_of_turned_away(std::optional<uid_t> account, ConnectionLimits::Verdict verdict)
{
    if (!is_due(turned_away_told_))
        return;
    if (verdict == ConnectionLimits::Verdict::too_many)
        log_.write(Level::warning,
                   "hub: too many connections at once: the oldest of the account {} ends for each of more",
                   account ? account_of(*account) : "unknown");
    else
        log_.write(
            Level::warning,
            "hub: more than {} connections at once of the account {}: the oldest ends for each of more",
            ConnectionLimits::most_of_one, account ? account_of(*account) : "unknown");
}

std::string Hub::account_of(uid_t uid) const
{
    if (accounts_.size() >= most_accounts)
        accounts_.clear();
    const auto [known, is_new] = accounts_.try_emplace(uid);
    if (!is_new)
        return known->second;
    // As the file calls it: it may be of a name service, which is not asked here.
    const auto named = std::ranges::find_if(
        settings_.expect, [uid](const ExpectedBox& box) { return box.uid == uid && !box.account.empty(); });
    known->second = named != settings_.expect.end() ? named->account : account_name(uid);
    return known->second;
}

/// Nobody wakes for probes that nobody has asked for.
void Hub::begin_probes()
{
    const bool has_probes =
        !settings_.probe.empty() ||
        std::ranges::any_of(settings_.expect, [](const ExpectedBox& box) { return !box.probe.empty(); });
    if (has_probes)
        probes_.begin();
}

}  // namespace autossh
