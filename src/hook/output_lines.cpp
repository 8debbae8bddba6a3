#include "autossh/hook/output_lines.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>

namespace autossh {

void HookOutputLines::finish_line(std::vector<std::string>& lines)
{
    while (!line_.empty() && line_.back() == '\r')
        line_.pop_back();
    if (line_.empty())
        return;
    ++lines_;
    lines.push_back(printable(line_));
    line_.clear();
}

std::vector<std::string> HookOutputLines::take(std::string_view bytes)
{
    std::vector<std::string> lines;
    while (!bytes.empty()) {
        if (lines_ == most_lines) {
            left_out_ += bytes.size();
            break;
        }
        const std::size_t end = std::min(bytes.find('\n'), bytes.size());
        const std::size_t room = longest_line - line_.size();
        line_ += bytes.substr(0, std::min(end, room));
        left_out_ += end > room ? end - room : 0;
        if (end < bytes.size())
            finish_line(lines);
        bytes.remove_prefix(std::min(end + 1, bytes.size()));
    }
    return lines;
}

std::vector<std::string> HookOutputLines::end()
{
    std::vector<std::string> lines;
    finish_line(lines);
    return lines;
}

}  // namespace autossh
