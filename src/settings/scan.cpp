#include "autossh/settings/scan.hpp"

#include "autossh/settings/usage.hpp"

#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

bool looks_like_option(const std::string& word)
{
    return word.size() > 1 && word.front() == '-';
}

}  // namespace

std::string Scan::next()
{
    std::string word = rest_.front();
    rest_ = rest_.subspan(1);
    return word;
}

bool Scan::ours(char letter) const
{
    return !all_for_ssh_ && std::string_view("MfV").find(letter) != std::string_view::npos;
}

Action Scan::run()
{
    while (!rest_.empty() && !in_command_ && action_ == Action::run) {
        const std::string word = next();
        if (looks_like_option(word))
            option_word(word);
        else {
            in_command_ = std::exchange(has_destination_, true);
            if (!in_command_)
                destination = word;
            words.push_back(word);
        }
    }
    if (action_ != Action::run)
        return action_;

    words.insert(words.end(), rest_.begin(), rest_.end());
    if (!has_destination_ && question != SshQuestion::alone)
        throw UsageError("");
    if (explain_)
        return Action::explain;
    return question == SshQuestion::none ? Action::run : Action::ask_ssh;
}

void Scan::option_word(const std::string& word)
{
    if (word == "--")
        terminator();
    else if (word.starts_with("--") && !all_for_ssh_)
        long_option(word);
    else
        cluster(word);
}

/// The first "--" is ours. Behind the destination it also ends ssh's options, so it is passed on where the
/// remote command would otherwise be taken for an option.
void Scan::terminator()
{
    const bool first = !std::exchange(all_for_ssh_, true);
    if (first && !has_destination_)
        return;
    if (!first || (!rest_.empty() && looks_like_option(rest_.front())))
        words.emplace_back("--");
    if (has_destination_) {
        in_command_ = true;
        return;
    }
    if (!rest_.empty()) {  // ssh takes the word behind its own "--" for the destination
        destination = words.emplace_back(next());
        has_destination_ = in_command_ = true;
    }
}

void Scan::cluster(const std::string& word)
{
    std::string kept = "-";
    std::optional<std::string> detached;
    bool monitor = false;

    for (std::size_t i = 1; i < word.size(); ++i) {
        const char letter = word[i];
        const std::string attached = word.substr(i + 1);
        if (ours(letter) && letter == 'M') {
            monitor_port = value_of(letter, attached);
            monitor = true;
            break;
        }
        if (ours(letter)) {
            if (letter == 'V') {
                action_ = Action::print_version;
                return;
            }
            settings_.background = true;
            continue;
        }
        note(letter);
        if (ssh_option(letter) == SshOption::takes_value) {
            kept += letter + attached;
            if (attached.empty() && (!all_for_ssh_ || !rest_.empty()))
                detached = value_of(letter, attached);
            break;
        }
        if (ssh_option(letter) == SshOption::unknown && !all_for_ssh_)
            throw UsageError(fmt::format("invalid option -- '{}'", letter));
        kept += letter;
    }

    if (kept.size() > 1)
        words.push_back(kept);
    if (detached)
        words.push_back(*detached);
    if (monitor && !forwards_at)
        forwards_at = words.size();
}

/// Of an option that is ssh's.
void Scan::note(char letter)
{
    no_command = no_command || letter == 'N';
    if (ssh_question(letter) != SshQuestion::none && question != SshQuestion::alone)
        question = ssh_question(letter);
}

std::string Scan::value_of(char letter, const std::string& attached)
{
    if (!attached.empty())
        return attached;
    if (rest_.empty())
        throw UsageError(fmt::format("option requires an argument -- '{}'", letter));
    return next();
}

void Scan::long_option(const std::string& word)
{
    const std::size_t equals = word.find('=');
    const std::string name = word.substr(2, equals == std::string::npos ? equals : equals - 2);
    const Setting* const setting = setting_of_option(name);
    const bool takes_value = setting != nullptr && !setting->argument.empty();
    const bool must_have_it = takes_value && !setting->argument.starts_with('[');

    if (name == "check" || name == "fleet" || name == "doctor")
        throw UsageError(fmt::format("option --{} must be the first argument", name));
    if (setting == nullptr && name != "help" && name != "version" && name != "explain")
        throw UsageError(unknown_option(name));
    if (has_destination_)
        throw UsageError(fmt::format("option --{} must stand before the destination", name));
    if (!takes_value && equals != std::string::npos)
        throw UsageError(fmt::format("option --{} takes no value", name));

    if (name == "help")
        action_ = Action::print_help;
    else if (name == "version")
        action_ = Action::print_version;
    else if (name == "explain")
        explain_ = true;
    else if (equals != std::string::npos)
        set(*setting, word.substr(equals + 1));
    else if (!must_have_it)
        set(*setting, "yes");
    else if (rest_.empty())
        throw UsageError(fmt::format("option --{} requires a value", name));
    else
        set(*setting, next());
}

void Scan::set(const Setting& setting, const std::string& value)
{
    give(setting, value, fmt::format("--{}", setting.option), settings_);
    given.emplace_back(&setting, value);
    if (setting.option != "port")
        return;
    if (value.empty())
        parse_monitor_ports(value);  // throws: an empty variable counts as unset, an empty option does not
    port_option = true;
    if (!forwards_at)
        forwards_at = words.size();
}

}  // namespace autossh
