#include "autossh/settings/csv.hpp"

#include <utility>

namespace autossh {

namespace {

class CsvReader {
public:
    void take(char letter, bool quote_follows)
    {
        if (letter == '\n')
            ++line_;
        if (in_quotes_ && letter == '"' && quote_follows)
            skip_ = true;
        if (skip_ || (in_quotes_ && letter != '"'))
            field_ += letter;
        else if (letter == '"')
            in_quotes_ = !in_quotes_;
        else if (letter == ',')
            end_field();
        else if (letter == '\n')
            end_row();
        else if (letter != '\r')
            field_ += letter;
    }

    bool skips() { return std::exchange(skip_, false); }

    std::vector<CsvRow> end()
    {
        end_row();
        return std::move(rows_);
    }

private:
    void end_field() { row_.fields.push_back(std::exchange(field_, {})); }

    void end_row()
    {
        if (!row_.fields.empty() || !field_.empty()) {
            end_field();
            rows_.push_back(std::exchange(row_, {}));
        }
        row_.line = line_;
    }

    std::vector<CsvRow> rows_;
    CsvRow row_;
    std::string field_;
    std::size_t line_ = 1;
    bool in_quotes_ = false;
    bool skip_ = false;
};

}  // namespace

std::vector<CsvRow> read_csv(std::string_view text)
{
    if (text.starts_with("\xef\xbb\xbf"))  // a spreadsheet's
        text.remove_prefix(3);
    CsvReader reader;
    for (std::size_t i = 0; i < text.size(); ++i) {
        reader.take(text[i], i + 1 < text.size() && text[i + 1] == '"');
        if (reader.skips())
            ++i;
    }
    return reader.end();
}

}  // namespace autossh
