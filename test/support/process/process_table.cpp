#include "support/process/process_table.hpp"

#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"

#include <algorithm>
#include <atomic>
#include <cctype>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <set>
#include <sstream>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace autossh_test::process_table {
namespace {

std::mutex mutex;
std::map<pid_t, int> ended;  // by pid, until the pid is used again

void reap()  // mutex held
{
    int status = 0;
    for (pid_t pid; (pid = waitpid(-1, &status, WNOHANG)) > 0;)
        ended[pid] = status;
}

struct Candidate {
    Entry entry;
    std::string environment;  // its entries, each with a NUL before and after
};

std::optional<Candidate> look_at(const std::filesystem::path& directory)
{
    Candidate candidate;
    candidate.entry.pid = static_cast<pid_t>(std::stol(directory.filename().string()));
    const std::string stat = read_file(directory / "stat");
    const auto name_end = stat.rfind(')');  // the name may hold anything
    if (name_end == std::string::npos)
        return std::nullopt;
    std::istringstream rest(stat.substr(name_end + 1));
    char state = 0;
    rest >> state >> candidate.entry.parent;
    if (state == 'Z' || state == 'X')
        return std::nullopt;
    candidate.environment = std::string(1, '\0') + read_file(directory / "environ");
    return candidate;
}

/// Nothing where the kernel has no such lists. One that changes while it is read can lack a child: it is read
/// until it stays the same.
std::optional<std::string> children_of(const std::string& process)
{
    const auto listed = [&] {
        std::error_code gone;
        std::optional<std::string> pids;
        for (const auto& task : std::filesystem::directory_iterator("/proc/" + process + "/task", gone)) {
            const auto list = task.path() / "children";
            if (!pids && access(list.c_str(), F_OK) == 0)
                pids.emplace();
            if (pids)
                *pids += read_file(list);
        }
        return pids;
    };
    auto pids = listed();
    for (auto again = listed(); again != pids; again = listed())
        pids = again;
    return pids;
}

/// All that this test process has started, as its orphans come back to it.
struct Descendants {
    std::vector<std::string> pids;  ///< as they were found, the dead that nobody has reaped among them
    std::vector<Candidate> alive;
};

/// Nothing where that cannot be seen without a look at every process.
std::optional<Descendants> look_at_descendants()
{
    Descendants all{.pids = {"self"}, .alive = {}};
    for (std::size_t next = 0; next < all.pids.size(); ++next) {
        const auto children = children_of(all.pids[next]);
        if (!children && next == 0)
            return std::nullopt;
        std::istringstream pids(children.value_or(""));
        for (std::string pid; pids >> pid;) {
            all.pids.push_back(pid);
            if (auto candidate = look_at("/proc/" + pid))
                all.alive.push_back(std::move(*candidate));
        }
    }
    return all;
}

std::vector<Candidate> look_at_all()
{
    std::vector<Candidate> all;
    for (const auto& item : std::filesystem::directory_iterator("/proc")) {
        const std::string name = item.path().filename().string();
        if (!std::all_of(name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; }))
            continue;
        if (auto candidate = look_at(item.path()))
            all.push_back(std::move(*candidate));
    }
    return all;
}

std::vector<Entry> with_descendants(const std::vector<Candidate>& all, std::set<pid_t> members)
{
    for (bool grown = true; grown;) {
        grown = false;
        for (const auto& candidate : all)
            if (members.contains(candidate.entry.parent))
                grown |= members.insert(candidate.entry.pid).second;
    }
    std::vector<Entry> result;
    for (const auto& candidate : all) {
        if (!members.contains(candidate.entry.pid) || candidate.entry.pid == getpid())
            continue;
        result.push_back(candidate.entry);
        std::string words = read_file("/proc/" + std::to_string(candidate.entry.pid) + "/cmdline");
        std::replace(words.begin(), words.end(), '\0', ' ');
        result.back().command = std::move(words);
    }
    return result;
}

}  // namespace

std::string new_mark()
{
    static std::atomic<unsigned> number{0};
    return std::to_string(getpid()) + "." + std::to_string(++number) + ".";
}

pid_t start(const std::function<pid_t()>& fork_it)
{
    const std::lock_guard lock(mutex);
    static const int adopts_orphans = prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    static_cast<void>(adopts_orphans);
    const pid_t pid = fork_it();
    ended.erase(pid);
    return pid;
}

std::optional<int> wait_status(pid_t pid)
{
    const std::lock_guard lock(mutex);
    reap();
    const auto found = ended.find(pid);
    return found == ended.end() ? std::nullopt : std::optional(found->second);
}

bool send(pid_t pid, int signal)
{
    const std::lock_guard lock(mutex);
    return pid > 0 && !ended.contains(pid) && kill(pid, signal) == 0;
}

namespace {

std::vector<Entry> family_among(const std::vector<Candidate>& all, const std::string& mark, pid_t root)
{
    const std::string variable = std::string(1, '\0') + mark_variable + "=" + mark;
    std::set<pid_t> members;
    for (const auto& candidate : all) {
        const bool marked = candidate.environment.find(variable) != std::string::npos;
        if (marked || candidate.entry.pid == root)
            members.insert(candidate.entry.pid);
    }
    return with_descendants(all, members);
}

}  // namespace

namespace {

/// Of those that `family` picks from what is alive. To be sure that nothing is left takes two looks that see
/// the same: whose parent ends during the first has gone to another one's children, and may be missing.
std::vector<Entry> look_for(const std::function<std::vector<Entry>(const std::vector<Candidate>&)>& family)
{
    std::vector<std::string> seen;
    while (const auto descendants = look_at_descendants()) {
        auto members = family(descendants->alive);
        if (!members.empty() || descendants->pids == seen)
            return members;
        seen = descendants->pids;
    }
    return family(look_at_all());
}

}  // namespace

std::vector<Entry> family(const std::string& mark, pid_t root)
{
    return look_for([&](const std::vector<Candidate>& all) { return family_among(all, mark, root); });
}

std::vector<Entry> everything()
{
    return look_for([](const std::vector<Candidate>& all) { return with_descendants(all, {getpid()}); });
}

void kill_all(const std::function<std::vector<Entry>()>& list)
{
    wait_until([&] {
        const auto victims = list();
        for (const auto& victim : victims) {
            send(victim.pid, SIGKILL);
            wait_status(victim.pid);
        }
        return victims.empty();
    });
}

}  // namespace autossh_test::process_table
