#include "autossh/control/json_fields.hpp"

#include "autossh/control/wall_time.hpp"

#include <utility>

#include <boost/json/parse.hpp>

namespace autossh {

namespace {

std::optional<double> real_of(const boost::json::value& value)
{
    if (value.is_double())
        return value.get_double();
    if (value.is_int64())
        return static_cast<double>(value.get_int64());
    return value.is_uint64() ? std::optional(static_cast<double>(value.get_uint64())) : std::nullopt;
}

}  // namespace

std::optional<boost::json::object> json_object_from(std::string_view text)
{
    boost::json::parse_options options;
    options.max_depth = 16;
    boost::system::error_code error;
    boost::json::value value =
        boost::json::parse(boost::json::string_view(text.data(), text.size()), error, {}, options);
    if (error || !value.is_object())
        return std::nullopt;
    return std::move(value.get_object());
}

const boost::json::value* JsonFields::member(std::string_view name) const
{
    const boost::json::value* const value =
        object_.if_contains(boost::json::string_view(name.data(), name.size()));
    return value == nullptr || value->is_null() ? nullptr : value;
}

void JsonFields::note_wrong(std::string_view name)
{
    if (wrong_.empty())
        wrong_ = name;
}

void JsonFields::text(std::string_view name, std::string& value)
{
    const auto* const read = member(name);
    if (read == nullptr)
        return;
    if (!read->is_string())
        return note_wrong(name);
    value.assign(read->get_string().data(), read->get_string().size());
}

void JsonFields::texts(std::string_view name, std::vector<std::string>& value)
{
    const auto* const read = member(name);
    if (read == nullptr)
        return;
    if (!read->is_array())
        return note_wrong(name);
    value.clear();
    for (const boost::json::value& element : read->get_array()) {
        if (!element.is_string())
            return note_wrong(name);
        value.emplace_back(element.get_string().data(), element.get_string().size());
    }
}

void JsonFields::flag(std::string_view name, bool& value)
{
    const auto* const read = member(name);
    if (read != nullptr && read->is_bool())
        value = read->get_bool();
    else if (read != nullptr)
        note_wrong(name);
}

void JsonFields::real(std::string_view name, std::optional<double>& value)
{
    const auto* const read = member(name);
    if (read == nullptr)
        return;
    value = real_of(*read);
    if (!value)
        note_wrong(name);
}

void JsonFields::reals(std::string_view name, std::vector<std::optional<double>>& value)
{
    const auto* const read = member(name);
    if (read == nullptr)
        return;
    if (!read->is_array())
        return note_wrong(name);
    value.clear();
    for (const boost::json::value& element : read->get_array()) {
        value.push_back(real_of(element));
        if (!value.back() && !element.is_null())
            return note_wrong(name);
    }
}

void JsonFields::length(std::string_view name, std::optional<Seconds>& value)
{
    std::optional<double> seconds;
    real(name, seconds);
    if (seconds)
        value = Seconds(*seconds);
}

void JsonFields::time(std::string_view name, std::optional<WallTime>& value)
{
    std::string words;
    text(name, words);
    if (words.empty())
        return;
    value = wall_time_from(words);
    if (!value)
        note_wrong(name);
}

void JsonFields::number_up_to(std::string_view name, std::uint64_t most, std::uint64_t& value)
{
    const auto* const read = member(name);
    if (read == nullptr)
        return;
    std::optional<std::uint64_t> number;
    if (read->is_uint64())
        number = read->get_uint64();
    else if (read->is_int64() && read->get_int64() >= 0)
        number = static_cast<std::uint64_t>(read->get_int64());
    if (number && *number <= most)
        value = *number;
    else
        note_wrong(name);
}

}  // namespace autossh
