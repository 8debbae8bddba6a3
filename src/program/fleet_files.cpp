#include "autossh/program/fleet_files.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/file_marks.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstring>
#include <map>
#include <memory>
#include <span>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <glob.h>
#include <grp.h>
#include <pwd.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// 1,000 tunnels are 100 KB.
constexpr std::size_t longest_file = 16UL * 1024 * 1024;
constexpr int deepest_include = 16;

std::vector<std::string> paths_matching(const std::string& pattern)
{
    std::vector<std::string> paths;
    glob_t found{};
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0)
        for (std::size_t i = 0; i < found.gl_pathc; ++i)
            paths.emplace_back(found.gl_pathv[i]);
    ::globfree(&found);
    return paths;
}

bool is_pattern(std::string_view name)
{
    return name.find_first_of("*?!") != name.npos;
}

/// ssh_config(5): a keyword, then words, between which an = may stand.
class SshHosts {
public:
    std::vector<std::string> all()
    {
        if (const auto home = environment_variable("HOME"))
            read(*home + "/.ssh/config", *home + "/.ssh", 0);
        read("/etc/ssh/ssh_config", "/etc/ssh", 0);
        return std::move(hosts_);
    }

private:
    void read(const std::string& path, const std::string& directory, int depth)
    {
        const auto text = depth < deepest_include ? text_of_file(path) : std::nullopt;
        for (std::string line : lines_of(text.value_or("")))
            take(std::move(line), directory, depth);
    }

    void take(std::string line, const std::string& directory, int depth)
    {
        if (const std::size_t end = line.find_first_of(" \t="); end != line.npos && line[end] == '=')
            line[end] = ' ';
        const auto words = shell_words(line);
        if (!words || words->empty() || words->front().starts_with('#'))
            return;
        const std::string keyword = lower_case(words->front());
        for (std::size_t i = 1; i < words->size(); ++i) {
            const std::string& word = (*words)[i];
            if (keyword == "host" && !is_pattern(word) && std::ranges::find(hosts_, word) == hosts_.end())
                hosts_.push_back(word);
            if (keyword != "include")
                continue;
            const std::string named = with_home(word);
            for (const std::string& found :
                 paths_matching(named.starts_with('/') ? named : fmt::format("{}/{}", directory, named)))
                read(found, directory, depth + 1);
        }
    }

    std::vector<std::string> hosts_;
};

std::vector<std::string> ssh_host_names()
{
    return SshHosts().all();
}

bool has_group(const std::string& name)
{
    return ::getgrnam(name.c_str()) != nullptr;
}

std::optional<uid_t> uid_of_account(const std::string& account)
{
    if (const struct passwd* const its = ::getpwnam(account.c_str()))
        return its->pw_uid;
    uid_t uid = 0;
    const auto [end, error] = std::from_chars(account.data(), account.data() + account.size(), uid);
    const bool is_number = error == std::errc() && end == account.data() + account.size();
    return is_number ? std::optional(uid) : std::nullopt;
}

/// We may work elsewhere when we look at it again.
std::string from_anywhere(const std::string& path)
{
    std::error_code error;
    std::string absolute = absolute_path(path, error);
    return error ? path : absolute;
}

/// What a fleet was read from, as it was then.
class Sources {
public:
    /// Before it is read: what is written meanwhile is a change.
    void note_file(const std::string& path)
    {
        paths_.push_back(from_anywhere(path));
        marks_.push_back(marks_of(std::span(paths_).last(1)).front());
    }

    void note_pattern(const std::string& pattern)
    {
        const std::string absolute = from_anywhere(pattern);
        matches_[absolute] = paths_matching(absolute);
    }

    bool have_changed() const
    {
        return marks_of(paths_) != marks_ || std::ranges::any_of(matches_, [](const auto& match) {
                   return paths_matching(match.first) != match.second;
               });
    }

private:
    std::vector<std::string> paths_;
    std::vector<FileMark> marks_;
    std::map<std::string, std::vector<std::string>> matches_;  ///< by the pattern
};

}  // namespace

namespace {

FleetFile look_at_program(const std::string& program)
{
    struct stat status {};
    const std::string found = find_program(program);
    const bool is_path = program.find('/') != program.npos;
    if (found.empty() && !is_path)
        return {"", fmt::format("there is no program {} in PATH", program), "write its whole path"};
    if (found.empty()) {
        const int error = ::access(program.c_str(), X_OK) == 0 ? EACCES : errno;
        if (::stat(program.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
            return {"", fmt::format("{} is no file", program)};
        return {"", fmt::format("{} cannot be run: {}", program, std::strerror(error)),
                error == EACCES ? fmt::format("it must be a file that may be executed: chmod +x {}", program)
                                : ""};
    }
    if (::stat(found.c_str(), &status) == 0 && (status.st_mode & S_IWOTH) != 0)
        return {"", fmt::format("every user can write {}, and could have any command run", found),
                fmt::format("chmod o-w {}", found)};
    return {};
}

}  // namespace

FleetFile read_guarded_file(const std::string& path)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY));
    if (!fd)
        return {"", fmt::format("{} cannot be read: {}", path, std::strerror(errno))};
    struct stat status {};
    if (::fstat(fd.get(), &status) != 0 || !S_ISREG(status.st_mode))
        return {"", fmt::format("{} is no file", path)};
    if (status.st_uid != ::geteuid() && status.st_uid != 0)
        return {"",
                fmt::format("{} belongs to another user (uid {}), who could have any command run", path,
                            status.st_uid),
                fmt::format("chown it to root or to the user that autossh runs as (uid {})", ::geteuid())};
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        return {"", fmt::format("other users can write {}, and could have any command run", path),
                fmt::format("chmod go-w {}", path)};
    FleetFile file;
    std::array<char, 8192> part;
    for (ssize_t size = 0; (size = read_some(fd.get(), part)) > 0 && file.text.size() <= longest_file;)
        file.text.append(part.data(), static_cast<std::size_t>(size));
    if (file.text.size() > longest_file)
        return {"", fmt::format("{} is larger than {} MiB", path, longest_file >> 20)};
    return file;
}

FleetFiles fleet_files()
{
    return {read_guarded_file, paths_matching, ssh_host_names, has_group, uid_of_account, look_at_program};
}

FleetPlan read_fleet_files(const std::string& path, const Settings& process)
{
    const auto sources = std::make_shared<Sources>();
    FleetFiles files = fleet_files();
    files.read = [sources](const std::string& file) {
        sources->note_file(file);
        return read_guarded_file(file);
    };
    files.matching = [sources](const std::string& pattern) {
        sources->note_pattern(pattern);
        return paths_matching(pattern);
    };
    FleetPlan plan = read_fleet(path, files, process);
    plan.files_have_changed = [sources] { return sources->have_changed(); };
    return plan;
}

}  // namespace autossh
