// The connections of autosshctl watch: changes of states, orders, and one text.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/ctl/control_link.hpp"
#include "autossh/ctl/watch_model.hpp"

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <poll.h>

namespace autossh {

class WatchLinks {
public:
    /// What comes goes to `model`, which outlives this.
    explicit WatchLinks(WatchModel& model) : model_(model) {}

    /// Hears the changes of each process that is known and tells them.
    void hear_all();
    /// Gives an order; what comes of it is told.
    void give(const WatchOrder& order);
    /// The log of one tunnel, which goes on, into the model's text.
    void follow_log(const WatchPart& tunnel);
    /// Asks what is run for it, and for its last outages: see explanation() and outages().
    void ask_for_details(const WatchPart& tunnel);
    void close_text();
    /// Lines; empty: not known (yet).
    const std::vector<std::string>& explanation() const { return explanation_; }
    const std::vector<std::string>& outages() const { return outages_; }

    void add_to(std::vector<pollfd>& waited) const;
    /// Sends and takes in what there is. True: there was something.
    bool go_on();
    /// What has come makes another look worth while: soon, or at once.
    enum class Hint { none, soon, at_once };
    Hint take_hint_to_look() { return std::exchange(hint_, Hint::none); }
    /// When it is to go on though nothing comes; Time::max(): never.
    Time deadline() const;

private:
    struct Heard {
        pid_t pid;
        ControlLink link;
    };
    struct Given {
        CtlVerb verb;
        SeenDaemon daemon;
        ControlLink link;
        Time deadline;
    };

    const SeenDaemon* daemon_of(pid_t pid) const;
    bool go_on_hearing(Heard& heard);
    bool go_on_giving(Given& given);
    bool go_on_with_text();
    bool go_on_with_outages();
    void open_text(const WatchPart& tunnel, const ControlRequest& request);

    WatchModel& model_;
    std::vector<Heard> heard_;
    std::vector<Given> given_;
    std::optional<ControlLink> text_;
    std::optional<ControlLink> outages_link_;
    std::vector<std::string> explanation_;
    std::vector<std::string> outages_;
    Hint hint_ = Hint::none;
};

}  // namespace autossh
