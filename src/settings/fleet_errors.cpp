#include "autossh/settings/fleet_errors.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

const std::string& file_of(const FilePlace& place)
{
    static const std::string none;
    return place.file ? *place.file : none;
}

}  // namespace

bool FilePlace::operator==(const FilePlace& other) const
{
    return line == other.line && column == other.column && file_of(*this) == file_of(other);
}

std::string in_words(const FilePlace& place)
{
    return fmt::format("{}:{}:{}", file_of(place), place.line, place.column);
}

std::string line_in_words(const FilePlace& place)
{
    return fmt::format("{}:{}", file_of(place), place.line);
}

void FleetErrors::add(const FilePlace& at, std::string text, std::string remedy)
{
    FleetError error{at, std::move(text), std::move(remedy)};
    if (std::ranges::find(errors_, error) == errors_.end())
        errors_.push_back(std::move(error));
}

std::string FleetErrors::text() const
{
    std::vector<std::string> files;
    for (const FleetError& error : errors_)
        if (std::ranges::find(files, file_of(error.at)) == files.end())
            files.push_back(file_of(error.at));
    const auto rank = [&files](const FleetError& error) {
        return std::tuple(std::ranges::find(files, file_of(error.at)) - files.begin(), error.at.line,
                          error.at.column);
    };
    std::vector<FleetError> sorted = errors_;
    std::ranges::stable_sort(sorted, {}, rank);

    std::string lines;
    for (std::size_t i = 0; i < std::min(most, sorted.size()); ++i) {
        lines += fmt::format("{}: error: {}\n", in_words(sorted[i].at), printable(sorted[i].text));
        if (!sorted[i].remedy.empty())
            lines += fmt::format("  {}\n", printable(sorted[i].remedy));
    }
    if (sorted.size() > most)
        lines += fmt::format("and {} more\n", sorted.size() - most);
    return lines;
}

std::string FleetErrors::first() const
{
    const std::string all = text();
    return all.substr(0, all.find('\n'));
}

}  // namespace autossh
