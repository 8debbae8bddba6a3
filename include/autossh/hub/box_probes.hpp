// Asks through each box's own -R whether an ssh server answers there: its banner is enough.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/lifetime.hpp"
#include "autossh/base/time.hpp"
#include "autossh/settings/hub_place.hpp"
#include "autossh/system/listening_socket.hpp"

#include <cstddef>
#include <functional>
#include <list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// RFC 4253, 4.2: the line of an ssh server begins with SSH-, and there may be others before it. Pure.
bool has_ssh_banner(std::string_view text);

/// One question. It ends with this.
class BannerProbe {
public:
    static constexpr Duration patience = std::chrono::seconds(10);
    /// More is no banner.
    static constexpr std::size_t longest = 2048;

    /// `unreached`: why not; empty: an ssh server has answered. Called once; it must not remove the probe.
    using Done = std::function<void(BannerProbe& probe, const std::string& unreached)>;
    BannerProbe(const Executor& executor, const HubPlace& place, Done done);

    void begin();

private:
    void has_connected(const boost::system::error_code& error);
    void read();
    void finish(std::string unreached);

    StreamSocket socket_;
    HubPlace place_;
    Done done_;
    Alarm limit_;
    std::string text_;
    Lifetime lifetime_;
};

/// All boxes once a minute, as long as there are some to be asked.
class BoxProbes {
public:
    static constexpr Duration interval = std::chrono::minutes(1);
    static constexpr std::size_t most_at_once = 32;

    using Questions = std::function<std::vector<std::pair<std::string, std::string>>()>;
    using OnAnswer = std::function<void(const std::string& box, const std::string& unreached)>;

    /// `questions`: as BoxBook::probes().
    BoxProbes(const Executor& executor, Questions questions, OnAnswer on_answer);

    /// Something may be to be asked: the first time soon, then by the interval.
    void begin();

private:
    void ask_all();
    void ask_next();
    void has_answered(BannerProbe& probe, const std::string& box, const std::string& unreached);

    Executor executor_;
    Questions questions_;
    OnAnswer on_answer_;
    bool is_timed_ = false;
    Alarm alarm_;
    std::vector<std::pair<std::string, std::string>> waiting_;
    std::list<BannerProbe> running_;
    Lifetime lifetime_;
};

}  // namespace autossh
