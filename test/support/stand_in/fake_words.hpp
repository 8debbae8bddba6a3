#pragma once

#include <cstddef>
#include <ctime>
#include <string>
#include <vector>

/// The words of fake_ssh's script and of what it writes.
namespace fake_ssh {

/// "exit 1; sleep" -> {{"exit", "1"}, {"sleep"}}
std::vector<std::vector<std::string>> split_actions(const std::string& line);

/// In double quotes, on one line whatever it holds.
std::string quoted(const std::string& word);

timespec time_value(const std::string& text);  ///< 200ms, 2s
int signal_number(const std::string& text);    ///< TERM, 15
std::string signal_name(int number);

/// "N NAME\n"; async-signal-safe. Gives the length.
std::size_t signal_line(char (&line)[64], int start_number, int number);

}  // namespace fake_ssh
