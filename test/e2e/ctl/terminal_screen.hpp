// What a terminal of the kind of xterm shows, by what was written to it.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace autossh_test {

class TerminalScreen {
public:
    TerminalScreen(std::size_t rows, std::size_t columns);

    void write(std::string_view bytes);

    /// Without blanks at the end.
    std::string line(std::size_t row) const;
    /// All lines, with their ends.
    std::string text() const;
    /// The other screen, which programs that fill all of it use.
    bool is_alternate() const { return is_alternate_; }
    bool has_cursor() const { return has_cursor_; }
    /// What it did not understand; empty: nothing.
    const std::string& strange() const { return strange_; }

private:
    using Row = std::vector<std::string>;

    void put(std::string_view character);
    void control(char byte);
    std::size_t escape(std::string_view rest);
    void sequence(std::string_view parameters, char final);
    void move_sequence(const std::vector<std::size_t>& numbers, char final);
    void set_mode(std::string_view parameters, bool on);
    void line_feed();
    void scroll(std::size_t from, std::ptrdiff_t lines);
    void erase(std::size_t row, std::size_t from, std::size_t to);
    void erase_display(std::size_t what);

    std::size_t rows_;
    std::size_t columns_;
    std::vector<Row> cells_;
    std::size_t row_ = 0;
    std::size_t column_ = 0;
    std::size_t top_ = 0;
    std::size_t bottom_;  ///< last row of what is scrolled
    std::string last_;    ///< character that was put
    bool is_alternate_ = false;
    bool has_cursor_ = true;
    std::string strange_;
};

}  // namespace autossh_test
