// Makes news for the hooks of a fleet of what the process comes to know: entries of the ledger, facts of
// tunnels, boxes of a hub, reloads.
#pragma once

#include "autossh/control/answer.hpp"
#include "autossh/control/target.hpp"
#include "autossh/hook/hooks.hpp"
#include "autossh/hook/tunnel_news.hpp"
#include "autossh/hub/box.hpp"
#include "autossh/ledger/entry.hpp"

#include <functional>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace autossh {

class HookNewsDesk {
public:
    /// `fleet`: its name.
    HookNewsDesk(const ProcessContext& context, Log& log, const std::string& fleet)
        : hooks_(context, log, fleet), log_(log)
    {}

    /// From now on. `labels`: of the tunnels that there are.
    void set(const std::vector<HookSettings>& hooks, std::span<const TunnelLabel> labels);
    const std::vector<HookSettings>& settings() const { return settings_; }
    bool are_there() const { return hooks_.are_there(); }
    Hooks& hooks() { return hooks_; }
    HookFacts facts() const { return hooks_.facts(); }

    /// The ledger has it; see_tunnel() follows.
    void take(const LedgerEntry& entry);
    /// How it is now. `before`: its state before, or empty.
    void see_tunnel(const TunnelFacts& facts, std::string_view before);
    void see_box(const BoxEvent& event, const StateEvent& told);
    /// `mistake`: why nothing has changed; empty: it was done.
    void see_reload(const std::string& by, const std::string& what, const std::string& mistake);

private:
    Hooks hooks_;
    Log& log_;
    std::vector<HookSettings> settings_;
    std::map<std::string, TunnelNews, std::less<>> tunnels_;
    std::vector<LedgerEntry> entries_;  ///< of tunnels that have not been seen since
};

}  // namespace autossh
