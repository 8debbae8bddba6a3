#include "e2e/ctl/terminal_screen.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <cstdlib>

namespace autossh_test {

namespace {

/// "1;31" -> 1, 31
std::vector<std::size_t> numbers_in(std::string_view parameters)
{
    std::vector<std::size_t> numbers;
    std::size_t number = 0;
    for (const char letter : parameters) {
        if (letter == ';') {
            numbers.push_back(number);
            number = 0;
        } else if (letter >= '0' && letter <= '9') {
            number = 10 * number + static_cast<std::size_t>(letter - '0');
        }
    }
    numbers.push_back(number);
    return numbers;
}

}  // namespace

TerminalScreen::TerminalScreen(std::size_t rows, std::size_t columns)
    : rows_(rows), columns_(columns), cells_(rows, Row(columns, " ")), bottom_(rows - 1)
{}

void TerminalScreen::write(std::string_view bytes)
{
    while (!bytes.empty()) {
        if (bytes.front() == '\x1b') {
            const std::size_t size = escape(bytes);
            if (size == 0)
                return;  // the rest of it is yet to come
            bytes.remove_prefix(size);
            continue;
        }
        const std::size_t size = std::max<std::size_t>(autossh::size_of_first_character(bytes), 1);
        if (static_cast<unsigned char>(bytes.front()) < 0x20)
            control(bytes.front());
        else
            put(bytes.substr(0, size));
        bytes.remove_prefix(size);
    }
}

std::string TerminalScreen::line(std::size_t row) const
{
    std::string text;
    for (const std::string& cell : cells_.at(row))
        text += cell;
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string TerminalScreen::text() const
{
    std::string text;
    for (std::size_t row = 0; row < rows_; ++row)
        text += line(row) + '\n';
    return text;
}

void TerminalScreen::put(std::string_view character)
{
    const std::size_t width = autossh::screen_width(character);
    if (column_ + width > columns_) {
        column_ = 0;
        line_feed();
    }
    last_ = character;
    cells_[row_][column_] = last_;
    if (width == 2 && column_ + 1 < columns_)
        cells_[row_][column_ + 1].clear();
    column_ += width;
}

void TerminalScreen::control(char byte)
{
    switch (byte) {
    case '\r': column_ = 0; break;
    case '\n': line_feed(); break;
    case '\b': column_ -= column_ > 0 ? 1 : 0; break;
    case '\t': column_ = std::min(columns_ - 1, (column_ / 8 + 1) * 8); break;
    case '\x0e':
    case '\x0f':
    case '\a': break;
    default: strange_ += "control ";
    }
}

void TerminalScreen::line_feed()
{
    if (row_ == bottom_)
        scroll(top_, 1);
    else
        row_ = std::min(row_ + 1, rows_ - 1);
}

/// Up by so many lines, or down with less than 0, from this row to the bottom.
void TerminalScreen::scroll(std::size_t from, std::ptrdiff_t lines)
{
    const auto begin = cells_.begin() + static_cast<std::ptrdiff_t>(from);
    const auto end = cells_.begin() + static_cast<std::ptrdiff_t>(bottom_) + 1;
    const std::ptrdiff_t count = std::min<std::ptrdiff_t>(std::abs(lines), end - begin);
    if (lines > 0) {
        std::rotate(begin, begin + count, end);
        std::fill(end - count, end, Row(columns_, " "));
    } else {
        std::rotate(begin, end - count, end);
        std::fill(begin, begin + count, Row(columns_, " "));
    }
}

void TerminalScreen::erase(std::size_t row, std::size_t from, std::size_t to)
{
    for (std::size_t i = from; i < std::min(to, columns_); ++i)
        cells_[row][i] = " ";
}

void TerminalScreen::erase_display(std::size_t what)
{
    if (what == 0)
        erase(row_, column_, columns_);
    if (what == 1)
        erase(row_, 0, column_ + 1);
    for (std::size_t row = 0; row < rows_; ++row)
        if (what == 2 || (what == 0 && row > row_) || (what == 1 && row < row_))
            erase(row, 0, columns_);
}

/// How long the sequence at the front is; 0: it has not ended.
std::size_t TerminalScreen::escape(std::string_view rest)
{
    if (rest.size() < 2)
        return 0;
    switch (rest[1]) {
    case '[': {
        const std::size_t end =
            rest.find_first_of("@ABCDEFGHIJKLMNOPQRSTUVWXYZ`abcdefghijklmnopqrstuvwxyz{|}~", 2);
        if (end == rest.npos)
            return 0;
        sequence(rest.substr(2, end - 2), rest[end]);
        return end + 1;
    }
    case '(':
    case ')': return rest.size() < 3 ? 0 : 3;
    case 'M':
        if (row_ == top_)
            scroll(top_, -1);
        else
            --row_;
        return 2;
    case '7':
    case '8':
    case '=':
    case '>': return 2;
    default: strange_ += std::string("ESC ") + rest[1] + ' '; return 2;
    }
}

void TerminalScreen::set_mode(std::string_view parameters, bool on)
{
    if (parameters == "?1049")
        is_alternate_ = on;
    if (parameters.starts_with("?") && parameters.ends_with("25"))
        has_cursor_ = on;
    if (parameters == "4" && on)
        strange_ += "insert mode ";
}

void TerminalScreen::move_sequence(const std::vector<std::size_t>& numbers, char final)
{
    const std::size_t count = std::max<std::size_t>(numbers.front(), 1);
    switch (final) {
    case 'A': row_ -= std::min(row_, count); break;
    case 'B': row_ = std::min(row_ + count, rows_ - 1); break;
    case 'C': column_ = std::min(column_ + count, columns_ - 1); break;
    case 'D': column_ -= std::min(column_, count); break;
    case 'G': column_ = std::min(count, columns_) - 1; break;
    case 'd': row_ = std::min(count, rows_) - 1; break;
    default:
        row_ = std::min(count, rows_) - 1;
        column_ = std::min(numbers.size() < 2 ? 1 : std::max<std::size_t>(numbers[1], 1), columns_) - 1;
    }
}

void TerminalScreen::sequence(std::string_view parameters, char final)
{
    const std::vector<std::size_t> numbers = numbers_in(parameters);
    const std::size_t count = std::max<std::size_t>(numbers.front(), 1);
    Row& cells = cells_[row_];
    const auto here = cells.begin() + static_cast<std::ptrdiff_t>(std::min(column_, columns_ - 1));
    const auto some =
        static_cast<std::ptrdiff_t>(std::min(count, static_cast<std::size_t>(cells.end() - here)));
    switch (final) {
    case 'J': erase_display(numbers.front()); break;
    case 'K':
        erase(row_, numbers.front() == 0 ? column_ : 0, numbers.front() == 1 ? column_ + 1 : columns_);
        break;
    case 'X': erase(row_, column_, column_ + count); break;
    case 'P':
        std::rotate(here, here + some, cells.end());
        std::fill(cells.end() - some, cells.end(), " ");
        break;
    case '@':
        std::rotate(here, cells.end() - some, cells.end());
        std::fill(here, here + some, " ");
        break;
    case 'L': scroll(row_, -static_cast<std::ptrdiff_t>(count)); break;
    case 'M': scroll(row_, static_cast<std::ptrdiff_t>(count)); break;
    case 'S': scroll(top_, static_cast<std::ptrdiff_t>(count)); break;
    case 'T': scroll(top_, -static_cast<std::ptrdiff_t>(count)); break;
    case 'b':
        for (std::size_t i = 0; i < count; ++i)
            put(std::string(last_));
        break;
    case 'r':
        top_ = count - 1;
        bottom_ = numbers.size() < 2 || numbers[1] == 0 ? rows_ - 1 : std::min(numbers[1], rows_) - 1;
        row_ = column_ = 0;
        break;
    case 'h':
    case 'l': set_mode(parameters, final == 'h'); break;
    case 'm':
    case 't': break;
    case 'A':
    case 'B':
    case 'C':
    case 'D':
    case 'G':
    case 'H':
    case 'd':
    case 'f': move_sequence(numbers, final); break;
    default: strange_ += std::string("CSI ") + std::string(parameters) + final + ' ';
    }
}

}  // namespace autossh_test
