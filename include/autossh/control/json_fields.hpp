// Reads the members of one JSON object. For the sources of this wing that read JSON, and those of the ledger:
// no other is to have the headers of Boost.JSON. Pure.
#pragma once

#include "autossh/control/facts.hpp"

#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/json/value.hpp>

namespace autossh {

/// The object that the text is; nothing: it is none, or nested deeper than anything of ours.
std::optional<boost::json::object> json_object_from(std::string_view text);

/// A member that is missing or null leaves its value as it is; one of another type is remembered.
class JsonFields {
public:
    explicit JsonFields(const boost::json::object& object) : object_(object) {}

    void text(std::string_view name, std::string& value);
    void texts(std::string_view name, std::vector<std::string>& value);
    void flag(std::string_view name, bool& value);
    void real(std::string_view name, std::optional<double>& value);
    /// A list, some of which may be null.
    void reals(std::string_view name, std::vector<std::optional<double>>& value);
    /// In seconds.
    void length(std::string_view name, std::optional<Seconds>& value);
    void time(std::string_view name, std::optional<WallTime>& value);
    /// Not below 0, and no larger than the type can hold.
    template <typename Number>
    void number(std::string_view name, Number& value)
    {
        std::uint64_t read = static_cast<std::uint64_t>(value);
        number_up_to(name, static_cast<std::uint64_t>(std::numeric_limits<Number>::max()), read);
        value = static_cast<Number>(read);
    }
    /// Calls `read` with the object, if there is one.
    template <typename Read>
    void object(std::string_view name, Read read)
    {
        if (const auto* const value = member(name))
            read_object(*value, read);
    }
    /// The same with each of a list of objects.
    template <typename Read>
    void objects(std::string_view name, Read read)
    {
        const auto* const value = member(name);
        if (value != nullptr && value->is_array())
            for (const boost::json::value& element : value->get_array())
                read_object(element, read);
        else if (value != nullptr)
            note_wrong(name);
    }

    /// The first member that is of another type; empty: none.
    const std::string& wrong() const { return wrong_; }
    bool is_well() const { return wrong_.empty(); }
    void note_wrong(std::string_view name);

    /// Null: it is missing, or null.
    const boost::json::value* member(std::string_view name) const;

private:
    void number_up_to(std::string_view name, std::uint64_t most, std::uint64_t& value);

    template <typename Read>
    void read_object(const boost::json::value& value, Read read)
    {
        if (!value.is_object())
            return note_wrong("an object");
        JsonFields fields(value.get_object());
        read(fields);
        if (!fields.is_well())
            note_wrong(fields.wrong());
    }

    const boost::json::object& object_;
    std::string wrong_;
};

}  // namespace autossh
