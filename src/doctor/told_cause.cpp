#include "autossh/doctor/told_cause.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/explanation_table.hpp"

#include <algorithm>

namespace autossh {

namespace {

/// `text` with what stands for each name in braces.
std::string filled_in(std::string_view text, const CauseValues& values)
{
    std::string result;
    while (!text.empty()) {
        const std::size_t open = std::min(text.find('{'), text.size());
        result += text.substr(0, open);
        text.remove_prefix(open);
        if (text.empty())
            break;
        const std::size_t close = text.find('}');
        const auto value = values.find(std::string(text.substr(1, close - 1)));
        if (value != values.end())
            result += value->second;
        text.remove_prefix(close + 1);
    }
    return result;
}

}  // namespace

Finding told_cause(Grade grade, const std::string& thing, Cause cause, const CauseValues& values)
{
    const ExplainedCause row = explanation_of(cause);
    return {grade, thing, one_line(filled_in(row.text, values)), filled_in(row.remedy, values)};
}

}  // namespace autossh
