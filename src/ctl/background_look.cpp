#include "autossh/ctl/background_look.hpp"

#include "autossh/base/signals.hpp"
#include "autossh/ctl/wake_pipe.hpp"

#include <utility>

#include <unistd.h>

namespace autossh {

BackgroundLook::BackgroundLook(std::vector<std::string> places) : places_(std::move(places))
{
    WakePipe pipe = make_wake_pipe();
    done_ = std::move(pipe.read);
    wake_ = std::move(pipe.write);
}

BackgroundLook::~BackgroundLook()
{
    if (thread_.joinable())
        thread_.join();
}

void BackgroundLook::start()
{
    if (is_under_way())
        return;
    const SignalsBlocked blocked;  // they are for the thread that has the terminal
    thread_ = std::thread([this] { look(); });
}

void BackgroundLook::look()
{
    DaemonsAround found = look_around(places_, answer_is_due);
    const std::lock_guard lock(mutex_);
    found_ = std::move(found);
    wake(wake_.get());
}

std::optional<DaemonsAround> BackgroundLook::take()
{
    std::optional<DaemonsAround> found;
    {
        const std::lock_guard lock(mutex_);
        found = std::exchange(found_, std::nullopt);
    }
    if (!found)
        return std::nullopt;
    empty_wake_pipe(done_.get());
    thread_.join();
    return found;
}

}  // namespace autossh
