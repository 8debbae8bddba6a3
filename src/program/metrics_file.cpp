#include "autossh/program/metrics_file.hpp"

#include "autossh/base/paths.hpp"
#include "autossh/base/replaced_file.hpp"
#include "autossh/base/signals.hpp"

#include <cerrno>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <mutex>
#include <optional>
#include <thread>
#include <utility>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::chrono::seconds longest_wait_for_file{3};

}  // namespace

class MetricsFile::Work {
public:
    Work(std::string path, std::function<void(const std::string&)> tell)
        : path_(std::move(path)), tell_(std::move(tell))
    {}

    void write(std::string text)
    {
        const std::lock_guard lock(mutex_);
        next_ = std::move(text);
        changed_.notify_one();
    }

    void stop()
    {
        std::unique_lock lock(mutex_);
        stops_ = true;
        changed_.notify_one();
        ended_.wait_for(lock, longest_wait_for_file, [this] { return has_ended_; });
        tell_ = nullptr;
    }

    void run()
    {
        bool is_there = false;
        std::optional<std::string> told;
        std::unique_lock lock(mutex_);
        while (!stops_) {
            changed_.wait(lock, [this] { return stops_ || next_; });
            if (stops_)
                break;
            const std::string text = *std::exchange(next_, std::nullopt);
            lock.unlock();
            const std::string complaint = replace_file(path_, text);
            lock.lock();
            is_there = is_there || complaint.empty();
            if (tell_ && told.value_or("") != complaint)
                tell_(complaint);
            told = complaint;
        }
        lock.unlock();
        if (is_there)
            ::unlink(path_.c_str());
        lock.lock();
        has_ended_ = true;
        ended_.notify_all();
    }

private:
    const std::string path_;
    std::mutex mutex_;  ///< of what follows
    std::function<void(const std::string&)> tell_;
    std::condition_variable changed_;
    std::condition_variable ended_;
    std::optional<std::string> next_;
    bool stops_ = false;
    bool has_ended_ = false;
};

MetricsFile::MetricsFile(std::string path, std::function<void(const std::string&)> tell)
    : work_(std::make_shared<Work>(std::move(path), std::move(tell)))
{
    const SignalsBlocked blocked;
    std::thread([work = work_] { work->run(); }).detach();
}

MetricsFile::~MetricsFile()
{
    work_->stop();
}

void MetricsFile::write(std::string text)
{
    work_->write(std::move(text));
}

std::string MetricsFile::obstacle(const std::string& path)
{
    std::string directory(directory_part(path));
    if (directory.empty())
        directory = ".";
    struct stat status {};
    if (::stat(path.c_str(), &status) == 0 && !S_ISREG(status.st_mode))
        return fmt::format("{} is no file; name one that ends with .prom", path);
    if (::access(directory.c_str(), W_OK | X_OK) == 0)
        return {};
    const int error = errno;
    if (error == ENOENT)
        return fmt::format("there is no directory {}; make it, or name another file", directory);
    return fmt::format("{}: {}; name a file in a directory of your own, or have \"autosshctl metrics "
                       "--output\" write there as root",
                       directory, std::strerror(error));
}

}  // namespace autossh
