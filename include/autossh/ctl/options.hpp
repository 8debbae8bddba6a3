// The words of autosshctl: what it can be told to do, and the options of each. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace autossh {

enum class CtlVerb {
    status,
    watch,
    start,
    stop,
    restart,
    retry,  ///< "try"
    reload,
    check,
    edit,
    logs,
    explain,
    events,
    health,
    adopt,  ///< "import"
    outages,
    hub,
    doctor,
    metrics,
    help,
    version,
    complete,  ///< --complete: hidden
};

/// One of the words that say what to do.
struct CtlVerbEntry {
    CtlVerb verb;
    std::string_view name;
    std::string_view arguments;  ///< "TUNNELS", "[TUNNELS]", "[FILE]", "SOURCES", or empty
    std::string_view help;
};
std::span<const CtlVerbEntry> ctl_verbs();

/// "try" of retry.
std::string_view name(CtlVerb verb);

struct CtlOption {
    std::string_view name;      ///< without dashes; empty: it has a letter alone
    char letter;                ///< 0: it has none
    std::string_view argument;  ///< empty: it has none
    std::uint32_t verbs;        ///< see goes_with()
    std::string_view help;
};
std::span<const CtlOption> ctl_options();
bool goes_with(const CtlOption& option, CtlVerb verb);

/// "-f", "--follow": the first that there is of the long one and the letter.
std::string in_words(const CtlOption& option);

/// What --help prints.
std::string ctl_help_text();

}  // namespace autossh
