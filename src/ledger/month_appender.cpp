#include "autossh/ledger/month_appender.hpp"

#include "autossh/ledger/files.hpp"

#include <cerrno>
#include <system_error>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

std::string MonthAppender::complaint(int error) const
{
    return fmt::format("{}/{}: {}", directory_, name_, std::generic_category().message(error));
}

void MonthAppender::begin_part(const std::string& file)
{
    static_cast<void>(sync());
    file_ = UniqueFd();
    const std::string month = file.substr(0, file.find('.'));
    for (int number = 1; number < 10'000; ++number) {
        const std::string part = fmt::format("{}/{}.{:04}.jsonl", directory_, month, number);
        if (::access(part.c_str(), F_OK) == 0)
            continue;
        static_cast<void>(::rename(fmt::format("{}/{}", directory_, file).c_str(), part.c_str()));
        return;
    }
}

/// What a process that was killed, or a machine that lost its power, has left without an end is torn.
std::string MonthAppender::open(const std::string& file)
{
    if (file_ && name_ == file)
        return {};
    static_cast<void>(sync());
    name_ = file;
    const std::string path = fmt::format("{}/{}", directory_, file);
    file_ = UniqueFd(
        ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
    struct stat status {};
    if (!file_ || ::fstat(file_.get(), &status) < 0)
        return complaint(errno);
    if (!S_ISREG(status.st_mode)) {
        file_ = UniqueFd();
        return complaint(EINVAL);
    }
    if (status.st_size == 0)
        static_cast<void>(::fchmod(file_.get(), 0640));
    char last = '\n';
    if (status.st_size > 0 && ::pread(file_.get(), &last, 1, status.st_size - 1) == 1 && last != '\n' &&
        ::write(file_.get(), "\n", 1) != 1) {
        const int error = errno;
        file_ = UniqueFd();
        return complaint(error);
    }
    remove_excess();
    return {};
}

void MonthAppender::remove_excess()
{
    std::vector<LedgerFile> files;
    for (const std::string& name : ledger_files(directory_)) {
        struct stat status {};
        if (::stat(fmt::format("{}/{}", directory_, name).c_str(), &status) == 0)
            files.push_back({name, static_cast<std::uint64_t>(status.st_size)});
    }
    for (const ExcessFile& excess : excess_files(std::move(files), most_bytes_))
        if (excess.name != name_ && ::unlink(fmt::format("{}/{}", directory_, excess.name).c_str()) == 0)
            tell_(Level::info, fmt::format("{} of the ledger is removed: {}", excess.name,
                                           excess.is_old ? "it is older than 13 months"
                                                         : "there is more than ledger-size allows"));
}

/// A line that has no room leaves nothing behind.
std::string MonthAppender::append(const std::string& file, const std::string& line)
{
    if (std::string why = open(file); !why.empty())
        return why;
    struct stat before {};
    if (::fstat(file_.get(), &before) < 0)
        return complaint(errno);
    ssize_t size = -1;
    do
        size = ::write(file_.get(), line.data(), line.size());
    while (size < 0 && errno == EINTR);
    if (size == static_cast<ssize_t>(line.size()))
        return {};
    const int error = size < 0 ? errno : ENOSPC;
    if (size > 0 && ::ftruncate(file_.get(), before.st_size) < 0)
        tell_(Level::warning, complaint(errno));  // open() ends the torn line
    file_ = UniqueFd();                           // it may be another one, or none, when it is tried again
    return complaint(error);
}

std::string MonthAppender::sync()
{
    if (!file_ || ::fdatasync(file_.get()) == 0 || errno == EINVAL || errno == EROFS)
        return {};
    return complaint(errno);
}

}  // namespace autossh
