#include "differential/words.hpp"

#include "differential/run.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <regex>
#include <sstream>

namespace autossh_test {
namespace {

/// Lines of the reference's that are about its own workings, and no interface.
constexpr std::array internal_lines = {"check on child",   "set alarm",          "clear alarm timer",
                                       "expired child",    "received SIGALRM",   "not what I sent",
                                       "tried connection", "timeout on io poll", "child of "};

bool is_internal(const std::string& text)
{
    return std::any_of(internal_lines.begin(), internal_lines.end(),
                       [&](const char* beginning) { return starts_with(text, beginning); });
}

bool is_digit(char c)
{
    return std::isdigit(static_cast<unsigned char>(c)) != 0;
}

}  // namespace

void replace_all(std::string& text, const std::string& from, const std::string& to)
{
    for (std::size_t at = 0; (at = text.find(from, at)) != std::string::npos; at += to.size())
        text.replace(at, from.size(), to);
}

std::vector<std::string> lines_of(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

bool starts_with(const std::string& text, const std::string& beginning)
{
    return text.rfind(beginning, 0) == 0;
}

std::vector<std::string> quoted_words(const std::string& line)
{
    std::vector<std::string> words;
    bool inside = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') {
            inside = !inside;
            if (inside)
                words.emplace_back();
        } else if (inside) {
            words.back() += line[i];
            if (line[i] == '\\')
                words.back() += line[++i];
        }
    }
    return words;
}

std::string replace_numbers(const std::string& text, const std::map<std::string, std::string>& names)
{
    std::string result;
    for (std::size_t i = 0; i < text.size();) {
        std::size_t end = i;
        while (end < text.size() && is_digit(text[end]))
            ++end;
        if (end == i) {
            result += text[i++];
            continue;
        }
        const auto found = names.find(text.substr(i, end - i));
        result += found != names.end() ? found->second : text.substr(i, end - i);
        i = end;
    }
    return result;
}

std::vector<std::string> split(const std::string& text)
{
    std::istringstream stream(text);
    std::vector<std::string> words;
    for (std::string word; stream >> word;)
        words.push_back(word);
    return words;
}

std::vector<std::string> log_lines(const std::string& text)
{
    static const std::regex head(R"(^(\d{4}/\d\d/\d\d \d\d:\d\d:\d\d )?autossh\[([^\]]*)\]: (.*)$)");
    std::vector<std::string> result;
    bool dropped = false;
    for (const auto& line : lines_of(text)) {
        std::smatch parts;
        if (std::regex_match(line, parts, head)) {
            dropped = is_internal(parts[3]);
            if (!dropped)
                result.push_back(parts[3]);
        } else if (starts_with(line, "usage: autossh")) {
            result.push_back("usage: autossh");  // the rest is free
            return result;
        } else if (!dropped) {
            result.push_back(line);  // not of the log, or what a quoted line break left over
        }
    }
    return result;
}

}  // namespace autossh_test
