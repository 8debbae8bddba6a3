#include "autossh/ctl/doctor_report.hpp"

#include "autossh/base/json_text.hpp"
#include "autossh/ctl/screen_text.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::size_t names_told = 3;
constexpr std::size_t widest_names = 24;
constexpr std::array<const char*, 3> grades{"ok", "warn", "FAIL"};

std::string tunnels_in_words(const std::vector<std::string>& tunnels)
{
    std::string words;
    for (std::size_t i = 0; i < std::min(tunnels.size(), names_told); ++i)
        words += (i == 0 ? "" : ",") + tunnels[i];
    if (tunnels.size() > names_told)
        words += fmt::format(",+{}", tunnels.size() - names_told);
    return tunnels.empty() ? "-" : fit_for_screen(words);
}

std::string padded(std::string text, std::size_t width)
{
    const std::size_t is = screen_width(text);
    return text.append(is < width ? width - is : 0, ' ');
}

}  // namespace

std::string doctor_text(const Findings& findings)
{
    std::size_t names = 1;
    std::size_t things = 1;
    for (const Finding& finding : findings) {
        names = std::max(names, screen_width(tunnels_in_words(finding.tunnels)));
        things = std::max(things, finding.thing.size());
    }
    names = std::min(names, widest_names);
    std::string text;
    for (const Finding& finding : findings) {
        text += fmt::format("{:<4}  {}  {}  {}\n", name(finding.grade),
                            padded(tunnels_in_words(finding.tunnels), names), padded(finding.thing, things),
                            fit_for_screen(finding.text));
        if (!finding.remedy.empty())
            text += fmt::format("      {}\n", fit_for_screen(finding.remedy));
    }
    return text;
}

std::string doctor_json(const Findings& findings)
{
    std::string list;
    for (const Finding& finding : findings) {
        std::string tunnels;
        for (const std::string& tunnel : finding.tunnels)
            tunnels += (tunnels.empty() ? "" : ",") + json_string(tunnel);
        list += fmt::format(R"({}{{"grade":"{}","tunnels":[{}],"thing":{},"text":{},"remedy":{}}})",
                            list.empty() ? "" : ",", name(finding.grade), tunnels, json_string(finding.thing),
                            json_string(finding.text),
                            finding.remedy.empty() ? "null" : json_string(finding.remedy));
    }
    const auto worst = static_cast<std::size_t>(exit_status(findings));
    return fmt::format(R"({{"v":1,"grade":"{}","findings":[{}]}})", grades.at(worst), list);
}

}  // namespace autossh
