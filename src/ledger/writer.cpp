#include "autossh/ledger/writer.hpp"

#include "autossh/base/signals.hpp"
#include "autossh/base/time.hpp"
#include "autossh/ledger/month_appender.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <mutex>
#include <optional>
#include <system_error>
#include <thread>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration between_signs_of_life = std::chrono::seconds(60);
constexpr Duration between_syncs = std::chrono::seconds(1);
constexpr Duration between_tries = std::chrono::seconds(5);
constexpr Duration longest_farewell = std::chrono::seconds(3);
/// While nothing can be written; otherwise the thread is only late.
constexpr std::size_t most_kept = 1000;
constexpr std::size_t most_waiting = 16'384;

}  // namespace

class LedgerWriter::Work {
public:
    struct WaitingLine {
        std::string file;
        std::string line;
        bool is_new_part = false;
    };

    Work(LedgerPlace place, std::uint64_t most_bytes, std::function<void(Level, const std::string&)> tell)
        : place_(std::move(place)),
          appender_(place_.directory(), most_bytes,
                    [this](Level level, const std::string& text) { this->tell(level, text); }),
          tell_(std::move(tell))
    {
        place_.take_over();
    }

    void add(WaitingLine line)
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_back(std::move(line));
        cut();
        changed_.notify_one();
    }

    /// Returns how many lines have not been written in time. Nobody is told anything from then on.
    std::size_t stop()
    {
        std::unique_lock lock(mutex_);
        stops_ = true;
        changed_.notify_one();
        ended_.wait_for(lock, longest_farewell, [this] { return has_ended_; });
        tell_ = nullptr;
        return waiting_.size();
    }

    void run()
    {
        std::unique_lock lock(mutex_);
        while (!stops_ || (!waiting_.empty() && !fails_)) {
            wait(lock);
            lock.unlock();
            const Time now = Clock::now();
            if (now >= next_sign_) {
                place_.touch();
                next_sign_ = now + between_signs_of_life;
            }
            write_all(now);
            lock.lock();
        }
        lock.unlock();
        static_cast<void>(appender_.sync());
        place_.touch();
        lock.lock();
        has_ended_ = true;
        ended_.notify_all();
    }

private:
    /// There is something to do, or its time comes.
    void wait(std::unique_lock<std::mutex>& lock)
    {
        Time until = next_sign_;
        if (is_dirty_)
            until = std::min(until, next_sync_);
        if (fails_)
            until = std::min(until, next_try_);
        changed_.wait_until(lock, until, [this] { return stops_ || (!waiting_.empty() && !fails_); });
    }

    void cut()
    {
        while (waiting_.size() > (fails_ ? most_kept : most_waiting)) {
            waiting_.pop_front();
            ++lost_;
        }
    }

    std::optional<WaitingLine> next()
    {
        const std::lock_guard lock(mutex_);
        if (waiting_.empty())
            return std::nullopt;
        WaitingLine line = std::move(waiting_.front());
        waiting_.pop_front();
        return line;
    }

    void put_back(WaitingLine line)
    {
        const std::lock_guard lock(mutex_);
        waiting_.push_front(std::move(line));
    }

    void write_all(Time now)
    {
        if (fails_ && now < next_try_ && !stops_now())
            return;
        while (auto line = next()) {
            if (std::exchange(line->is_new_part, false))
                appender_.begin_part(line->file);
            if (const std::string complaint = appender_.append(line->file, line->line); !complaint.empty()) {
                put_back(std::move(*line));
                failed(complaint, now);
                return;
            }
            is_dirty_ = true;
        }
        if (!is_dirty_ || (now < next_sync_ && !stops_now()))
            return;
        next_sync_ = now + between_syncs;
        is_dirty_ = false;
        place_.touch();
        if (const std::string complaint = appender_.sync(); !complaint.empty())
            failed(complaint, now);
        else
            recovered();
    }

    bool stops_now()
    {
        const std::lock_guard lock(mutex_);
        return stops_;
    }

    void failed(const std::string& complaint, Time now)
    {
        next_try_ = now + between_tries;
        {
            const std::lock_guard lock(mutex_);
            if (std::exchange(fails_, true))
                return;
            cut();
        }
        tell(Level::error,
             fmt::format("the ledger cannot be written, its entries are kept for later: {}", complaint));
    }

    void recovered()
    {
        std::uint64_t lost = 0;
        {
            const std::lock_guard lock(mutex_);
            lost = std::exchange(lost_, 0);
            if (!std::exchange(fails_, false) && lost == 0)
                return;
        }
        if (lost == 0)
            tell(Level::info, "the ledger is written again");
        else
            tell(Level::warning, fmt::format("the ledger is written again: {} entries are lost", lost));
    }

    void tell(Level level, const std::string& text)
    {
        const std::lock_guard lock(mutex_);
        if (tell_)
            tell_(level, text);
    }

    LedgerPlace place_;
    MonthAppender appender_;
    Time next_sign_ = Clock::now();
    Time next_sync_{};
    Time next_try_{};
    bool is_dirty_ = false;

    std::mutex mutex_;  ///< of what follows
    std::function<void(Level, const std::string&)> tell_;
    std::condition_variable changed_;
    std::condition_variable ended_;
    std::deque<WaitingLine> waiting_;
    std::uint64_t lost_ = 0;
    bool fails_ = false;
    bool stops_ = false;
    bool has_ended_ = false;
};

LedgerWriter::LedgerWriter(LedgerPlace place, std::uint64_t most_bytes,
                           std::function<void(Level, const std::string&)> tell)
    : work_(std::make_shared<Work>(std::move(place), most_bytes, std::move(tell)))
{
    const SignalsBlocked blocked;
    std::thread([work = work_] { work->run(); }).detach();
}

LedgerWriter::~LedgerWriter()
{
    finish();
}

std::size_t LedgerWriter::finish()
{
    return work_->stop();
}

void LedgerWriter::add(const std::string& file, std::string line, bool is_new_part)
{
    work_->add({file, std::move(line), is_new_part});
}

}  // namespace autossh
