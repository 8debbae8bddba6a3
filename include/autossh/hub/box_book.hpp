// The boxes of a hub: which are known, who is alive, who is missed. Pure: the time is given.
#pragma once

#include "autossh/hub/beat_reader.hpp"
#include "autossh/hub/box.hpp"
#include "autossh/settings/fleet_hub.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>

namespace autossh {

class BoxBook {
public:
    /// Nobody is missed before the time of silence that he has, counted from `begin`: nobody could beat
    /// before.
    BoxBook(const HubSettings& rules, HubTime begin);

    /// What a hub before this one has known. Boxes that are not expected any more, or forgotten, are left
    /// out. `uid_of`: of an account, as its file names it.
    void restore(const std::vector<BoxFacts>& boxes,
                 const std::function<std::optional<uid_t>(const std::string&)>& uid_of);

    /// The file has been read again: boxes that are in both stay as they are.
    void set_rules(const HubSettings& rules, HubTime at);

    /// A message has come, over a connection of `uid`; nothing: the system did not tell whose. It is no beat
    /// where its name is bound to another account.
    std::vector<BoxEvent> take(const Beat& beat, std::optional<uid_t> uid, HubTime at);

    /// Who has become late or lost by now. Forgets.
    std::vector<BoxEvent> look(HubTime at);
    /// When that may tell something; never: not before another beat.
    Time next_look() const;

    /// The same of one box.
    Time next_look_of(const std::string& box) const;

    /// It is as if it had never been there. Returns why that cannot be; empty: it is done.
    std::string forget(const std::string& box);

    /// We could not listen until now, and nobody is to be blamed for it.
    void was_away(HubTime at);

    /// What a probe has found; `unreached` empty: an ssh server has answered.
    void note_probe(const std::string& box, const std::string& unreached);
    /// Box and place, as hub_place_from() takes it, of all that can be probed.
    std::vector<std::pair<std::string, std::string>> probes() const;

    /// By name. `account_of`: for a person.
    std::vector<BoxFacts> facts(HubTime at, const std::function<std::string(uid_t)>& account_of) const;
    /// Nothing: there is no such box.
    std::optional<BoxFacts> facts_of(const std::string& box, HubTime at,
                                     const std::function<std::string(uid_t)>& account_of) const;

    std::size_t size() const { return boxes_.size(); }
    std::size_t lost() const;
    std::uint64_t beats() const { return beats_; }
    std::uint64_t not_kept() const { return not_kept_; }

private:
    std::optional<ExpectedBox> expected_by_file(const std::string& name) const;
    Box* box_of(const std::string& name, HubTime at);
    bool make_room(bool for_expected);
    void insert_expected(Time counted_from);
    void set_expected(Box& box) const;
    std::vector<BoxEvent> strangers_with(const std::string& name, const ExpectedBox& expected,
                                         std::optional<uid_t> uid, HubTime at);
    static BoxEvent wrong_account(Box& box, std::optional<uid_t> uid, HubTime at);
    BoxFacts facts_of(const Box& box, HubTime at, const std::function<std::string(uid_t)>& account_of) const;

    HubSettings rules_;
    HubTime begin_;
    std::map<std::string, std::size_t, std::less<>>
        by_name_;  ///< of rules_.expect, those that are no pattern
    std::map<std::string, Box, std::less<>> boxes_;
    std::optional<Time> strangers_told_;
    std::uint64_t beats_ = 0;
    std::uint64_t not_kept_ = 0;
};

}  // namespace autossh
