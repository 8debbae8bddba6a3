#include "autossh/children.hpp"

#include "autossh/file_text.hpp"
#include "autossh/text.hpp"

#include <charconv>
#include <cstdio>
#include <ctime>
#include <memory>

#include <dirent.h>

namespace autossh {

namespace {

std::optional<ProcessStat> stat_of(const std::string& process)
{
    const auto text = text_of_file(process + "/stat");
    return text ? parse_stat(*text) : std::nullopt;
}

/// The entries of a directory that are numbers: processes, or threads of one.
std::vector<std::string> numbers_in(const std::string& path)
{
    std::vector<std::string> numbers;
    const std::unique_ptr<DIR, int (*)(DIR*)> directory(::opendir(path.c_str()), ::closedir);
    while (const dirent* const entry = directory ? ::readdir(directory.get()) : nullptr)
        if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9')
            numbers.emplace_back(entry->d_name);
    return numbers;
}

/// Who may be a child: those the kernel lists (CONFIG_PROC_CHILDREN), else everybody.
/// proc(5) warns that a child that goes meanwhile hides others; ours stay until we have waited for them.
std::vector<std::string> candidates(const std::string& proc)
{
    std::vector<std::string> listed;
    bool lists = false;
    for (const std::string& thread : numbers_in(proc + "/self/task"))
        if (const auto text = text_of_file(proc + "/self/task/" + thread + "/children")) {
            lists = true;
            const auto words = words_of(*text);
            listed.insert(listed.end(), words.begin(), words.end());
        }
    return lists ? listed : numbers_in(proc);
}

}  // namespace

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

bool is_left_behind(const ProcessStat& child, const Circumstances& at)
{
    // A session of its own is how a daemon says that it is to outlive who has started it: the master that
    // ControlPersist makes for a jump host, an ssh-agent of Match exec. Helpers of ssh stay in ours.
    if (child.session != at.session)
        return false;
    // It may be a helper of the ssh that runs now, whose end decides about it.
    if (at.next_started && child.started >= *at.next_started)
        return false;
    // Whatever else is our child has come from ssh, whatever group it has put itself into, unless others may
    // have left theirs to us. A helper of ssh that changes nothing is in our group, and younger than ssh.
    return !at.strangers || (child.group == at.group && child.started >= at.ssh_started);
}

std::uint64_t clock_ticks()
{
#ifdef CLOCK_BOOTTIME
    constexpr clockid_t clock = CLOCK_BOOTTIME;
#else
    constexpr clockid_t clock = CLOCK_MONOTONIC;
#endif
    timespec now{};
    ::clock_gettime(clock, &now);
    const auto per_second = static_cast<std::uint64_t>(::sysconf(_SC_CLK_TCK));
    return static_cast<std::uint64_t>(now.tv_sec) * per_second +
           static_cast<std::uint64_t>(now.tv_nsec) / (1'000'000'000 / per_second);
}

std::optional<ProcessStat> own_stat(const std::string& proc)
{
    const auto stat = stat_of(proc + "/self");
    return stat && stat->pid == ::getpid() ? stat : std::nullopt;
}

std::vector<ProcessStat> living_children(const std::string& proc)
{
    std::vector<ProcessStat> children;
    if (!own_stat(proc))
        return children;
    for (const std::string& process : candidates(proc)) {
        auto stat = stat_of(proc + "/" + process);
        if (stat && stat->parent == ::getpid() && !stat->has_ended())
            children.push_back(std::move(*stat));
    }
    return children;
}

}  // namespace autossh
