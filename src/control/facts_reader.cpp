#include "autossh/control/facts_json.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/json_parts.hpp"

#include <utility>

namespace autossh {

namespace {

void read_server(JsonFields& fields, ServerFacts& server)
{
    fields.text("name", server.name);
    fields.text("address", server.address);
    fields.number("port", server.port);
}

void read_round_trip(JsonFields& fields, RoundTripFacts& round_trip)
{
    fields.length("last", round_trip.last);
    fields.length("p50", round_trip.p50);
    fields.length("p95", round_trip.p95);
    fields.number("tests", round_trip.tests);
    fields.number("failed", round_trip.failed);
    std::vector<std::optional<double>> recent;
    fields.reals("recent", recent);
    for (const std::optional<double>& one : recent)
        round_trip.recent.push_back(one ? std::optional<Seconds>(*one) : std::nullopt);
}

ForwardFacts read_forward(JsonFields& fields)
{
    ForwardFacts forward;
    fields.text("name", forward.name);
    fields.text("kind", forward.kind);
    fields.text("listen", forward.listen);
    fields.text("to", forward.to);
    fields.text("need", forward.need);
    fields.text("state", forward.state);
    std::uint16_t port = 0;
    fields.number("port", port);
    if (port != 0)
        forward.port = port;
    fields.text("text", forward.text);
    return forward;
}

void read_totals(JsonFields& fields, std::optional<TotalFacts>& totals)
{
    fields.object("totals", [&](JsonFields& its) {
        totals.emplace();
        read_totals(its, *totals);
    });
}

void read_state(JsonFields& fields, TunnelFacts& tunnel)
{
    fields.text("name", tunnel.name);
    fields.text("state", tunnel.state);
    fields.text("health", tunnel.health);
    fields.text("words", tunnel.words);
    fields.flag("wanted", tunnel.wanted);
    fields.text("stopped", tunnel.stopped);
    fields.time("since", tunnel.since);
    fields.time("up_since", tunnel.up_since);
    fields.number("pid", tunnel.pid);
    fields.number("starts", tunnel.starts);
}

TunnelFacts read_tunnel(JsonFields& fields)
{
    TunnelFacts tunnel;
    read_state(fields, tunnel);
    fields.text("host", tunnel.host);
    fields.object("server", [&](JsonFields& its) { read_server(its, tunnel.server); });
    fields.texts("groups", tunnel.groups);
    fields.text("description", tunnel.description);
    fields.object("cause", [&](JsonFields& its) { read_cause(its, tunnel.cause); });
    fields.time("next_try", tunnel.next_try);
    fields.number("queued", tunnel.queued);
    fields.number("tries", tunnel.tries);
    fields.object("rtt", [&](JsonFields& its) { read_round_trip(its, tunnel.round_trip); });
    fields.objects("forwards", [&](JsonFields& its) { tunnel.forwards.push_back(read_forward(its)); });
    fields.object("availability", [&](JsonFields& its) { read_availability(its, tunnel.availability); });
    read_totals(fields, tunnel.totals);
    fields.text("origin", tunnel.origin);
    return tunnel;
}

}  // namespace

void read_availability(JsonFields& fields, AvailabilityFacts& availability)
{
    fields.real("day", availability.day);
    fields.real("week", availability.week);
    fields.real("month", availability.month);
    fields.real("watched", availability.watched);
}

void read_totals(JsonFields& fields, TotalFacts& totals)
{
    std::optional<Seconds> up;
    std::optional<Seconds> down;
    fields.length("up_s", up);
    fields.length("down_s", down);
    totals.up = up.value_or(Seconds(0));
    totals.down = down.value_or(Seconds(0));
    fields.objects("outages", [&](JsonFields& its) {
        OutageCount outages;
        its.text("class", outages.failure_class);
        its.number("number", outages.number);
        totals.outages.push_back(std::move(outages));
    });
}

void read_cause(JsonFields& fields, CauseFacts& cause)
{
    fields.text("class", cause.failure_class);
    fields.text("text", cause.text);
    fields.text("remedy", cause.remedy);
}

HookFacts read_hooks(JsonFields& fields)
{
    HookFacts facts;
    fields.number("calls", facts.calls);
    fields.number("running", facts.running);
    fields.number("queued", facts.queued);
    fields.objects("failures", [&](JsonFields& its) {
        HookFailureCount failure;
        its.text("reason", failure.reason);
        its.number("number", failure.number);
        facts.failures.push_back(std::move(failure));
    });
    return facts;
}

DaemonFacts read_daemon(JsonFields& fields)
{
    DaemonFacts facts;
    fields.text("name", facts.name);
    fields.text("kind", facts.kind);
    fields.number("pid", facts.pid);
    fields.text("version", facts.version);
    fields.text("user", facts.user);
    fields.text("config", facts.config);
    fields.flag("config_newer", facts.config_newer);
    fields.number("starting", facts.starting);
    fields.number("queued", facts.queued);
    fields.time("config_read", facts.config_read);
    fields.flag("config_refused", facts.config_refused);
    fields.text("hub", facts.hub);
    fields.object("hooks", [&](JsonFields& its) { facts.hooks = read_hooks(its); });
    fields.objects("tunnels", [&](JsonFields& its) { facts.tunnels.push_back(read_tunnel(its)); });
    return facts;
}

std::optional<DaemonFacts> facts_from_json(std::string_view json)
{
    return read_whole(json, read_daemon);
}

}  // namespace autossh
