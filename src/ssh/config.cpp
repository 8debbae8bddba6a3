#include "autossh/ssh/config.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

namespace autossh {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(white_space);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

/// Nobody asks for these, and they are a third of the answer, which is kept for the life of a tunnel.
constexpr std::array<std::string_view, 7> not_kept{"ciphers",
                                                   "macs",
                                                   "kexalgorithms",
                                                   "gssapikexalgorithms",
                                                   "hostkeyalgorithms",
                                                   "hostbasedacceptedalgorithms",
                                                   "casignaturealgorithms"};

/// Each value of `keyword`, until `take` has enough of them (false).
template <typename Take>
void for_each(std::string_view lines, std::string_view keyword, Take take)
{
    while (!lines.empty()) {
        const std::string_view line = lines.substr(0, lines.find('\n'));
        lines.remove_prefix(line.size() + 1);
        const bool wanted = line.starts_with(keyword) && line.substr(keyword.size()).starts_with(' ');
        if (wanted && !take(line.substr(keyword.size() + 1)))
            return;
    }
}

}  // namespace

std::optional<SshConfig> SshConfig::parse(std::string_view text)
{
    SshConfig config;
    config.lines_.reserve(text.size());
    while (!text.empty()) {
        const std::string_view line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        const std::size_t end = std::min(line.find_first_of(white_space), line.size());
        const std::string keyword = lower_case(line.substr(0, end));
        if (end > 0 && std::ranges::find(not_kept, keyword) == not_kept.end())
            config.lines_.append(keyword).append(" ").append(trimmed(line.substr(end))).append("\n");
    }
    config.lines_.shrink_to_fit();
    const bool names = !config.value("hostname").empty() && !config.value("user").empty();
    const bool numbers =
        config.number("port") && config.number("serveraliveinterval") && config.number("serveralivecountmax");
    return names && numbers ? std::optional(std::move(config)) : std::nullopt;
}

std::string SshConfig::value(std::string_view keyword) const
{
    std::string found;
    for_each(lines_, keyword, [&](std::string_view value) {
        found = value;
        return false;
    });
    return found;
}

std::vector<std::string> SshConfig::values(std::string_view keyword) const
{
    std::vector<std::string> found;
    for_each(lines_, keyword, [&](std::string_view value) {
        found.emplace_back(value);
        return true;
    });
    return found;
}

std::optional<int> SshConfig::number(std::string_view keyword) const
{
    const std::string text = value(keyword);
    int number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool whole = error == std::errc() && end == text.data() + text.size();
    return whole ? std::optional(number) : std::nullopt;
}

bool is_set(const std::string& value)
{
    return !value.empty() && value != "none";
}

bool is_behind_proxy(const SshConfig& config)
{
    return is_set(config.value("proxycommand")) || is_set(config.value("proxyjump"));
}

}  // namespace autossh
