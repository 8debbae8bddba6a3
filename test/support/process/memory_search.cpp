#include "support/process/memory_search.hpp"

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <fcntl.h>
#include <random>
#include <sstream>
#include <string>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace autossh_test {
namespace {

class File {
public:
    explicit File(const std::string& path) : fd_(open(path.c_str(), O_RDONLY | O_CLOEXEC))
    {
        if (fd_ < 0)
            throw std::system_error(errno, std::generic_category(), path);
    }
    ~File() { close(fd_); }
    File(const File&) = delete;
    File& operator=(const File&) = delete;

    ssize_t read_at(std::uintptr_t offset, char* into, std::size_t size) const
    {
        return pread(fd_, into, size, static_cast<off_t>(offset));
    }
    std::string rest() const
    {
        std::string text;
        std::vector<char> part(1 << 16);
        ssize_t size = 0;
        while ((size = read(fd_, part.data(), part.size())) > 0)
            text.append(part.data(), static_cast<std::size_t>(size));
        if (size < 0)
            throw std::system_error(errno, std::generic_category(), "read from /proc");
        return text;
    }

private:
    int fd_;
};

File proc_file(pid_t pid, const char* name)
{
    return File("/proc/" + std::to_string(pid) + "/" + name);
}

struct Mapping {
    std::uintptr_t begin = 0;
    std::uintptr_t end = 0;
    std::size_t used_kib = 0;  ///< in memory or swapped out
    std::set<std::string> flags = {};
};

std::set<std::string> words_of(std::istringstream& line)
{
    std::set<std::string> words;
    for (std::string word; line >> word;)
        words.insert(word);
    return words;
}

std::vector<Mapping> mappings_of(pid_t pid)
{
    std::vector<Mapping> mappings;
    std::istringstream text(proc_file(pid, "smaps").rest());
    for (std::string row; std::getline(text, row);) {
        std::istringstream line(row);
        std::string word;
        line >> word;
        std::size_t kib = 0;
        if (word == "VmFlags:")
            mappings.back().flags = words_of(line);
        else if ((word == "Rss:" || word == "Swap:") && line >> kib)
            mappings.back().used_kib += kib;
        else if (const auto dash = word.find('-'); dash != word.npos && !word.ends_with(':'))
            mappings.push_back({std::stoull(word.substr(0, dash), nullptr, 16),
                                std::stoull(word.substr(dash + 1), nullptr, 16)});
    }
    return mappings;
}

/// A sanitizer's table of all addresses; it holds no bytes of ours.
bool is_shadow(const Mapping& mapping)
{
    return sizeof(std::uintptr_t) > 4 && (mapping.end - mapping.begin) >> 30 >= 1024;
}

bool holds(const File& memory, const Mapping& mapping, std::string_view text)
{
    constexpr std::size_t page = 4096;
    std::vector<char> part(256 * page);
    std::string window;  // with the end of the part before
    for (std::uintptr_t at = mapping.begin; at < mapping.end;) {
        const std::size_t wanted = std::min<std::size_t>(part.size(), mapping.end - at);
        const ssize_t size = memory.read_at(at, part.data(), wanted);
        if (size <= 0) {
            window.clear();
            at += page;
            continue;
        }
        window.append(part.data(), static_cast<std::size_t>(size));
        // Much quicker than std::string::find, which stops at each byte that is the text's first.
        if (memmem(window.data(), window.size(), text.data(), text.size()) != nullptr)
            return true;
        window.erase(0, window.size() - std::min(window.size(), text.size() - 1));
        at += static_cast<std::size_t>(size);
    }
    return false;
}

}  // namespace

std::string new_marker()
{
    std::random_device random;
    std::string marker;
    while (marker.size() < 32)
        marker += "abcdefghijklmnop"[random() % 16];
    return marker;
}

bool memory_holds(pid_t pid, std::string_view text, Memory which)
{
    const File memory = proc_file(pid, "mem");
    const auto mappings = mappings_of(pid);
    return std::any_of(mappings.begin(), mappings.end(), [&](const Mapping& mapping) {
        const bool left_out = which == Memory::dumpable && mapping.flags.contains("dd");
        return mapping.used_kib > 0 && !left_out && !is_shadow(mapping) && holds(memory, mapping, text);
    });
}

bool environment_holds(pid_t pid, std::string_view text)
{
    return proc_file(pid, "environ").rest().find(text) != std::string::npos;
}

bool command_line_holds(pid_t pid, std::string_view text)
{
    return proc_file(pid, "cmdline").rest().find(text) != std::string::npos;
}

std::set<std::string> page_flags(pid_t pid, const void* address)
{
    const auto wanted = reinterpret_cast<std::uintptr_t>(address);
    for (const Mapping& mapping : mappings_of(pid))
        if (mapping.begin <= wanted && wanted < mapping.end)
            return mapping.flags;
    return {};
}

std::size_t locked_bytes(pid_t pid)
{
    const std::string status = proc_file(pid, "status").rest();
    const auto at = status.find("VmLck:");
    return at == status.npos ? 0 : std::stoull(status.substr(at + 6)) * 1024;
}

}  // namespace autossh_test
