#include "autossh/control/answer.hpp"
#include "autossh/control/facts_json.hpp"
#include "autossh/control/hub_json.hpp"
#include "autossh/control/json_writer.hpp"
#include "autossh/control/outages_json.hpp"
#include "autossh/control/wall_time.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

JsonWriter begun(std::string_view id)
{
    JsonWriter json;
    json.formed("id", id);
    return json;
}

JsonWriter begun_well(std::string_view id)
{
    JsonWriter json = begun(id);
    json.flag("ok", true);
    return json;
}

JsonWriter begun_with_error(std::string_view id, const ControlError& error)
{
    JsonWriter json = begun(id);
    json.flag("ok", false);
    json.open_object("error");
    json.text("code", name(error.code));
    json.text("text", error.text);
    json.close_object();
    return json;
}

std::string line(JsonWriter& json)
{
    return json.take() + '\n';
}

std::string mistakes_answer(std::string_view id, const std::vector<ReloadMistake>& mistakes)
{
    const ReloadMistake& first = mistakes.front();
    JsonWriter json = begun_with_error(
        id, {ErrorCode::configuration,
             fmt::format("{} mistake{} in the configuration, nothing is changed; the first: {}:{}:{}: {}",
                         mistakes.size(), mistakes.size() == 1 ? "" : "s", first.file, first.line,
                         first.column, first.text)});
    json.open_list("mistakes");
    for (const ReloadMistake& mistake : mistakes) {
        json.open_object_element();
        json.text("file", mistake.file);
        json.number("line", mistake.line);
        json.number("column", mistake.column);
        json.text("text", mistake.text);
        json.text_or_null("remedy", mistake.remedy);
        json.close_object();
    }
    json.close_list();
    return line(json);
}

}  // namespace

std::string error_answer(std::string_view id, const ControlError& error)
{
    JsonWriter json = begun_with_error(id, error);
    return line(json);
}

std::string status_answer(std::string_view id, const DaemonFacts& facts)
{
    JsonWriter json = begun_well(id);
    json.formed("daemon", to_json(facts));
    return line(json);
}

std::string order_answer(std::string_view id, std::span<const std::string> told,
                         std::span<const RefusedOrder> refused)
{
    JsonWriter json = begun_well(id);
    json.open_list("tunnels");
    for (const std::string& tunnel : told)
        json.text_element(tunnel);
    json.close_list();
    json.open_list("refused");
    for (const RefusedOrder& order : refused) {
        json.open_object_element();
        json.text("name", order.tunnel);
        json.text("text", order.text);
        json.close_object();
    }
    json.close_list();
    return line(json);
}

std::string reload_answer(std::string_view id, const ReloadAnswer& reload, bool dry_run)
{
    if (!reload.refused.empty())
        return error_answer(id, {ErrorCode::not_possible, reload.refused});
    if (!reload.mistakes.empty())
        return mistakes_answer(id, reload.mistakes);
    JsonWriter json = begun_well(id);
    json.flag("dry_run", dry_run);
    json.open_list("changes");
    for (const ReloadChange& change : reload.changes) {
        json.open_object_element();
        json.text("tunnel", change.tunnel);
        json.text("what", change.what);
        json.text("text", change.text);
        json.close_object();
    }
    json.close_list();
    return line(json);
}

std::string logs_answer(std::string_view id, std::span<const TunnelLines> logs)
{
    JsonWriter json = begun_well(id);
    json.open_list("logs");
    for (const TunnelLines& log : logs) {
        json.open_object_element();
        json.text("tunnel", log.tunnel);
        json.open_list("lines");
        for (const std::string& text : log.lines)
            json.text_element(text);
        json.close_list();
        if (log.is_cut)
            json.flag("cut", true);
        json.close_object();
    }
    json.close_list();
    return line(json);
}

std::string log_line_answer(std::string_view id, const TunnelText& log_line)
{
    JsonWriter json = begun(id);
    json.open_object("log");
    json.text("tunnel", log_line.tunnel);
    json.text("line", log_line.text);
    json.close_object();
    return line(json);
}

std::string explain_answer(std::string_view id, std::span<const TunnelText> explanations)
{
    JsonWriter json = begun_well(id);
    json.open_list("explanations");
    for (const TunnelText& explanation : explanations) {
        json.open_object_element();
        json.text("tunnel", explanation.tunnel);
        json.text("text", explanation.text);
        json.close_object();
    }
    json.close_list();
    return line(json);
}

std::string outages_answer(std::string_view id, const OutagesFacts& outages)
{
    JsonWriter json = begun_well(id);
    json.open_object("outages");
    write_outages(json, outages);
    json.close_object();
    return line(json);
}

std::string events_answer(std::string_view id)
{
    JsonWriter json = begun_well(id);
    return line(json);
}

std::string event_answer(std::string_view id, const StateEvent& event)
{
    JsonWriter json = begun(id);
    json.open_object("event");
    json.text("at", to_text(event.at));
    json.text(event.box.empty() ? "tunnel" : "box", event.box.empty() ? event.tunnel : event.box);
    json.text("state", event.state);
    json.text_or_null("before", event.before);
    json.text("health", event.health);
    json.text_or_null("class", event.cause.failure_class);
    json.text_or_null("cause", event.cause.text);
    json.text_or_null("remedy", event.cause.remedy);
    json.close_object();
    return line(json);
}

std::string hub_answer(std::string_view id, const HubFacts& hub)
{
    JsonWriter json = begun_well(id);
    json.formed("hub", to_json(hub));
    return line(json);
}

}  // namespace autossh
