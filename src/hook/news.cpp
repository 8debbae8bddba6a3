#include "autossh/hook/news.hpp"

#include "autossh/control/facts_json.hpp"
#include "autossh/control/json_writer.hpp"
#include "autossh/control/wall_time.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// The system takes 128 KiB in one variable, and 2 MiB in all.
constexpr std::size_t longest_value = 100'000;

std::string name_in_call(const HookNews& news)
{
    return news.tunnel.empty() ? news.box : news.tunnel;
}

/// Of many: what most of them have.
struct Common {
    CauseFacts cause;
    std::size_t number = 0;  ///< of those that have it
};

Common most_common_cause(const std::vector<HookNews>& about)
{
    std::map<std::string, Common> causes;
    Common most;
    for (const HookNews& news : about) {
        Common& its = causes[news.cause.text];
        its.cause = news.cause;
        if (++its.number > most.number)
            most = its;
    }
    return most;
}

/// One for all that the call is about.
HookNews whole_of(const HookCall& call)
{
    HookNews whole = call.about.front();
    if (!call.is_about_many())
        return whole;
    whole.tunnel.clear();
    whole.box.clear();
    for (const HookNews& news : call.about) {
        (news.tunnel.empty() ? whole.box : whole.tunnel) +=
            ((news.tunnel.empty() ? whole.box : whole.tunnel).empty() ? "" : " ") + name_in_call(news);
        whole.at = std::max(whole.at, news.at);
        if (news.since)
            whole.since = std::min(whole.since.value_or(*news.since), *news.since);
        if (news.lasted)
            whole.lasted = std::max(whole.lasted.value_or(*news.lasted), *news.lasted);
    }
    whole.forward.reset();
    const Common common = most_common_cause(call.about);
    whole.cause = common.cause;
    if (!whole.cause.text.empty() && common.number < call.about.size())
        whole.cause.text = fmt::format("{} ({} of {})", whole.cause.text, common.number, call.about.size());
    return whole;
}

void write_forward(JsonWriter& json, const ForwardFacts& forward)
{
    json.open_object("forward");
    json.text_or_null("name", forward.name);
    json.text("kind", forward.kind);
    json.text_or_null("listen", forward.listen);
    json.text_or_null("to", forward.to);
    json.text_or_null("need", forward.need);
    json.text_or_null("text", forward.text);
    json.close_object();
}

/// As an event of the control socket, with what is new at the end.
void write_news(JsonWriter& json, const HookNews& news, bool is_about_many)
{
    json.text("at", to_text(news.at));
    if (!is_about_many && !news.tunnel.empty())
        json.text("tunnel", news.tunnel);
    if (!is_about_many && !news.box.empty())
        json.text("box", news.box);
    json.text_or_null("state", news.state);
    json.text_or_null("before", news.before);
    json.text_or_null("health", news.health);
    json.text_or_null("class", news.cause.failure_class);
    json.text_or_null("cause", news.cause.text);
    json.text_or_null("remedy", news.cause.remedy);
    write_time(json, "since", news.since);
    write_length(json, "lasted", news.lasted);
    json.number_or_null("port", news.forward ? news.forward->port.value_or(0) : 0);
    if (news.forward)
        write_forward(json, *news.forward);
}

/// A NUL would end it, and a line break would make two lines of what is written into a mail.
std::string value_of(std::string_view text)
{
    std::string value(text.substr(0, longest_value));
    std::ranges::replace_if(
        value, [](char letter) { return static_cast<unsigned char>(letter) < 0x20; }, ' ');
    return value;
}

}  // namespace

std::string subject_of(const HookNews& news)
{
    return news.tunnel.empty() ? "box " + news.box : news.tunnel;
}

std::string subject_in_words(const HookCall& call)
{
    const HookNews& first = call.about.front();
    if (call.is_about_many())
        return fmt::format("{} {}", call.about.size(), first.tunnel.empty() ? "boxes" : "tunnels");
    if (first.tunnel.empty() && first.box.empty())
        return "the fleet";
    return subject_of(first);
}

std::string call_as_json(const HookCall& call, std::string_view fleet)
{
    const HookNews whole = whole_of(call);
    JsonWriter json;
    json.number("v", 1);
    json.text("event", name(call.event));
    json.text("fleet", fleet);
    write_news(json, whole, call.is_about_many());
    if (call.is_about_many()) {
        json.open_list(call.about.front().tunnel.empty() ? "boxes" : "tunnels");
        for (const HookNews& news : call.about) {
            json.open_object_element();
            write_news(json, news, false);
            json.close_object();
        }
        json.close_list();
    }
    return json.take() + '\n';
}

std::vector<std::string> call_as_environment(const HookCall& call)
{
    const HookNews whole = whole_of(call);
    const std::uint16_t port = whole.forward ? whole.forward->port.value_or(0) : std::uint16_t{0};
    std::vector<std::string> variables;
    const auto add = [&](std::string_view variable, std::string_view value) {
        variables.push_back(fmt::format("AUTOSSH_{}={}", variable, value_of(value)));
    };
    add("EVENT", name(call.event));
    add("TUNNEL", name_in_call(whole));
    add("STATE", whole.state);
    add("CLASS", whole.cause.failure_class);
    add("CAUSE", whole.cause.text);
    add("REMEDY", whole.cause.remedy);
    add("SINCE", whole.since ? to_text(*whole.since) : "");
    add("LASTED", whole.lasted ? fmt::format("{:.0f}", whole.lasted->count()) : "");
    if (port != 0)  // an autossh that a hook starts would take another value for its own port
        add("PORT", fmt::format("{}", port));
    return variables;
}

std::vector<std::string> variables_kept_from_hooks()
{
    return {"AUTOSSH_PORT=", "AUTOSSH_SECRET", "AUTOSSH_ASKPASS", "CREDENTIALS_DIRECTORY=",
            "SSH_ASKPASS",   "NOTIFY_SOCKET=", "WATCHDOG_",       "LISTEN_FDS=",
            "LISTEN_PID=",   "LISTEN_FDNAMES="};
}

}  // namespace autossh
