// Writes one JSON object (RFC 8259) as a line of text. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace autossh {

/// Members are written in the order of the calls; their names need no escapes. Bytes that are not UTF-8
/// become U+FFFD.
class JsonWriter {
public:
    /// Opens the object.
    JsonWriter() : text_("{") {}

    void text(std::string_view name, std::string_view value);
    /// null where it is empty: it is not known, or there is none.
    void text_or_null(std::string_view name, std::string_view value);
    void number(std::string_view name, std::uint64_t value);
    /// null where it is 0.
    void number_or_null(std::string_view name, std::uint64_t value);
    /// null where there is none, or no number.
    void real(std::string_view name, std::optional<double> value);
    void flag(std::string_view name, bool value);
    void null(std::string_view name);
    /// JSON that is formed already.
    void formed(std::string_view name, std::string_view json);

    void open_object(std::string_view name);
    void open_list(std::string_view name);
    /// Of a list.
    void text_element(std::string_view value);
    /// As real().
    void real_element(std::optional<double> value);
    void open_object_element();
    void close_object() { close('}'); }
    void close_list() { close(']'); }

    /// Closes the object. Without the end of a line; this is empty afterwards.
    std::string take();

private:
    void separate();
    void name(std::string_view name);
    void open(char bracket);
    void close(char bracket);

    std::string text_;
    bool is_first_ = true;  ///< of the object or the list that is open
};

}  // namespace autossh
