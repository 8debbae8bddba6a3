#include "autossh/control/json_writer.hpp"

#include "autossh/base/json_text.hpp"

#include <cmath>
#include <utility>

#include <fmt/core.h>

namespace autossh {

void JsonWriter::separate()
{
    if (!std::exchange(is_first_, false))
        text_ += ',';
}

void JsonWriter::name(std::string_view name)
{
    separate();
    text_ += '"';
    text_ += name;
    text_ += "\":";
}

void JsonWriter::text(std::string_view name, std::string_view value)
{
    this->name(name);
    append_json_string(text_, value);
}

void JsonWriter::text_or_null(std::string_view name, std::string_view value)
{
    if (value.empty())
        return null(name);
    text(name, value);
}

void JsonWriter::number(std::string_view name, std::uint64_t value)
{
    this->name(name);
    text_ += fmt::format("{}", value);
}

void JsonWriter::number_or_null(std::string_view name, std::uint64_t value)
{
    if (value == 0)
        return null(name);
    number(name, value);
}

void JsonWriter::real(std::string_view name, std::optional<double> value)
{
    if (!value || !std::isfinite(*value))
        return null(name);
    this->name(name);
    text_ += fmt::format("{}", *value);
}

void JsonWriter::flag(std::string_view name, bool value)
{
    formed(name, value ? "true" : "false");
}

void JsonWriter::null(std::string_view name)
{
    formed(name, "null");
}

void JsonWriter::formed(std::string_view name, std::string_view json)
{
    this->name(name);
    text_ += json;
}

void JsonWriter::open_object(std::string_view name)
{
    this->name(name);
    open('{');
}

void JsonWriter::open_list(std::string_view name)
{
    this->name(name);
    open('[');
}

void JsonWriter::text_element(std::string_view value)
{
    separate();
    append_json_string(text_, value);
}

void JsonWriter::real_element(std::optional<double> value)
{
    separate();
    text_ += value && std::isfinite(*value) ? fmt::format("{}", *value) : "null";
}

void JsonWriter::open_object_element()
{
    separate();
    open('{');
}

void JsonWriter::open(char bracket)
{
    text_ += bracket;
    is_first_ = true;
}

void JsonWriter::close(char bracket)
{
    text_ += bracket;
    is_first_ = false;
}

std::string JsonWriter::take()
{
    close('}');
    return std::move(text_);
}

}  // namespace autossh
