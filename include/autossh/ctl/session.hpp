// What the commands of autosshctl share: who runs, and who of them is meant.
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/control_link.hpp"
#include "autossh/ctl/order_plan.hpp"
#include "autossh/ctl/seen.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// The processes that a command is about.
struct CtlAudience {
    std::vector<SeenDaemon> daemons = {};
    OrderPlan plan = {};                  ///< for the tunnels that the command names
    std::optional<int> exit_status = {};  ///< nobody is there: it has been told, with what to do
};

/// Finds them, and tells of names that nobody has.
CtlAudience audience(const CtlCommand& command, const Environment& environment);

/// Those that have not answered, told one by one.
void tell_of_silent(const std::vector<SeenDaemon>& daemons);

/// A question to one process.
struct CtlQuestion {
    SeenDaemon daemon;
    ControlRequest request;
};

/// The same request to all that are meant, with the names of their tunnels in as many pieces as it takes.
/// Who takes no orders is left out, and told.
std::vector<CtlQuestion> questions_to(const CtlAudience& audience, const CtlCommand& command,
                                      const ControlRequest& request);

/// ask_each(). What goes wrong is told on stderr; `exit_status` becomes what follows from that.
std::vector<std::pair<SeenDaemon, ControlAnswer>> answers_to(const std::vector<CtlQuestion>& questions,
                                                             Duration limit, int& exit_status);

/// Hands over each answer until all have ended, which is told.
void follow(const std::vector<CtlQuestion>& questions,
            const std::function<void(const SeenDaemon&, const ControlAnswer&)>& take);

}  // namespace autossh
