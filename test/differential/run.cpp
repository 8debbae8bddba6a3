#include "differential/run.hpp"

#include "differential/words.hpp"
#include "support/machine/ports.hpp"

#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <memory>
#include <regex>
#include <sstream>

namespace autossh_test {
Run::Run(const Case& situation, const std::string& program)
    : case_(situation), program_(program), port_(free_port_pair())
{}

std::string Run::filled(std::string text) const
{
    replace_all(text, "{P}", std::to_string(port_));
    replace_all(text, "{0xP}", fmt::format("{:#x}", port_));
    replace_all(text, "{0P}", fmt::format("{:#o}", port_));
    replace_all(text, "{P+1}", std::to_string(port_ + 1));
    replace_all(text, "{DIR}", directory_.path().string());
    replace_all(text, "{SSH}", FAKE_SSH_PATH);
    return text;
}

ProcessOptions Run::process_options() const
{
    ProcessOptions options = case_.options;
    options.program = program_;
    options.arguments = {"autossh"};
    for (const auto& argument : case_.arguments)
        options.arguments.push_back(filled(argument));
    options.changes = {{"AUTOSSH_PATH", FAKE_SSH_PATH},
                       {"AUTOSSH_LOGFILE", (directory_ / "log").string()},
                       {"FAKE_SSH_DIR", directory_.path().string()},
                       // The reference can miss an ssh that ends while it is still being started.
                       {"FAKE_SSH_PACE", "40ms"}};
    // All of it again as if nothing could be added: see CMakeLists.txt.
    if (const char* const plain = std::getenv("DIFFERENTIAL_PLAIN"))
        options.changes["AUTOSSH_PLAIN"] = plain;
    for (const auto& [name, value] : case_.environment)
        options.changes[name] = filled(value);
    for (const auto& name : case_.unset)
        options.changes.erase(name);
    if (case_.errors_piped)
        options.errors = errors_.write_end();
    if (options.working_directory.empty())
        options.working_directory = directory_.path();
    return options;
}

Outcome Run::outcome()
{
    write_file(directory_ / "script", filled(case_.script) + "\n");
    if (case_.prepare)
        case_.prepare(*this);
    process_ = std::make_unique<Process>(process_options());
    errors_.close_write_end();
    if (perform_events())
        await_end();
    collect();
    for (const auto& finish : at_end_)
        finish();
    process_.reset();  // kills what is left
    return outcome_;
}

bool Run::has_ended() const
{
    return case_.background ? process_->exit_result() && process_->family().empty()
                            : process_->exit_result().has_value();
}

/// The reference sometimes misses the death of its ssh and sleeps until the next poll (ours must not:
/// a [fix]). That is not what the cases are about, so it is prodded then: HUP makes it look. Never true.
bool Run::prodded()
{
    if (program_ != REFERENCE || autossh() == 0)
        return false;
    const auto all = starts();
    const bool missed = !all.empty() && state_of(all.back().pid) == 'Z';
    const auto now = std::chrono::steady_clock::now();
    if (!missed)
        missed_since_ = now;
    else if (now - missed_since_ > std::chrono::milliseconds{1500}) {
        process_table::send(autossh(), SIGHUP);
        missed_since_ = now;
    }
    return false;
}

bool Run::perform_events()
{
    for (const auto& event : case_.events) {
        bool due = false;
        wait_until([&] { return (due = event.is_due(*this)) || has_ended() || prodded(); });
        due = due || event.is_due(*this);
        if (!due) {
            outcome_.trouble = "never came: " + event.what;
            return false;
        }
        event.act(*this);
    }
    return true;
}

void Run::await_end()
{
    if (!case_.stays)
        wait_until([this] { return has_ended() || prodded(); });
    // A process that has just been killed may take a moment to go.
    const auto as_expected = [this] {
        return process_->family().size() == static_cast<std::size_t>(case_.left);
    };
    if (!case_.stays)
        wait_until(as_expected, std::chrono::seconds{3}, std::chrono::milliseconds{10});
}

void Run::collect()
{
    const auto result = process_->exit_result();
    outcome_.end = result ? result->text() : "still running";
    for (const auto& start : starts()) {
        std::string words;
        for (const auto& word : start.words)
            words.append(words.empty() ? "" : "|").append(word);
        outcome_.starts.push_back(ports_named(words));
    }
    outcome_.log = log_named(log());
    outcome_.output = log_named(process_->output());
    outcome_.errors = log_named(errors());
    for (const auto& entry : process_->family())
        outcome_.left.push_back(ports_named(entry.command));
}

std::vector<Start> Run::starts() const
{
    std::vector<Start> result;
    for (const auto& line : lines_of(read_file(directory_ / "starts"))) {
        std::istringstream fields(line);
        int number = 0;
        Start start;
        fields >> number >> start.pid >> start.parent;
        std::string rest;
        std::getline(fields, rest);
        start.words = quoted_words(rest);
        result.push_back(start);
    }
    return result;
}

std::string Run::log() const
{
    return read_file(directory_ / "log");
}

pid_t Run::autossh() const
{
    if (!case_.background)
        return process_->pid();
    const auto all = starts();
    return all.empty() ? 0 : all.back().parent;
}

void Run::send(int signal)
{
    const pid_t pid = autossh();
    wait_until([pid] { return state_of(pid) == 'S' || exit_of(pid); });
    process_table::send(pid, signal);
}

std::map<std::string, std::string> Run::pid_names() const
{
    std::map<std::string, std::string> names;
    if (const pid_t pid = autossh(); pid != 0)
        names[std::to_string(pid)] = "<autossh>";
    const auto all = starts();
    for (std::size_t i = 0; i < all.size(); ++i)
        names[std::to_string(all[i].pid)] = fmt::format("<ssh {}>", i + 1);
    return names;
}

std::string Run::with_names(const std::string& text) const
{
    return ports_named(replace_numbers(text, pid_names()));
}

std::string Run::ports_named(const std::string& text) const
{
    const std::map<std::string, std::string> numbers{{std::to_string(port_), "<P>"},
                                                     {fmt::format("{:#o}", port_), "<0P>"},
                                                     {std::to_string(port_ + 1), "<P+1>"}};
    std::string result = text;
    replace_all(result, FAKE_SSH_PATH, "<ssh>");
    replace_all(result, fmt::format("{:#x}", port_), "<0xP>");
    replace_all(result, directory_.path().string(), "<DIR>");
    // Where the kit keeps what is printed.
    static const std::regex other_directory(R"(/[^ ]*/autossh-test-\w{6}/)");
    result = std::regex_replace(result, other_directory, "<captured>/");
    return replace_numbers(result, numbers);
}

std::vector<std::string> Run::log_named(const std::string& text) const
{
    // A pid is replaced only where one stands: a small one may be equal to a status or a part of an address.
    static const std::string before_pid = "ssh child pid is ";
    std::vector<std::string> lines = log_lines(text);
    for (auto& line : lines)
        line = starts_with(line, before_pid) ? replace_numbers(line, pid_names()) : ports_named(line);
    return lines;
}

}  // namespace autossh_test
