// The hooks of a fleet: they are told what happens, and called when it is time.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/log.hpp"
#include "autossh/control/facts.hpp"
#include "autossh/hook/call_queue.hpp"
#include "autossh/hook/failures.hpp"
#include "autossh/hook/planner.hpp"
#include "autossh/hook/run.hpp"
#include "autossh/system/child.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace autossh {

class Hooks {
public:
    /// `fleet`: its name.
    Hooks(const ProcessContext& context, Log& log, std::string fleet);

    /// From now on; calls that wait already are made still.
    void set(const std::vector<HookSettings>& hooks);
    bool are_there() const { return planner_.has_hooks(); }

    /// One change, with all that it comes to.
    void tell(const std::vector<HookNews>& change);
    void forget(const std::string& subject);

    /// The process is about to end, `asked`: because somebody wants it to. What is due is told in a time that
    /// is bounded, then nothing runs any more and `on_done` is called, perhaps at once. A second time: now.
    void finish(bool asked, std::function<void()> on_done);

    HookFacts facts() const;

private:
    void go_on();
    void start(const HookCallQueue::Started& started);
    void has_ended(HookCallQueue::Number number, const HookCall& call, const HookRun::Result& result);
    void note_failure(const HookCall& call, HookFailure failure, const std::string& words);
    void stop_waiting();

    ProcessContext context_;
    Log& log_;
    std::string fleet_;
    HookPlanner planner_;
    HookCallQueue queue_;
    HookFailures failures_;
    std::map<HookCallQueue::Number, std::unique_ptr<HookRun>> runs_;
    std::uint64_t calls_ = 0;
    Alarm alarm_;
    Alarm patience_;                 ///< while finishing
    std::function<void()> on_done_;  ///< null: nobody ends
    Lifetime lifetime_;
};

}  // namespace autossh
