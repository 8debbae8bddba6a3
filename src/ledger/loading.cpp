#include "autossh/ledger/loading.hpp"

#include "autossh/base/signals.hpp"

#include <atomic>
#include <mutex>
#include <thread>
#include <utility>

namespace autossh {

struct LedgerLoading::Work {
    std::atomic<bool> is_over = false;
    std::mutex mutex = {};  ///< of what follows
    std::function<void(Result)> on_end = {};

    void run(const std::string& directory, WallTime from, std::size_t most_outages)
    {
        Result result{LedgerReplay(most_outages), {}};
        result.reading = read_ledger(
            directory, from, [&](const LedgerEntry& entry) { result.replay.take(entry); }, &is_over);
        const std::lock_guard lock(mutex);
        if (on_end)
            on_end(std::move(result));
    }
};

LedgerLoading::LedgerLoading(std::string directory, WallTime from, std::size_t most_outages,
                             std::function<void(Result)> on_end)
    : work_(std::make_shared<Work>())
{
    work_->on_end = std::move(on_end);
    const SignalsBlocked blocked;
    std::thread([work = work_, directory = std::move(directory), from, most_outages] {
        work->run(directory, from, most_outages);
    }).detach();
}

LedgerLoading::~LedgerLoading()
{
    work_->is_over = true;
    const std::lock_guard lock(work_->mutex);
    work_->on_end = nullptr;
}

}  // namespace autossh
