#include "autossh/settings/fleet_forward.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <span>
#include <system_error>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

struct ForwardField {
    std::string text;
    bool is_path = false;
};

/// Between colons, but for those in brackets.
std::vector<ForwardField> fields_of(std::string_view specification)
{
    std::vector<ForwardField> fields(1);
    bool in_brackets = false;
    for (const char letter : specification) {
        if (letter == ':' && !in_brackets) {
            fields.emplace_back();
            continue;
        }
        if (letter == '[' || letter == ']')
            in_brackets = letter == '[';
        else
            fields.back().text += letter;
        fields.back().is_path = fields.back().text.starts_with('/');
    }
    return fields;
}

bool has_what_ssh_resolves(std::string_view text)
{
    return text.find('%') != text.npos || text.find("${") != text.npos;
}

/// A number, or the name of a service. `zero`: one that the server is to choose.
bool is_port(const ForwardField& field, bool zero = false)
{
    if (field.is_path || field.text.empty())
        return false;
    if (field.text.find_first_not_of("0123456789") == std::string::npos) {
        std::uint32_t number = 0;
        const auto [end, error] =
            std::from_chars(field.text.data(), field.text.data() + field.text.size(), number);
        return error == std::errc() && number >= (zero ? 0U : 1U) && number <= 65535;
    }
    const auto is_of_name = [](char letter) {
        return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '-' ||
               (letter >= '0' && letter <= '9');
    };
    const char first = lower_case(field.text).front();
    return first >= 'a' && first <= 'z' && std::ranges::all_of(field.text, is_of_name);
}

bool is_host(const ForwardField& field)
{
    return !field.text.empty() && !field.is_path;
}

bool is_target(const std::vector<ForwardField>& fields, std::size_t from)
{
    if (fields.size() - from == 1)
        return fields[from].is_path;
    return fields.size() - from == 2 && is_host(fields[from]) && is_port(fields[from + 1]);
}

/// As ssh takes it apart, for each number of fields.
bool is_forward(ForwardOption option, const std::vector<ForwardField>& fields)
{
    const bool remote = option == ForwardOption::remote;
    const auto is_listening = [&](std::size_t count) {
        return is_port(fields[count - 1], remote) && (count == 1 || !fields[0].is_path);
    };
    const bool socks = fields.size() <= 2 && is_listening(fields.size());
    if (option == ForwardOption::dynamic)
        return socks;
    if (remote && socks)
        return true;
    if (fields.size() > 1 && (fields[0].is_path || is_listening(1)) && is_target(fields, 1))
        return true;
    return fields.size() > 2 && is_listening(2) && is_target(fields, 2);
}

std::string_view form_of(ForwardOption option)
{
    switch (option) {
    case ForwardOption::local: return "[BIND:]PORT:HOST:HOSTPORT or a socket's path";
    case ForwardOption::remote: return "[BIND:]PORT:HOST:HOSTPORT, [BIND:]PORT or a socket's path";
    case ForwardOption::dynamic: return "[BIND:]PORT";
    }
    return "";
}

bool is_number(const ForwardField& field)
{
    return field.text.find_first_not_of("0123456789") == std::string::npos;
}

/// A number as ssh writes it.
std::string port_in_words(const ForwardField& field)
{
    const std::size_t digits = std::min(field.text.find_first_not_of('0'), field.text.size() - 1);
    return is_number(field) ? field.text.substr(digits) : field.text;
}

/// The fields from `from` on: [HOST:]PORT or a path.
std::string place_in_words(std::span<const ForwardField> fields)
{
    if (fields.size() == 1)
        return fields[0].is_path ? fields[0].text : port_in_words(fields[0]);
    return fmt::format("[{}]:{}", fields[0].text, port_in_words(fields[1]));
}

std::string_view port_of_place(std::string_view place)
{
    return place.substr(place.rfind(':') + 1);
}

}  // namespace

std::string_view letter_of(ForwardOption option)
{
    switch (option) {
    case ForwardOption::local: return "-L";
    case ForwardOption::remote: return "-R";
    case ForwardOption::dynamic: return "-D";
    }
    return "";
}

std::string mistake_in_forward(ForwardOption option, std::string_view specification)
{
    if (has_what_ssh_resolves(specification) || is_forward(option, fields_of(specification)))
        return "";
    return fmt::format("\"{}\" is no forward for {}: {}", specification, letter_of(option), form_of(option));
}

std::optional<std::string> listens_at(ForwardOption option, std::string_view specification)
{
    if (option == ForwardOption::remote || has_what_ssh_resolves(specification))
        return std::nullopt;
    const auto fields = fields_of(specification);
    if (!is_forward(option, fields))
        return std::nullopt;
    if (fields[0].is_path)
        return fields[0].text;
    const bool socks = option == ForwardOption::dynamic;
    const bool has_bind = socks ? fields.size() == 2 : !(is_port(fields[0]) && is_target(fields, 1));
    std::string bind = has_bind ? fields[0].text : "127.0.0.1";
    if (bind == "localhost")
        bind = "127.0.0.1";
    if (bind.empty() || bind == "0.0.0.0")
        bind = "*";
    return fmt::format("{}:{}", bind, fields[has_bind ? 1 : 0].text);
}

std::optional<std::string> as_ssh_lists(ForwardOption option, std::string_view specification)
{
    const auto fields = fields_of(specification);
    const bool socks =
        option != ForwardOption::local && fields.size() <= 2 && !fields[0].is_path && !fields.back().is_path;
    const bool has_bind = !fields[0].is_path && fields.size() > 1 &&
                          (socks || fields.size() - 1 > (fields.back().is_path ? 1U : 2U));
    const std::size_t listening = has_bind ? 2 : 1;
    const ForwardField& last = fields[listening - 1];
    for (const ForwardField& field : std::span(fields).first(listening))
        if (has_what_ssh_resolves(field.text))
            return std::nullopt;
    if (last.text.empty() || (!last.is_path && !is_number(last)))
        return std::nullopt;
    const std::string listen = place_in_words(std::span(fields).first(listening));
    if (option == ForwardOption::dynamic)
        return listen;
    return fmt::format("{} {}", listen,
                       socks ? "[socks]:0" : place_in_words(std::span(fields).subspan(listening)));
}

bool are_in_conflict(std::string_view one, std::string_view other)
{
    if (one == other)
        return true;
    const bool all = one.starts_with("*:") || other.starts_with("*:");
    return all && !one.starts_with('/') && !other.starts_with('/') &&
           port_of_place(one) == port_of_place(other);
}

}  // namespace autossh
