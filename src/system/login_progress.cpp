#include "autossh/system/login_progress.hpp"

#include "autossh/base/file_text.hpp"

#include <algorithm>
#include <charconv>
#include <csignal>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string_view field(std::string_view text, std::string_view name)
{
    while (!text.empty()) {
        std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        if (!line.starts_with(name))
            continue;
        line.remove_prefix(name.size());
        line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
        return line;
    }
    return {};
}

std::optional<std::uint64_t> number(std::string_view text, int base)
{
    std::uint64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, base);
    const bool whole = error == std::errc{} && end == text.data() + text.size();
    return whole ? std::optional(value) : std::nullopt;
}

bool catches(const ProcessTraces& traces, int signal)
{
    return (traces.caught_signals.value_or(0) >> (signal - 1) & 1) != 0;
}

}  // namespace

ProcessTraces traces_in(std::string_view status, std::string_view io)
{
    return {.caught_signals = number(field(status, "SigCgt:"), 16),
            .bytes_written = number(field(io, "wchar:"), 10),
            .sleeps = number(field(status, "voluntary_ctxt_switches:"), 10),
            .ended = field(status, "State:").starts_with('Z')};
}

ProcessTraces traces_of(pid_t process)
{
    return traces_in(text_of_file(fmt::format("/proc/{}/status", process)).value_or(""),
                     text_of_file(fmt::format("/proc/{}/io", process)).value_or(""));
}

LoginProgress progress_of(const ProcessTraces& traces)
{
    if (!traces.caught_signals)
        return LoginProgress::unknown;
    const bool after_loop = traces.ended && catches(traces, SIGTERM) && !catches(traces, SIGTTOU);
    return catches(traces, SIGWINCH) || after_loop ? LoginProgress::logged_in : LoginProgress::before_login;
}

bool may_have_been_refused(const ProcessTraces& traces, std::uint64_t least)
{
    return progress_of(traces) == LoginProgress::before_login &&
           traces.bytes_written.value_or(least) >= least;
}

}  // namespace autossh
