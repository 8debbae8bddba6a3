#include "autossh/system/process_stat.hpp"

#include "autossh/base/file_text.hpp"

#include <charconv>
#include <cstdio>

#include <fmt/core.h>

namespace autossh {

std::optional<ProcessStat> parse_stat(std::string_view text)
{
    const std::size_t begin = text.find('(');
    const std::size_t end = text.rfind(')');  // the name may hold anything
    if (begin == std::string_view::npos || end == std::string_view::npos || end < begin)
        return std::nullopt;
    ProcessStat stat;
    stat.command = text.substr(begin + 1, end - begin - 1);
    const auto number = std::from_chars(text.data(), text.data() + begin, stat.pid);
    const std::string rest(text.substr(end + 1));
    unsigned long long started = 0;
    const int fields = std::sscanf(rest.c_str(),
                                   " %c %d %d %d"
                                   " %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %*s %llu",
                                   &stat.state, &stat.parent, &stat.group, &stat.session, &started);
    if (number.ec != std::errc{} || fields != 5)
        return std::nullopt;
    stat.started = started;
    return stat;
}

std::optional<ProcessStat> stat_of(const std::string& directory)
{
    const auto text = text_of_file(directory + "/stat");
    return text ? parse_stat(*text) : std::nullopt;
}

std::optional<pid_t> parent_of(pid_t process)
{
    const auto stat = stat_of(fmt::format("/proc/{}", process));
    return stat ? std::optional(stat->parent) : std::nullopt;
}

}  // namespace autossh
