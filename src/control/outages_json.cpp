#include "autossh/control/outages_json.hpp"

#include "autossh/control/facts_json.hpp"
#include "autossh/control/json_parts.hpp"
#include "autossh/control/wall_time.hpp"

#include <utility>

namespace autossh {

namespace {

void write_outage(JsonWriter& json, const OutageFacts& outage)
{
    json.open_object_element();
    json.text("tunnel", outage.tunnel);
    json.number_or_null("n", outage.number);
    json.text("began", to_text(outage.began));
    write_length(json, "lasted_s", outage.lasted);
    json.text_or_null("end", outage.end);
    json.text_or_null("class", outage.failure_class);
    json.text_or_null("cause", outage.cause);
    json.text_or_null("by", outage.by);
    json.number_or_null("tries", outage.tries);
    json.close_object();
}

OutageFacts read_outage(JsonFields& fields)
{
    OutageFacts outage;
    std::optional<WallTime> began;
    fields.text("tunnel", outage.tunnel);
    fields.number("n", outage.number);
    fields.time("began", began);
    fields.length("lasted_s", outage.lasted);
    fields.text("end", outage.end);
    fields.text("class", outage.failure_class);
    fields.text("cause", outage.cause);
    fields.text("by", outage.by);
    fields.number("tries", outage.tries);
    outage.began = began.value_or(WallTime());
    return outage;
}

}  // namespace

void write_outages(JsonWriter& json, const OutagesFacts& outages)
{
    json.text("since", to_text(outages.since));
    json.text("until", to_text(outages.until));
    json.text_or_null("ledger", outages.directory);
    json.flag("cut", outages.is_cut);
    if (outages.is_being_read)
        json.flag("reading", true);
    json.open_list("tunnels");
    for (const WatchedTunnel& tunnel : outages.tunnels) {
        json.open_object_element();
        json.text("name", tunnel.name);
        write_availability(json, tunnel.availability);
        json.real("watched", tunnel.watched);
        json.close_object();
    }
    json.close_list();
    json.open_list("outages");
    for (const OutageFacts& outage : outages.outages)
        write_outage(json, outage);
    json.close_list();
}

OutagesFacts read_outages(JsonFields& fields)
{
    OutagesFacts outages;
    std::optional<WallTime> since;
    std::optional<WallTime> until;
    fields.time("since", since);
    fields.time("until", until);
    outages.since = since.value_or(WallTime());
    outages.until = until.value_or(WallTime());
    fields.text("ledger", outages.directory);
    fields.flag("cut", outages.is_cut);
    fields.flag("reading", outages.is_being_read);
    fields.objects("tunnels", [&](JsonFields& its) {
        WatchedTunnel tunnel;
        std::optional<double> watched;
        its.text("name", tunnel.name);
        its.object("availability", [&](JsonFields& parts) { read_availability(parts, tunnel.availability); });
        its.real("watched", watched);
        tunnel.watched = watched.value_or(0);
        outages.tunnels.push_back(std::move(tunnel));
    });
    fields.objects("outages", [&](JsonFields& its) { outages.outages.push_back(read_outage(its)); });
    return outages;
}

}  // namespace autossh
