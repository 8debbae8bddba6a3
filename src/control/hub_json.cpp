#include "autossh/control/hub_json.hpp"

#include "autossh/control/facts_json.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/json_parts.hpp"
#include "autossh/control/json_writer.hpp"
#include "autossh/control/wall_time.hpp"

#include <utility>

namespace autossh {

namespace {

void write_names(JsonWriter& json, std::string_view name, const std::vector<std::string>& names)
{
    json.open_list(name);
    for (const std::string& one : names)
        json.text_element(one);
    json.close_list();
}

void write_gaps(JsonWriter& json, const std::vector<WallTime>& gaps)
{
    json.open_list("gaps");
    for (const WallTime gap : gaps)
        json.text_element(to_text(gap));
    json.close_list();
}

void write_box(JsonWriter& json, const BoxFacts& box)
{
    json.open_object_element();
    json.text("name", box.name);
    json.text("state", box.state);
    json.text("health", box.health);
    json.flag("expected", box.is_expected);
    write_time(json, "last_seen", box.last_seen);
    write_time(json, "lost_since", box.lost_since);
    write_length(json, "every", box.every);
    write_length(json, "longest", box.longest);
    write_length(json, "late_after", box.late_after);
    write_length(json, "lost_after", box.lost_after);
    json.text_or_null("account", box.account);
    json.text_or_null("belongs_to", box.belongs_to);
    json.text_or_null("node", box.node);
    json.number_or_null("pid", static_cast<std::uint64_t>(box.pid));
    json.number("beats", box.beats);
    write_gaps(json, box.gaps);
    if (box.reached)
        json.flag("reached", *box.reached);
    else
        json.null("reached");
    json.text_or_null("unreached", box.unreached);
    json.text_or_null("wrong_account", box.wrong_account);
    write_time(json, "wrong_at", box.wrong_at);
    json.number("wrong_times", box.wrong_times);
    json.close_object();
}

void read_times(JsonFields& fields, BoxFacts& box)
{
    fields.time("last_seen", box.last_seen);
    fields.time("lost_since", box.lost_since);
    fields.length("every", box.every);
    fields.length("longest", box.longest);
    fields.length("late_after", box.late_after);
    fields.length("lost_after", box.lost_after);
    std::vector<std::string> gaps;
    fields.texts("gaps", gaps);
    for (const std::string& gap : gaps)
        if (const auto time = wall_time_from(gap))
            box.gaps.push_back(*time);
}

BoxFacts read_box(JsonFields& fields)
{
    BoxFacts box;
    fields.text("name", box.name);
    fields.text("state", box.state);
    fields.text("health", box.health);
    fields.flag("expected", box.is_expected);
    read_times(fields, box);
    fields.text("account", box.account);
    fields.text("belongs_to", box.belongs_to);
    fields.text("node", box.node);
    fields.number("pid", box.pid);
    fields.number("beats", box.beats);
    if (fields.member("reached") != nullptr) {
        bool reached = false;
        fields.flag("reached", reached);
        box.reached = reached;
    }
    fields.text("unreached", box.unreached);
    fields.text("wrong_account", box.wrong_account);
    fields.time("wrong_at", box.wrong_at);
    fields.number("wrong_times", box.wrong_times);
    return box;
}

}  // namespace

std::string to_json(const HubFacts& hub)
{
    JsonWriter json;
    write_names(json, "listen", hub.listen);
    write_time(json, "since", hub.since);
    json.number("beats", hub.beats);
    json.number("strange", hub.strange);
    json.number("not_kept", hub.not_kept);
    json.number("turned_away", hub.turned_away);
    json.open_list("boxes");
    for (const BoxFacts& box : hub.boxes)
        write_box(json, box);
    json.close_list();
    return json.take();
}

HubFacts read_hub(JsonFields& fields)
{
    HubFacts hub;
    fields.texts("listen", hub.listen);
    fields.time("since", hub.since);
    fields.number("beats", hub.beats);
    fields.number("strange", hub.strange);
    fields.number("not_kept", hub.not_kept);
    fields.number("turned_away", hub.turned_away);
    fields.objects("boxes", [&](JsonFields& its) { hub.boxes.push_back(read_box(its)); });
    return hub;
}

std::optional<HubFacts> hub_facts_from_json(std::string_view json)
{
    return read_whole(json, read_hub);
}

}  // namespace autossh
