#include "autossh/command_line.hpp"

#include "autossh/setting_table.hpp"
#include "autossh/ssh_arguments.hpp"
#include "autossh/usage.hpp"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

using namespace std::string_view_literals;

bool looks_like_option(const std::string& word)
{
    return word.size() > 1 && word.front() == '-';
}

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
    /// Where the heartbeat's forwardings belong among `words`: where -M stood.
    std::optional<std::size_t> forwards_at;
    bool port_option = false;  ///< --port was given
    bool no_command = false;   ///< -N was given

private:
    std::string next()
    {
        std::string word = rest_.front();
        rest_ = rest_.subspan(1);
        return word;
    }

    void option_word(const std::string& word);
    void cluster(const std::string& word);
    void long_option(const std::string& word);
    void terminator();
    std::string value_of(char letter, const std::string& attached);
    bool ours(char letter) const { return !all_for_ssh_ && "MfV"sv.find(letter) != std::string_view::npos; }
    void set(const Setting& setting, const std::string& value);

    std::span<const std::string> rest_;
    Settings& settings_;
    Action action_ = Action::run;
    bool all_for_ssh_ = false;  ///< behind our own "--"
    bool has_destination_ = false;
    bool in_command_ = false;
};

Action Scan::run()
{
    while (!rest_.empty() && !in_command_ && action_ == Action::run) {
        const std::string word = next();
        if (looks_like_option(word))
            option_word(word);
        else {
            in_command_ = std::exchange(has_destination_, true);
            words.push_back(word);
        }
    }
    if (action_ != Action::run)
        return action_;

    words.insert(words.end(), rest_.begin(), rest_.end());
    if (!has_destination_)
        throw UsageError("");
    return action_;
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
        words.push_back(next());
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
        if (ssh_option(letter) == SshOption::takes_value) {
            kept += letter + attached;
            if (attached.empty() && (!all_for_ssh_ || !rest_.empty()))
                detached = value_of(letter, attached);
            break;
        }
        if (ssh_option(letter) == SshOption::unknown && !all_for_ssh_)
            throw UsageError(fmt::format("invalid option -- '{}'", letter));
        no_command = no_command || letter == 'N';
        kept += letter;
    }

    if (kept.size() > 1)
        words.push_back(kept);
    if (detached)
        words.push_back(*detached);
    if (monitor && !forwards_at)
        forwards_at = words.size();
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
    const auto table = setting_table();
    const auto setting = std::ranges::find(table, name, &Setting::option);
    const bool takes_value = setting != table.end() && !setting->argument.empty();

    if (setting == table.end() && name != "help" && name != "version")
        throw UsageError(unknown_option(name));
    if (has_destination_)
        throw UsageError(fmt::format("option --{} must stand before the destination", name));
    if (!takes_value && equals != std::string::npos)
        throw UsageError(fmt::format("option --{} takes no value", name));

    if (name == "help")
        action_ = Action::print_help;
    else if (name == "version")
        action_ = Action::print_version;
    else if (!takes_value)
        set(*setting, "yes");
    else if (equals != std::string::npos)
        set(*setting, word.substr(equals + 1));
    else if (rest_.empty())
        throw UsageError(fmt::format("option --{} requires a value", name));
    else
        set(*setting, next());
}

void Scan::set(const Setting& setting, const std::string& value)
{
    setting.apply(settings_, value);
    if (setting.option != "port")
        return;
    if (value.empty())
        parse_monitor_ports(value);  // throws: an empty variable counts as unset, an empty option does not
    port_option = true;
    if (!forwards_at)
        forwards_at = words.size();
}

/// Manual, "Heartbeat": the forwardings that lead our message to the far end and back.
std::vector<std::string> forwardings(const MonitorPorts& ports)
{
    if (ports.echo_port)
        return {"-L", fmt::format("{}:127.0.0.1:{}", ports.port, *ports.echo_port)};
    return {"-L", fmt::format("{0}:127.0.0.1:{0}", ports.port), "-R",
            fmt::format("{}:127.0.0.1:{}", ports.port, ports.port + 1)};
}

}  // namespace

Action read_command_line(std::span<const std::string> arguments, Settings& settings)
{
    Scan scan(arguments, settings);
    const Action action = scan.run();
    if (action != Action::run)
        return action;
    if (settings.port.empty() && !scan.monitor_port)
        throw UsageError("");

    TunnelSettings& tunnel = settings.tunnel;
    tunnel.monitor = parse_monitor_ports(settings.port.empty() ? *scan.monitor_port : settings.port);
    if (tunnel.monitor) {
        const auto added = forwardings(*tunnel.monitor);
        const bool by_option = scan.port_option || settings.port.empty();
        const std::size_t at = by_option ? scan.forwards_at.value_or(0) : 0;
        scan.words.insert(scan.words.begin() + static_cast<std::ptrdiff_t>(at), added.begin(), added.end());
    }
    if (settings.service_mode && !scan.no_command)
        scan.words.insert(scan.words.begin(), "-N");

    tunnel.ssh.file = settings.ssh_path;
    tunnel.ssh.arguments = {settings.ssh_path};
    tunnel.ssh.arguments.insert(tunnel.ssh.arguments.end(), scan.words.begin(), scan.words.end());
    if (settings.background) {
        tunnel.gate_time = Duration::zero();
        settings.log.to_stdout = false;  // that is /dev/null there
    }
    return action;
}

}  // namespace autossh
