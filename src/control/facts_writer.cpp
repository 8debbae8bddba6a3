#include "autossh/control/facts_json.hpp"
#include "autossh/control/wall_time.hpp"

namespace autossh {

namespace {

std::optional<double> in_seconds(const std::optional<Seconds>& length)
{
    return length ? std::optional(length->count()) : std::nullopt;
}

void write_server(JsonWriter& json, const ServerFacts& server)
{
    json.open_object("server");
    json.text_or_null("name", server.name);
    json.text_or_null("address", server.address);
    json.number_or_null("port", server.port);
    json.close_object();
}

void write_round_trip(JsonWriter& json, const RoundTripFacts& round_trip)
{
    json.open_object("rtt");
    write_length(json, "last", round_trip.last);
    write_length(json, "p50", round_trip.p50);
    write_length(json, "p95", round_trip.p95);
    json.number("tests", round_trip.tests);
    json.number("failed", round_trip.failed);
    json.open_list("recent");
    for (const std::optional<Seconds>& one : round_trip.recent)
        json.real_element(in_seconds(one));
    json.close_list();
    json.close_object();
}

void write_forward(JsonWriter& json, const ForwardFacts& forward)
{
    json.open_object_element();
    json.text_or_null("name", forward.name);
    json.text("kind", forward.kind);
    json.text_or_null("listen", forward.listen);
    json.text_or_null("to", forward.to);
    json.text("need", forward.need);
    json.text("state", forward.state);
    json.number_or_null("port", forward.port.value_or(0));
    json.text_or_null("text", forward.text);
    json.close_object();
}

void write_totals(JsonWriter& json, const std::optional<TotalFacts>& totals)
{
    if (!totals)
        return json.null("totals");
    json.open_object("totals");
    write_totals(json, *totals);
    json.close_object();
}

void write_state(JsonWriter& json, const TunnelFacts& tunnel)
{
    json.text("name", tunnel.name);
    json.text("state", tunnel.state);
    json.text("health", tunnel.health);
    json.text("words", tunnel.words);
    json.flag("wanted", tunnel.wanted);
    json.text_or_null("stopped", tunnel.stopped);
    write_time(json, "since", tunnel.since);
    write_time(json, "up_since", tunnel.up_since);
    json.number_or_null("pid", static_cast<std::uint64_t>(tunnel.pid));
    json.number("starts", tunnel.starts);
}

void write_tunnel(JsonWriter& json, const TunnelFacts& tunnel)
{
    json.open_object_element();
    write_state(json, tunnel);
    json.text("host", tunnel.host);
    write_server(json, tunnel.server);
    json.open_list("groups");
    for (const std::string& group : tunnel.groups)
        json.text_element(group);
    json.close_list();
    json.text_or_null("description", tunnel.description);
    write_cause(json, "cause", tunnel.cause);
    write_time(json, "next_try", tunnel.next_try);
    json.number("queued", tunnel.queued);
    json.number("tries", tunnel.tries);
    write_round_trip(json, tunnel.round_trip);
    json.open_list("forwards");
    for (const ForwardFacts& forward : tunnel.forwards)
        write_forward(json, forward);
    json.close_list();
    write_availability(json, tunnel.availability);
    write_totals(json, tunnel.totals);
    json.text_or_null("origin", tunnel.origin);
    json.close_object();
}

}  // namespace

void write_time(JsonWriter& json, std::string_view name, const std::optional<WallTime>& time)
{
    json.text_or_null(name, time ? to_text(*time) : "");
}

void write_length(JsonWriter& json, std::string_view name, const std::optional<Seconds>& length)
{
    json.real(name, in_seconds(length));
}

void write_availability(JsonWriter& json, const AvailabilityFacts& availability)
{
    json.open_object("availability");
    json.real("day", availability.day);
    json.real("week", availability.week);
    json.real("month", availability.month);
    json.real("watched", availability.watched);
    json.close_object();
}

void write_totals(JsonWriter& json, const TotalFacts& totals)
{
    json.real("up_s", totals.up.count());
    json.real("down_s", totals.down.count());
    json.open_list("outages");
    for (const OutageCount& outages : totals.outages) {
        json.open_object_element();
        json.text("class", outages.failure_class);
        json.number("number", outages.number);
        json.close_object();
    }
    json.close_list();
}

void write_cause(JsonWriter& json, std::string_view name, const CauseFacts& cause)
{
    if (cause == CauseFacts())
        return json.null(name);
    json.open_object(name);
    json.text_or_null("class", cause.failure_class);
    json.text_or_null("text", cause.text);
    json.text_or_null("remedy", cause.remedy);
    json.close_object();
}

std::string to_json(const DaemonFacts& facts)
{
    JsonWriter json;
    json.text("name", facts.name);
    json.text("kind", facts.kind);
    json.number_or_null("pid", static_cast<std::uint64_t>(facts.pid));
    json.text("version", facts.version);
    json.text("user", facts.user);
    json.text_or_null("config", facts.config);
    json.flag("config_newer", facts.config_newer);
    json.number("starting", facts.starting);
    json.number("queued", facts.queued);
    if (facts.config_read) {
        write_time(json, "config_read", facts.config_read);
        json.flag("config_refused", facts.config_refused);
    }
    if (!facts.hub.empty())
        json.text("hub", facts.hub);
    if (!facts.hooks.failures.empty()) {
        json.open_object("hooks");
        json.number("calls", facts.hooks.calls);
        json.number("running", facts.hooks.running);
        json.number("queued", facts.hooks.queued);
        json.open_list("failures");
        for (const HookFailureCount& failure : facts.hooks.failures) {
            json.open_object_element();
            json.text("reason", failure.reason);
            json.number("number", failure.number);
            json.close_object();
        }
        json.close_list();
        json.close_object();
    }
    json.open_list("tunnels");
    for (const TunnelFacts& tunnel : facts.tunnels)
        write_tunnel(json, tunnel);
    json.close_list();
    return json.take();
}

}  // namespace autossh
