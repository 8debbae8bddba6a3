#include "autossh/program/text_table.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

std::string table(const Rows& rows)
{
    std::size_t names = 0;
    std::size_t values = 0;
    for (const Row& row : rows) {
        names = std::max(names, row.name.size());
        values = std::max(values, row.value.size());
    }
    std::string text;
    for (const Row& row : rows)
        text += row.value.empty()
                    ? fmt::format("    {:<{}}  {}\n", row.name, names, row.source)
                    : fmt::format("    {:<{}}  {:<{}}  {}\n", row.name, names, row.value, values, row.source);
    return text;
}

}  // namespace autossh
