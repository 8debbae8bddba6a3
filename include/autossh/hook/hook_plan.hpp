// What one hook is to be told, and when: `after`, `every` and `batch`. Pure, but for the times that it is
// given.
#pragma once

#include "autossh/base/time.hpp"
#include "autossh/hook/news.hpp"
#include "autossh/hook/subject.hpp"

#include <list>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

class HookPlan {
public:
    /// So many at once are told of one by one; more by one call.
    static constexpr std::size_t most_alone = 5;

    explicit HookPlan(const HookSettings& settings)
        : settings_(std::make_shared<const HookSettings>(settings))
    {}
    const HookSettings& settings() const { return *settings_; }
    /// What was told counts still.
    void set_settings(const HookSettings& settings)
    {
        settings_ = std::make_shared<const HookSettings>(settings);
    }

    bool is_about(const HookNews& news) const;
    void take(const HookNews& news, Time now);
    void forget(const std::string& subject);
    /// See HookPlanner::finish().
    void finish(bool pending);

    void take_calls(Time now, std::vector<HookCall>& calls);
    std::optional<Time> next() const;

private:
    /// Of what `every` spreads: a tunnel's state, or one forward of it.
    struct Pace {
        Time last{};
        HookEvent told = HookEvent::up;
        std::optional<HookNews> held = {};  ///< until `every` is over
    };
    /// On its way to a call.
    struct Item {
        HookNews news;
        Time release;
    };
    class Moment;

    void tell(HookNews news, Time now);
    void add(HookNews news, Time now);
    void come_due(Time now);
    void drop_from_batch(const std::string& subject);
    void was_not_told(const std::string& subject);

    std::shared_ptr<const HookSettings> settings_;
    std::map<std::string, HookSubject, std::less<>> subjects_;
    std::map<std::string, Pace, std::less<>> paces_;
    std::list<Item> items_;  ///< in the order in which they happened
    std::map<HookEvent, Time> windows_;
};

}  // namespace autossh
