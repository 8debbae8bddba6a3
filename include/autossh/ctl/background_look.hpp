// Looks for the autosshs in a thread of its own: one that does not answer holds up nobody at the keyboard.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/ctl/daemons.hpp"

#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

namespace autossh {

class BackgroundLook {
public:
    explicit BackgroundLook(std::vector<std::string> places);
    /// Waits for a look that is under way: no longer than answer_is_due.
    ~BackgroundLook();
    BackgroundLook(const BackgroundLook&) = delete;
    BackgroundLook& operator=(const BackgroundLook&) = delete;

    /// Unless one is under way.
    void start();
    bool is_under_way() const { return thread_.joinable(); }
    /// Readable once a look is done.
    int fd() const { return done_.get(); }
    /// What it has found. Nothing: none is done.
    std::optional<DaemonsAround> take();

private:
    void look();

    std::vector<std::string> places_;
    UniqueFd done_;
    UniqueFd wake_;
    std::mutex mutex_;
    std::optional<DaemonsAround> found_;
    std::thread thread_;
};

}  // namespace autossh
