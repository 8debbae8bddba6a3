#include "autossh/rules/ended_by.hpp"

namespace autossh {

std::string_view name(EndedBy by)
{
    switch (by) {
    case EndedBy::exit: return "exit";
    case EndedBy::test: return "test";
    case EndedBy::silence: return "silence";
    case EndedBy::network: return "network";
    case EndedBy::wake: return "wake";
    case EndedBy::stopped_ssh: return "stopped ssh";
    case EndedBy::login_timeout: return "login timeout";
    case EndedBy::request: return "request";
    case EndedBy::renewal: return "renewal";
    }
    return "";
}

}  // namespace autossh
