#include "autossh/control/answer.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/json_parts.hpp"
#include "autossh/control/request_id.hpp"

#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

void read_error(JsonFields& fields, ControlAnswer& answer)
{
    fields.object("error", [&](JsonFields& its) {
        ControlError error;
        std::string code;
        its.text("code", code);
        its.text("text", error.text);
        error.code = error_code_from(code).value_or(ErrorCode::not_possible);
        answer.error = std::move(error);
    });
    fields.objects("mistakes", [&](JsonFields& its) {
        ReloadMistake mistake;
        its.text("file", mistake.file);
        its.number("line", mistake.line);
        its.number("column", mistake.column);
        its.text("text", mistake.text);
        its.text("remedy", mistake.remedy);
        answer.reload.mistakes.push_back(std::move(mistake));
    });
}

void read_orders(JsonFields& fields, ControlAnswer& answer)
{
    fields.texts("tunnels", answer.told);
    fields.objects("refused", [&](JsonFields& its) {
        RefusedOrder order;
        its.text("name", order.tunnel);
        its.text("text", order.text);
        answer.refused.push_back(std::move(order));
    });
    fields.flag("dry_run", answer.dry_run);
    fields.objects("changes", [&](JsonFields& its) {
        ReloadChange change;
        its.text("tunnel", change.tunnel);
        its.text("what", change.what);
        its.text("text", change.text);
        answer.reload.changes.push_back(std::move(change));
    });
}

void read_texts(JsonFields& fields, ControlAnswer& answer)
{
    fields.objects("logs", [&](JsonFields& its) {
        TunnelLines lines;
        its.text("tunnel", lines.tunnel);
        its.texts("lines", lines.lines);
        its.flag("cut", lines.is_cut);
        answer.logs.push_back(std::move(lines));
    });
    fields.object("log", [&](JsonFields& its) {
        TunnelText line;
        its.text("tunnel", line.tunnel);
        its.text("line", line.text);
        answer.log_line = std::move(line);
    });
    fields.objects("explanations", [&](JsonFields& its) {
        TunnelText explanation;
        its.text("tunnel", explanation.tunnel);
        its.text("text", explanation.text);
        answer.explanations.push_back(std::move(explanation));
    });
}

void read_event(JsonFields& fields, ControlAnswer& answer)
{
    fields.object("event", [&](JsonFields& its) {
        StateEvent event;
        std::optional<WallTime> at;
        its.time("at", at);
        event.at = at.value_or(WallTime());
        its.text("tunnel", event.tunnel);
        its.text("box", event.box);
        its.text("state", event.state);
        its.text("before", event.before);
        its.text("health", event.health);
        its.text("class", event.cause.failure_class);
        its.text("cause", event.cause.text);
        its.text("remedy", event.cause.remedy);
        answer.event = std::move(event);
    });
}

}  // namespace

std::optional<ControlAnswer> read_answer(std::string_view line)
{
    const auto object = json_object_from(line);
    if (!object)
        return std::nullopt;
    JsonFields fields(*object);
    ControlAnswer answer;
    answer.id = request_id(line, fields).value_or("null");
    fields.flag("ok", answer.ok);
    read_error(fields, answer);
    fields.object("daemon", [&](JsonFields& its) { answer.daemon = read_daemon(its); });
    fields.object("hub", [&](JsonFields& its) { answer.hub = read_hub(its); });
    read_orders(fields, answer);
    read_texts(fields, answer);
    read_event(fields, answer);
    fields.object("outages", [&](JsonFields& its) { answer.outages = read_outages(its); });
    const bool is_answer = answer.ok || answer.error || answer.log_line || answer.event;
    return fields.is_well() && is_answer ? std::optional(std::move(answer)) : std::nullopt;
}

}  // namespace autossh
