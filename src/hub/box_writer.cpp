#include "autossh/hub/box_writer.hpp"

#include "autossh/base/signals.hpp"

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <boost/asio/post.hpp>
#include <fmt/core.h>

namespace autossh {

namespace {

constexpr auto longest_wait_at_end = std::chrono::seconds(3);

}  // namespace

class BoxWriter::Work {
public:
    Work(BoxFile file, std::function<void(const std::string&)> done)
        : file_(std::move(file)), done_(std::move(done))
    {}

    /// True: there is no thread for it yet.
    bool add(std::string text)
    {
        const std::lock_guard lock(mutex_);
        next_ = std::move(text);
        return !std::exchange(runs_, true);
    }

    void cannot_run(const std::string& why)
    {
        const std::lock_guard lock(mutex_);
        runs_ = false;
        complaint_ = why;
        if (done_)
            done_(why);
    }

    void run()
    {
        std::unique_lock lock(mutex_);
        while (next_) {
            const std::string text = *std::exchange(next_, std::nullopt);
            lock.unlock();
            const std::string complaint = file_.write_text(text);
            lock.lock();
            complaint_ = complaint;
            if (done_)
                done_(complaint);
        }
        runs_ = false;
        ended_.notify_all();
    }

    std::string finish()
    {
        std::unique_lock lock(mutex_);
        done_ = nullptr;
        if (!ended_.wait_for(lock, longest_wait_at_end, [this] { return !runs_; }))
            return fmt::format("{}: the disk does not answer", file_.path());
        return complaint_;
    }

private:
    BoxFile file_;
    std::mutex mutex_;  ///< of what follows
    std::function<void(const std::string&)> done_;
    std::condition_variable ended_;
    std::optional<std::string> next_;
    std::string complaint_;  ///< of the last writing
    bool runs_ = false;
};

BoxWriter::BoxWriter(const Executor& executor, BoxFile file, std::function<void(const std::string&)> done)
    : work_(std::make_shared<Work>(std::move(file), [executor, tell = lifetime_.guarded(std::move(done))](
                                                        const std::string& complaint) {
          boost::asio::post(executor, [tell, complaint]() mutable { tell(complaint); });
      }))
{}

BoxWriter::~BoxWriter()
{
    static_cast<void>(finish());
}

void BoxWriter::write(std::string text)
{
    if (!work_->add(std::move(text)))
        return;
    const SignalsBlocked blocked;
    try {
        std::thread([work = work_] { work->run(); }).detach();
    } catch (const std::system_error& error) {
        work_->cannot_run(error.what());
    }
}

std::string BoxWriter::finish()
{
    return work_->finish();
}

}  // namespace autossh
