#include "autossh/ctl/status_json.hpp"

#include "autossh/base/json_text.hpp"
#include "autossh/control/facts_json.hpp"

#include <fmt/core.h>

namespace autossh {

std::string status_json(std::span<const SeenDaemon> daemons)
{
    std::string list;
    for (const SeenDaemon& daemon : daemons) {
        std::string object = to_json(daemon.facts);
        object.pop_back();
        list += fmt::format("{}{},\"takes_orders\":{},\"trouble\":{}}}", list.empty() ? "" : ",", object,
                            daemon.takes_orders && daemon.trouble.empty(),
                            daemon.trouble.empty() ? "null" : json_string(daemon.trouble));
    }
    return fmt::format("{{\"v\":1,\"daemons\":[{}]}}", list);
}

}  // namespace autossh
