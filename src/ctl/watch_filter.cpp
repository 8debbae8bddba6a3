#include "autossh/ctl/watch_filter.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ctl/columns.hpp"

#include <algorithm>

#include <fnmatch.h>

namespace autossh {

namespace {

constexpr std::string_view state_word = "state:";
constexpr std::string_view host_word = "host:";

bool has_part(std::string_view text, const std::string& part)
{
    return lower_case(text).find(part) != std::string::npos;
}

bool is_in_group(const TunnelFacts& tunnel, const std::string& pattern)
{
    return pattern.empty() || std::ranges::any_of(tunnel.groups, [&](const std::string& group) {
               const std::string known = lower_case(group);
               return known == pattern || ::fnmatch(pattern.c_str(), known.c_str(), 0) == 0;
           });
}

bool fits_word(const std::string& word, const TunnelFacts& tunnel, std::string_view shown_name)
{
    if (word.starts_with('@'))
        return is_in_group(tunnel, word.substr(1));
    if (word.starts_with(state_word)) {
        const std::string wanted = word.substr(state_word.size());
        return tunnel.state.starts_with(wanted) || state_for_table(tunnel).starts_with(wanted) ||
               tunnel.health.starts_with(wanted);
    }
    if (word.starts_with(host_word)) {
        const std::string wanted = word.substr(host_word.size());
        return has_part(tunnel.host, wanted) || has_part(tunnel.server.name, wanted) ||
               has_part(tunnel.server.address, wanted);
    }
    return has_part(shown_name, word) || has_part(tunnel.description, word) ||
           has_part(tunnel.cause.text, word);
}

}  // namespace

WatchFilter::WatchFilter(std::string_view text) : words_(words_of(lower_case(text))) {}

bool WatchFilter::fits(const TunnelFacts& tunnel, std::string_view shown_name) const
{
    return std::ranges::all_of(words_,
                               [&](const std::string& word) { return fits_word(word, tunnel, shown_name); });
}

}  // namespace autossh
