#include "autossh/ssh/choices.hpp"

#include "autossh/base/text.hpp"
#include "autossh/settings/ssh_letters.hpp"

#include <algorithm>
#include <optional>
#include <string_view>

namespace autossh {

namespace {

constexpr std::string_view delimiters = " \t\r\n=\"";

struct Option {
    std::string name;
    std::string value;
};

/// "Name=value", "Name value", "name = value", either in quotes.
Option option_of(std::string_view text)
{
    text.remove_prefix(std::min(text.find_first_not_of(delimiters), text.size()));
    const std::size_t end = std::min(text.find_first_of(delimiters), text.size());
    std::string name = lower_case(text.substr(0, end));
    if (name == "protocolkeepalives" || name == "setuptimeout")  // Debian's
        name = "serveraliveinterval";

    text.remove_prefix(end);
    text.remove_prefix(std::min(text.find_first_not_of(delimiters), text.size()));
    while (!text.empty() && (white_space.find(text.back()) != std::string_view::npos || text.back() == '"'))
        text.remove_suffix(1);
    return {name, lower_case(text)};
}

class Walk {
public:
    explicit Walk(std::span<const std::string> words) : rest_(words), count_(words.size()) {}

    SshChoices run();

private:
    std::string_view next();
    void cluster(std::string_view letters);
    void note(char letter);
    void option(std::string_view text);
    Sharing sharing() const;
    std::size_t place_of_last() const { return count_ - rest_.size() - 1; }

    std::span<const std::string> rest_;
    std::size_t count_;
    SshChoices choices_;
    bool names_sharing_ = false;
    bool commands_master_ = false;               ///< -O
    std::optional<std::string> path_;            ///< of -S, the last, which wins
    std::optional<std::string> path_of_option_;  ///< the first of -o
};

std::string_view Walk::next()
{
    if (rest_.empty())
        return {};
    const std::string_view word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
}

SshChoices Walk::run()
{
    bool has_destination = false;
    choices_.options_end = count_;
    while (!rest_.empty()) {
        const std::string_view word = next();
        if (word == "--") {
            if (!has_destination) {
                choices_.options_end = place_of_last();
                next();
            }
            choices_.has_command = choices_.has_command || !rest_.empty();
            break;
        }
        if (word.size() > 1 && word.front() == '-') {
            cluster(word.substr(1));
        } else if (has_destination) {
            choices_.has_command = true;
            break;
        } else {
            has_destination = true;
            choices_.options_end = place_of_last();
        }
    }
    choices_.sharing = sharing();
    return choices_;
}

Sharing Walk::sharing() const
{
    if (commands_master_)
        return Sharing::certain;
    const std::optional<std::string>& path = path_ ? path_ : path_of_option_;
    if (path == "none")
        return Sharing::off;
    return path || names_sharing_ ? Sharing::by_path : Sharing::unasked;
}

void Walk::cluster(std::string_view letters)
{
    for (std::size_t i = 0; i < letters.size(); ++i) {
        note(letters[i]);
        if (ssh_option(letters[i]) != SshOption::takes_value)
            continue;
        const std::string_view attached = letters.substr(i + 1);
        const std::string_view value = attached.empty() ? next() : attached;
        if (letters[i] == 'o')
            option(value);
        if (letters[i] == 'F')
            choices_.configuration = value;
        if (letters[i] == 'i')
            choices_.identities.emplace_back(value);
        if (letters[i] == 'S')
            path_ = lower_case(value);
        return;
    }
}

void Walk::note(char letter)
{
    switch (letter) {
    case 'v': choices_.verbose = true; break;
    case 'q': choices_.quiet = true; break;
    case 'E':
    case 'y': choices_.log_file = true; break;
    case 'O': commands_master_ = choices_.no_session = true; break;
    case 'M': names_sharing_ = true; break;
    case 'W': choices_.forwards_stdio = choices_.no_session = true; break;
    case 'N': choices_.no_session = true; break;
    case 's': choices_.subsystem = true; break;
    default: break;
    }
}

void Walk::option(std::string_view text)
{
    const auto [name, value] = option_of(text);
    if (name.empty())
        return;
    choices_.options.insert(name);
    if (name == "loglevel")
        choices_.verbose = choices_.verbose || value.starts_with("debug");
    else if (name == "controlpath")
        path_of_option_ = path_of_option_.value_or(value);
    else if (name == "controlmaster" || (name == "controlpersist" && value != "no" && value != "false"))
        names_sharing_ = true;
    else if (name == "sessiontype" && value == "none")
        choices_.no_session = true;
    else if (name == "remotecommand" && value != "none")
        choices_.has_command = true;
}

}  // namespace

SshChoices choices_of(std::span<const std::string> words)
{
    return Walk(words).run();
}

SshChoices choices_of(const Command& ssh)
{
    const std::span words(ssh.arguments);
    SshChoices choices = choices_of(words.subspan(std::min<std::size_t>(1, words.size())));
    choices.has_percent = ssh.file.find('%') != ssh.file.npos ||
                          (!words.empty() && words.front().find('%') != std::string::npos);
    return choices;
}

bool may_be_shared(const SshChoices& choices)
{
    return choices.sharing == Sharing::by_path || choices.sharing == Sharing::certain;
}

bool serves_program(const SshChoices& choices)
{
    return choices.forwards_stdio || (choices.has_command && !choices.no_session);
}

}  // namespace autossh
