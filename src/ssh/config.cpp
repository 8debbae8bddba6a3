#include "autossh/ssh/config.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <charconv>

namespace autossh {

namespace {

std::string_view trimmed(std::string_view text)
{
    const std::size_t begin = text.find_first_not_of(white_space);
    if (begin == std::string_view::npos)
        return {};
    return text.substr(begin, text.find_last_not_of(white_space) - begin + 1);
}

}  // namespace

std::optional<SshConfig> SshConfig::parse(std::string_view text)
{
    SshConfig config;
    while (!text.empty()) {
        const std::string_view line = trimmed(text.substr(0, text.find('\n')));
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
        const std::size_t end = std::min(line.find_first_of(white_space), line.size());
        if (end > 0)
            config.values_[lower_case(line.substr(0, end))].emplace_back(trimmed(line.substr(end)));
    }
    const bool names = !config.value("hostname").empty() && !config.value("user").empty();
    const bool numbers =
        config.number("port") && config.number("serveraliveinterval") && config.number("serveralivecountmax");
    return names && numbers ? std::optional(config) : std::nullopt;
}

std::string SshConfig::value(std::string_view keyword) const
{
    const auto found = values_.find(keyword);
    return found == values_.end() ? "" : found->second.front();
}

std::vector<std::string> SshConfig::values(std::string_view keyword) const
{
    const auto found = values_.find(keyword);
    return found == values_.end() ? std::vector<std::string>{} : found->second;
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
