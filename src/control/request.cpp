#include "autossh/control/request.hpp"

#include "autossh/base/text.hpp"
#include "autossh/control/json_fields.hpp"
#include "autossh/control/json_writer.hpp"
#include "autossh/control/request_id.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array<std::pair<Ask, std::string_view>, 12> asks{{{Ask::status, "status"},
                                                                 {Ask::start, "start"},
                                                                 {Ask::stop, "stop"},
                                                                 {Ask::restart, "restart"},
                                                                 {Ask::retry, "try"},
                                                                 {Ask::reload, "reload"},
                                                                 {Ask::logs, "logs"},
                                                                 {Ask::explain, "explain"},
                                                                 {Ask::events, "events"},
                                                                 {Ask::outages, "outages"},
                                                                 {Ask::hub, "hub"},
                                                                 {Ask::forget, "forget"}}};

constexpr std::array<std::pair<ErrorCode, std::string_view>, 8> codes{
    {{ErrorCode::bad_request, "bad-request"},
     {ErrorCode::unknown_order, "unknown-order"},
     {ErrorCode::no_such_tunnel, "no-such-tunnel"},
     {ErrorCode::not_permitted, "not-permitted"},
     {ErrorCode::not_possible, "not-possible"},
     {ErrorCode::configuration, "configuration"},
     {ErrorCode::too_long, "too-long"},
     {ErrorCode::busy, "busy"}}};

std::string all_asks()
{
    std::string words;
    for (const auto& [ask, word] : asks)
        words += fmt::format("{}{}", words.empty() ? "" : ", ", word);
    return words;
}

/// Why these can be no tunnels; empty: they can.
std::string mistake_of(const std::vector<std::string>& tunnels)
{
    std::size_t patterns = 0;
    for (const std::string& tunnel : tunnels) {
        if (tunnel.empty() || tunnel.size() > longest_pattern)
            return fmt::format("each of \"tunnels\" has 1 to {} bytes", longest_pattern);
        if (printable(tunnel) != tunnel)
            return "\"tunnels\" has a name with control characters";
        patterns += tunnel.find_first_of("*?[\\@") != std::string::npos ? 1 : 0;
    }
    return patterns > most_patterns
               ? fmt::format("more than {} patterns in \"tunnels\": ask more than once", most_patterns)
               : "";
}

std::string mistake_of(const ControlRequest& request, const JsonFields& fields)
{
    if (!fields.is_well())
        return fmt::format("\"{}\" is of the wrong type", fields.wrong());
    if (request.ask == Ask::forget)
        return request.box.empty() ? "\"forget\" must name its \"box\"" : "";
    if (request.tunnels.empty() && is_order(request.ask) && request.ask != Ask::reload)
        return fmt::format("\"{}\" must name its \"tunnels\" (all: [\"*\"])", name(request.ask));
    return mistake_of(request.tunnels);
}

void read_outages_question(JsonFields& fields, OutagesQuestion& question)
{
    std::optional<double> since;
    fields.real("since_s", since);
    if (since && !(*since > 0 && *since <= longest_look_back.count()))
        fields.note_wrong("since_s");
    else if (since)
        question.back = Seconds(*since);
    fields.flag("unplanned", question.unplanned);
}

}  // namespace

std::string_view name(Ask ask)
{
    return asks[static_cast<std::size_t>(ask)].second;
}

bool is_order(Ask ask)
{
    return !is_for_observers(ask) && ask != Ask::explain;
}

bool is_for_observers(Ask ask)
{
    return ask == Ask::status || ask == Ask::logs || ask == Ask::events || ask == Ask::outages ||
           ask == Ask::hub;
}

std::string_view name(ErrorCode code)
{
    return codes[static_cast<std::size_t>(code)].second;
}

std::optional<ErrorCode> error_code_from(std::string_view name)
{
    const auto* const found = std::ranges::find(codes, name, [](const auto& code) { return code.second; });
    return found == codes.end() ? std::nullopt : std::optional(found->first);
}

ReadRequest read_request(std::string_view line)
{
    ReadRequest read;
    const auto mistake = [&read](ErrorCode code, std::string text) {
        read.error = {code, std::move(text)};
        return read;
    };
    if (line.size() > longest_request)
        return mistake(ErrorCode::too_long, fmt::format("a line has at most {} bytes", longest_request));
    const auto object = json_object_from(line);
    if (!object)
        return mistake(ErrorCode::bad_request, "a line must be one JSON object, such as {\"do\":\"status\"}");
    JsonFields fields(*object);
    const auto id = request_id(line, fields);
    if (!id || id->size() > longest_request_id)
        return mistake(
            ErrorCode::bad_request,
            fmt::format("\"id\" must be a number or a text of at most {} bytes", longest_request_id));
    read.id = *id;
    std::uint64_t version = 1;
    fields.number("v", version);
    if (version != 1)
        return mistake(ErrorCode::bad_request,
                       "\"v\" must be 1, the version of the protocol that is spoken here");
    std::string word;
    fields.text("do", word);
    if (word.empty())
        return mistake(ErrorCode::bad_request, fmt::format("\"do\" must be one of {}", all_asks()));
    const auto* const ask = std::ranges::find(asks, word, [](const auto& known) { return known.second; });
    if (ask == asks.end())
        return mistake(ErrorCode::unknown_order,
                       fmt::format("\"{}\" is not known; there are {}", one_line(word), all_asks()));
    ControlRequest request{.id = *id, .ask = ask->first};
    fields.texts("tunnels", request.tunnels);
    fields.flag("dry-run", request.dry_run);
    fields.number("lines", request.lines);
    fields.flag("follow", request.follow);
    fields.text("box", request.box);
    read_outages_question(fields, request.outages);
    if (std::string text = mistake_of(request, fields); !text.empty())
        return mistake(ErrorCode::bad_request, std::move(text));
    read.request = std::move(request);
    return read;
}

std::string to_line(const ControlRequest& request)
{
    const ControlRequest usual;
    JsonWriter json;
    json.number("v", 1);
    json.formed("id", request.id);
    json.text("do", name(request.ask));
    if (!request.tunnels.empty()) {
        json.open_list("tunnels");
        for (const std::string& tunnel : request.tunnels)
            json.text_element(tunnel);
        json.close_list();
    }
    if (request.dry_run)
        json.flag("dry-run", true);
    if (!request.box.empty())
        json.text("box", request.box);
    if (request.lines != usual.lines)
        json.number("lines", request.lines);
    if (request.follow)
        json.flag("follow", true);
    if (request.outages.back != usual.outages.back)
        json.real("since_s", request.outages.back.count());
    if (request.outages.unplanned)
        json.flag("unplanned", true);
    return json.take() + '\n';
}

}  // namespace autossh
