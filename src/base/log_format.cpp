#include "autossh/base/log_format.hpp"

#include "autossh/base/json_text.hpp"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/core.h>

namespace autossh {

namespace {

std::string_view name(Level level)
{
    switch (level) {
    case Level::error: return "error";
    case Level::warning: return "warning";
    case Level::info: return "info";
    case Level::debug: return "debug";
    }
    return "info";
}

std::string_view name(LogEvent event)
{
    switch (event) {
    case LogEvent::message: return "message";
    case LogEvent::state: return "state";
    case LogEvent::remark: return "remark";
    case LogEvent::remedy: return "remedy";
    case LogEvent::ssh: return "ssh";
    }
    return "message";
}

std::string formatted(const std::tm& time, const char* format)
{
    std::array<char, 64> text{};
    return {text.data(), std::strftime(text.data(), text.size(), format, &time)};
}

bool is_control(char letter)
{
    const auto value = static_cast<unsigned char>(letter);
    return value < 0x20 || value == 0x7f;
}

/// RFC 3339. Its offset has a colon, that of strftime(3) has none.
std::string rfc3339(const Moment& time)
{
    std::string offset = formatted(time.local, "%z");
    if (offset.size() == 5)
        offset.insert(3, ":");
    return fmt::format("{}.{:03}{}", formatted(time.local, "%Y-%m-%dT%H:%M:%S"), time.milliseconds, offset);
}

}  // namespace

std::string without_controls(std::string_view text)
{
    std::string clean;
    for (;;) {
        const auto control = std::ranges::find_if(text, is_control);
        clean.append(text.begin(), control);
        if (control == text.end())
            return clean;
        clean += fmt::format("\\x{:02x}", static_cast<unsigned char>(*control));
        text = {std::next(control), text.end()};
    }
}

std::string name_in_front(const LogLine& line)
{
    return line.names_tunnel ? fmt::format("{}: ", line.tunnel) : "";
}

std::string words_alone(const LogLine& line)
{
    const std::string ssh =
        line.event == LogEvent::ssh ? fmt::format("ssh[{}]: ", line.context.ssh.value_or(0)) : "";
    return name_in_front(line) + ssh + without_controls(line.text);
}

std::string stamped(const LogLine& line)
{
    return fmt::format("{} {}", formatted(line.time.local, "%Y/%m/%d %H:%M:%S"), named(line));
}

std::string named(const LogLine& line)
{
    return fmt::format("autossh[{}]: {}", line.pid, words_alone(line));
}

std::string as_json(const LogLine& line)
{
    const LogContext& context = line.context;
    std::string object = fmt::format(R"({{"time":"{}","level":"{}","event":"{}","state":"{}")",
                                     rfc3339(line.time), name(line.level), name(line.event), context.state);
    if (!context.cause.empty())
        object += fmt::format(R"(,"cause":"{}")", context.cause);
    if (!line.tunnel.empty())
        object += fmt::format(R"(,"tunnel":{})", json_string(line.tunnel));
    object += fmt::format(R"(,"pid":{})", line.pid);
    if (context.ssh)
        object += fmt::format(R"(,"ssh_pid":{})", *context.ssh);
    return object + fmt::format(R"(,"message":{}}})", json_string(line.text));
}

std::string with_priority(Level level, std::string_view text)
{
    std::string line = fmt::format("<{}>{}", static_cast<int>(level), text);
    std::ranges::replace(line, '\n', ' ');  // another line would be another entry, of its own priority
    return line;
}

}  // namespace autossh
