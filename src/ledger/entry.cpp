#include "autossh/ledger/entry.hpp"

#include "autossh/base/text.hpp"
#include "autossh/control/facts_json.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/json_parts.hpp"
#include "autossh/control/json_writer.hpp"
#include "autossh/control/wall_time.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace autossh {

namespace {

/// Each byte of it may take six in JSON.
constexpr std::size_t longest_cause = 400;

/// By the order of LedgerEvent; the two of a daemon have their word in "is".
constexpr std::array<std::string_view, 10> event_words{
    "down", "up", "degraded", "whole", "wanted", "unwanted", "daemon", "daemon", "unwatched", "totals"};

void write_seconds(JsonWriter& json, std::string_view name, const std::optional<Seconds>& length)
{
    if (length)
        json.real(name, to_the_millisecond(*length));
}

void write_text(JsonWriter& json, std::string_view name, std::string_view text)
{
    if (!text.empty())
        json.text(name, text);
}

std::optional<LedgerEvent> event_from(std::string_view word, std::string_view is)
{
    if (word == "daemon" && is == "stop")
        return LedgerEvent::daemon_stop;
    if (word == "daemon" && is != "start")
        return std::nullopt;
    const auto* const found = std::ranges::find(event_words, word);
    if (found == event_words.end())
        return std::nullopt;
    return static_cast<LedgerEvent>(found - event_words.begin());
}

std::optional<Seconds> seconds_of(JsonFields& fields, std::string_view name)
{
    std::optional<Seconds> length;
    fields.length(name, length);
    if (length && !(length->count() >= 0 && length->count() < 4e9))
        fields.note_wrong(name);
    return length;
}

}  // namespace

std::string to_line(const LedgerEntry& entry)
{
    JsonWriter json;
    json.number("v", 1);
    json.text("at", to_text(entry.at));
    json.text("ev", event_words[static_cast<std::size_t>(entry.event)]);
    if (entry.event == LedgerEvent::daemon_start || entry.event == LedgerEvent::daemon_stop)
        json.text("is", entry.event == LedgerEvent::daemon_start ? "start" : "stop");
    write_text(json, "tunnel", entry.tunnel);
    if (entry.number != 0)
        json.number("n", entry.number);
    if (entry.event == LedgerEvent::down)
        json.text_or_null("class", entry.failure_class);
    write_text(json, "cause", shortened(entry.cause, longest_cause));
    write_text(json, "by", shortened(entry.by, longest_text));
    write_seconds(json, "up_s", entry.up);
    write_seconds(json, "lasted_s", entry.lasted);
    if (entry.tries != 0)
        json.number("tries", entry.tries);
    if (entry.last_seen)
        json.text("last_seen", to_text(*entry.last_seen));
    write_seconds(json, "lived_s", entry.lived);
    if (entry.totals)
        write_totals(json, *entry.totals);
    if (entry.event == LedgerEvent::totals)
        json.text_or_null("state", entry.state);
    return json.take() + '\n';
}

std::optional<LedgerEntry> entry_from(std::string_view line)
{
    const auto object = line.size() < longest_entry ? json_object_from(line) : std::nullopt;
    if (!object)
        return std::nullopt;
    JsonFields fields(*object);
    LedgerEntry entry;
    std::string word;
    std::string is;
    std::optional<WallTime> at;
    fields.text("ev", word);
    fields.text("is", is);
    fields.time("at", at);
    fields.text("tunnel", entry.tunnel);
    fields.number("n", entry.number);
    fields.text("class", entry.failure_class);
    fields.text("cause", entry.cause);
    fields.text("by", entry.by);
    entry.lasted = seconds_of(fields, "lasted_s");
    fields.number("tries", entry.tries);
    fields.time("last_seen", entry.last_seen);
    entry.lived = seconds_of(fields, "lived_s");
    const auto event = event_from(word, is);
    if (event == LedgerEvent::totals) {
        entry.totals.emplace();
        read_totals(fields, *entry.totals);
        fields.text("state", entry.state);
    } else {
        entry.up = seconds_of(fields, "up_s");
    }
    const bool is_of_daemon = event == LedgerEvent::daemon_start || event == LedgerEvent::daemon_stop;
    if (!fields.is_well() || !event || !at || is_of_daemon != entry.tunnel.empty())
        return std::nullopt;
    entry.at = *at;
    entry.event = *event;
    return entry;
}

}  // namespace autossh
