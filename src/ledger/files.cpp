#include "autossh/ledger/files.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/unique_fd.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <set>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::size_t most_months = 13;
constexpr std::string_view month_form = "0000-00";

std::string_view month_of(std::string_view name)
{
    return name.substr(0, month_form.size());
}

/// 0 stands for a digit.
bool has_ledger_form(std::string_view name, std::string_view form)
{
    return name.size() == form.size() && std::ranges::equal(name, form, [](char one, char wanted) {
               return wanted == '0' ? one >= '0' && one <= '9' : one == wanted;
           });
}

bool is_ledger_file(std::string_view name)
{
    return has_ledger_form(name, "0000-00.jsonl") || has_ledger_form(name, "0000-00.0000.jsonl");
}

/// Takes a file apart into lines.
class LineReader {
public:
    LineReader(LedgerReading& reading, const std::function<void(const LedgerEntry&)>& take)
        : reading_(reading), take_(take)
    {}

    void read(std::string_view bytes)
    {
        for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
            line_ += bytes.substr(0, end);
            take_line();
            bytes.remove_prefix(end + 1);
        }
        if (line_.size() <= longest_entry)
            line_ += bytes;
    }

    /// What has no end is torn.
    void take_line()
    {
        if (const auto entry = entry_from(line_))
            take_(*entry);
        else if (!line_.empty())
            ++reading_.unreadable;
        line_.clear();
    }

private:
    LedgerReading& reading_;
    const std::function<void(const LedgerEntry&)>& take_;
    std::string line_;
};

void read_ledger_file(const std::string& path, LedgerReading& reading,
                      const std::function<void(const LedgerEntry&)>& take, const std::atomic<bool>* is_over)
{
    const UniqueFd file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat status {};
    if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode)) {
        reading.errors.push_back(
            fmt::format("{}: {}", path, file ? "no regular file" : std::generic_category().message(errno)));
        return;
    }
    LineReader lines(reading, take);
    std::array<char, 65536> bytes{};
    while (is_over == nullptr || !*is_over) {
        const ssize_t size = ::read(file.get(), bytes.data(), bytes.size());
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        lines.read({bytes.data(), static_cast<std::size_t>(size)});
    }
    lines.take_line();
}

std::vector<std::string> paths_to_read(const std::string& directory, WallTime from)
{
    std::vector<std::string> paths;
    const std::vector<std::string> names = ledger_files(directory);
    const std::string first = month_file(from);
    for (const std::string& name : names)
        if (month_of(name) >= month_of(first) || name == names.back())
            paths.push_back(fmt::format("{}/{}", directory, name));
    return paths;
}

}  // namespace

std::string month_file(WallTime time)
{
    const std::chrono::year_month_day date(std::chrono::floor<std::chrono::days>(time));
    return fmt::format("{:04}-{:02}.jsonl", static_cast<int>(date.year()),
                       static_cast<unsigned>(date.month()));
}

std::vector<std::string> ledger_files(const std::string& directory)
{
    std::error_code error;
    std::vector<std::string> names = names_in(directory, error);
    std::erase_if(names, [](const std::string& name) { return !is_ledger_file(name); });
    std::ranges::sort(names);
    return names;
}

std::vector<ExcessFile> excess_files(std::vector<LedgerFile> files, std::uint64_t most_bytes)
{
    std::set<std::string, std::less<>> months;
    std::uint64_t in_all = 0;
    for (const LedgerFile& file : files) {
        months.emplace(month_of(file.name));
        in_all += file.size;
    }
    std::vector<ExcessFile> excess;
    for (std::size_t i = 0; i + 1 < files.size(); ++i) {
        const bool is_old = months.size() > most_months;
        if (!is_old && in_all <= most_bytes)
            break;
        excess.push_back({files[i].name, is_old});
        in_all -= files[i].size;
        if (month_of(files[i + 1].name) != month_of(files[i].name))
            months.erase(months.begin());
    }
    return excess;
}

LedgerReading read_ledger(const std::string& directory, WallTime from,
                          const std::function<void(const LedgerEntry&)>& take,
                          const std::atomic<bool>* is_over)
{
    LedgerReading reading;
    for (const std::string& path : paths_to_read(directory, from))
        read_ledger_file(path, reading, take, is_over);
    return reading;
}

std::uint64_t size_to_read(const std::string& directory, WallTime from)
{
    std::uint64_t size = 0;
    for (const std::string& path : paths_to_read(directory, from)) {
        struct stat status {};
        if (::stat(path.c_str(), &status) == 0)
            size += static_cast<std::uint64_t>(status.st_size);
    }
    return size;
}

}  // namespace autossh
