// One pass over our command line: which words are ours and which are ssh's.
#pragma once

#include "autossh/settings/command_line.hpp"
#include "autossh/settings/ssh_letters.hpp"
#include "autossh/settings/table.hpp"

#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// Goes through the arguments once, from left to right, sorting them into ours and ssh's.
class Scan {
public:
    Scan(std::span<const std::string> arguments, Settings& settings) : rest_(arguments), settings_(settings)
    {}

    /// Throws UsageError.
    Action run();

    /// The value of -M. The last one counts.
    std::optional<std::string> monitor_port;
    /// What is ssh's, in order, without argv[0].
    std::vector<std::string> words;
    std::string destination;  ///< as the user typed it
    /// Where the heartbeat's forwardings belong among `words`: where -M stood.
    std::optional<std::size_t> forwards_at;
    bool port_option = false;                  ///< --port was given
    bool no_command = false;                   ///< -N was given
    SshQuestion question = SshQuestion::none;  ///< among ssh's words
    /// Our long options with their values, in order.
    std::vector<std::pair<const Setting*, std::string>> given;

private:
    std::string next();
    void option_word(const std::string& word);
    void cluster(const std::string& word);
    void note(char letter);
    void long_option(const std::string& word);
    void terminator();
    std::string value_of(char letter, const std::string& attached);
    bool ours(char letter) const;
    void set(const Setting& setting, const std::string& value);

    std::span<const std::string> rest_;
    Settings& settings_;
    Action action_ = Action::run;  ///< what is asked for at once, whatever follows
    bool explain_ = false;
    bool all_for_ssh_ = false;  ///< behind our own "--"
    bool has_destination_ = false;
    bool in_command_ = false;
};

}  // namespace autossh
