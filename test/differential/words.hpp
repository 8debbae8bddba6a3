#pragma once

#include <map>
#include <string>
#include <vector>

/// Small text tools of the differential suite.
namespace autossh_test {

void replace_all(std::string& text, const std::string& from, const std::string& to);
std::vector<std::string> lines_of(const std::string& text);
bool starts_with(const std::string& text, const std::string& beginning);

/// The words fake_ssh wrote in double quotes, still escaped.
std::vector<std::string> quoted_words(const std::string& line);

/// Replaces whole numbers ("21000:", but not "210001").
std::string replace_numbers(const std::string& text, const std::map<std::string, std::string>& names);

/// "a b" -> {"a", "b"}
std::vector<std::string> split(const std::string& text);

}  // namespace autossh_test
