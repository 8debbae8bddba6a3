#include "autossh/program/ssh_times.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/ssh/choices.hpp"

#include <algorithm>
#include <cstdint>
#include <span>

#include <fmt/core.h>

namespace autossh {

namespace {

/// An option of ssh's as it will be: added by us, else as ssh answered.
struct SshValue {
    std::string value;
    std::string source;
};

class SshValues {
public:
    explicit SshValues(const Explanation& explanation)
        : explanation_(explanation),
          choices_(choices_of(std::span(explanation.argv).subspan(explanation.argv.empty() ? 0 : 1)))
    {}

    SshValue find(const std::string& keyword, std::string_view by_default) const
    {
        for (const Addition& addition : explanation_.additions)
            for (const std::string& word : addition.words)
                if (lower_case(word).starts_with(keyword + "="))
                    return {word.substr(keyword.size() + 1), "added"};
        if (!explanation_.config)
            return {"", "unknown: ssh has not told"};
        const std::string value = explanation_.config->value(keyword);
        if (choices_.options.contains(keyword))
            return {value, "ssh's command line"};
        return {value, value == by_default ? "OpenSSH's default" : "ssh's configuration"};
    }

private:
    const Explanation& explanation_;
    SshChoices choices_;
};

std::string seconds(const SshValue& time)
{
    const auto number = parse_integer(time.value);
    if (number)
        return *number > 0 ? fmt::format("{} s", *number) : "none";
    return time.value.empty() ? "?" : time.value;
}

/// Manual, "What is added". ssh gives up when one more answer is due than the count allows to miss.
Row time_to_notice(const SshValue& interval, const SshValue& count)
{
    const std::string name = "dead connection";
    const auto every = parse_integer(interval.value);
    const auto most = parse_integer(count.value);
    if (!every || !most)
        return {name, "?", "noticed by ssh: unknown"};
    if (*every <= 0)
        return {name, "never", "noticed by ssh: ServerAliveInterval is not set"};
    constexpr std::int64_t largest = 1'000'000'000;  // ssh's numbers are int
    const std::int64_t worst = std::min(*every, largest) * (std::clamp<std::int64_t>(*most, 0, largest) + 1);
    return {name, fmt::format("{} s", worst), "noticed by ssh, at the latest"};
}

}  // namespace

Rows ssh_times(const Explanation& explanation)
{
    const SshValues values(explanation);
    const SshValue connect = values.find("connecttimeout", "none");
    const SshValue interval = values.find("serveraliveinterval", "0");
    const SshValue count = values.find("serveralivecountmax", "3");
    return {
        {"ConnectTimeout", seconds(connect), connect.source},
        {"ServerAliveInterval", seconds(interval), interval.source},
        {"ServerAliveCountMax", count.value.empty() ? "?" : count.value, count.source},
        time_to_notice(interval, count),
    };
}

}  // namespace autossh
