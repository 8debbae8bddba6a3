#include "autossh/system/process_tree.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/system/process_stat.hpp"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <system_error>

#include <fmt/core.h>

namespace autossh {

namespace {

std::map<pid_t, pid_t> all_parents()
{
    std::map<pid_t, pid_t> parents;
    for (const pid_t process : numbers_in("/proc"))
        if (const auto parent = parent_of(process))
            parents.emplace(process, *parent);
    return parents;
}

}  // namespace

std::vector<pid_t> numbers_in(const std::string& path)
{
    std::error_code ignored;
    std::vector<pid_t> numbers;
    for (const std::string& name : names_in(path, ignored))
        if (const pid_t number = std::atoi(name.c_str()); number > 0)
            numbers.push_back(number);
    return numbers;
}

std::string name_of_process(pid_t process)
{
    const std::string text = text_of_file(fmt::format("/proc/{}/comm", process)).value_or("");
    return text.substr(0, text.find('\n'));
}

std::vector<std::string> words_of_process(pid_t process)
{
    const std::string text = text_of_file(fmt::format("/proc/{}/cmdline", process)).value_or("");
    std::vector<std::string> words;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = std::min(text.find('\0', at), text.size());
        words.push_back(text.substr(at, end - at));
        at = end + 1;
    }
    return words;
}

std::optional<std::vector<pid_t>> children_in(const std::string& directory)
{
    std::optional<std::vector<pid_t>> children;
    for (const pid_t task : numbers_in(directory + "/task")) {
        const auto text = text_of_file(fmt::format("{}/task/{}/children", directory, task));
        if (!text)
            continue;
        if (!children)
            children.emplace();
        // In place: there may be a thousand of them, and this is read at the end of each.
        const char* const end = text->data() + text->size();
        for (const char* at = text->data(); at < end; ++at) {
            pid_t child = 0;
            const auto [rest, error] = std::from_chars(at, end, child);
            if (error == std::errc())
                children->push_back(child);
            at = std::max(at, rest);
        }
    }
    return children;
}

std::vector<pid_t> descendants_of(pid_t process)
{
    auto found = children_in(fmt::format("/proc/{}", process));
    if (!found)
        return below(process, all_parents());
    for (std::size_t next = 0; next < found->size(); ++next) {
        const auto children = children_in(fmt::format("/proc/{}", (*found)[next]));
        if (children)
            found->insert(found->end(), children->begin(), children->end());
    }
    return *found;
}

std::optional<pid_t> parent_below(pid_t root, pid_t process)
{
    constexpr std::size_t most = 64;
    std::vector<pid_t> found{root};
    for (std::size_t next = 0; next < std::min(found.size(), most); ++next) {
        const auto children = children_in(fmt::format("/proc/{}", found[next]));
        if (!children)
            continue;
        if (std::ranges::find(*children, process) != children->end())
            return found[next];
        found.insert(found.end(), children->begin(), children->end());
    }
    return std::nullopt;
}

std::vector<pid_t> below(pid_t root, const std::map<pid_t, pid_t>& parents)
{
    std::vector<pid_t> found;
    pid_t parent = root;
    for (std::size_t next = 0;; ++next) {
        for (const auto& [process, its_parent] : parents)
            if (its_parent == parent && process != root && std::ranges::find(found, process) == found.end())
                found.push_back(process);
        if (next == found.size())
            return found;
        parent = found[next];
    }
}

}  // namespace autossh
