#pragma once

#include "support/process/process.hpp"
#include "support/process/read_pipe.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

/// One situation, run with the reference or with our program, and what was seen of it.
namespace autossh_test {

class Run;
using Action = std::function<void(Run&)>;

/// When `is_due`, `act`. Events are awaited one after the other; `what` names one in a failure.
struct Event {
    std::string what;
    std::function<bool(const Run&)> is_due;
    Action act;
};

/// In arguments, environment and script: {P} and {P+1} are a pair of free ports ({0xP}, {0P}: in hex,
/// in octal), {DIR} the run's own directory, {SSH} fake_ssh.
struct Case {
    std::string name;
    std::vector<std::string> arguments = {};  ///< after the program's name
    Environment environment = {};             ///< beside AUTOSSH_PATH and AUTOSSH_LOGFILE={DIR}/log
    std::string script = "exit 0";            ///< of fake_ssh; lines separated by \n
    std::vector<Event> events = {};
    std::string error = {};       ///< a start-up error: ours shows it on stderr, the reference where it logs
    bool background = false;      ///< -f: the end is when nothing is left
    bool errors_piped = false;    ///< standard error is a pipe, not a file
    bool stays = false;           ///< it does not end by itself: the last event is the end
    int left = 0;                 ///< how many processes are left running at the end
    ProcessOptions options = {};  ///< for closed_descriptors and the like
    std::vector<std::string> unset = {};  ///< variables of the harness that this case goes without
    Action prepare = {};                  ///< before the start
};

/// What was seen, with ports, pids and paths replaced by names: <P>, <autossh>, <ssh 1>, <DIR>, <ssh>.
struct Outcome {
    std::string end;                  ///< "exit 1", "signal 9", "still running"
    std::vector<std::string> starts;  ///< argv of each start, words separated by |
    std::vector<std::string> log;     ///< the log file's lines, without time and name
    std::vector<std::string> output;
    std::vector<std::string> errors;
    std::vector<std::string> left;   ///< commands of what was still running
    std::vector<std::string> notes;  ///< what actions noted
    std::string trouble;             ///< an event that never came
    std::string text() const;
};

/// A start of fake_ssh, as in its file `starts`.
struct Start {
    pid_t pid = 0;
    pid_t parent = 0;
    std::vector<std::string> words;
};

class Run {
public:
    Run(const Case& situation, const std::string& program);

    Outcome outcome();  ///< does it all; call it once

    std::vector<Start> starts() const;
    std::string log() const;  ///< raw
    std::string errors() const { return case_.errors_piped ? errors_.text() : process_->errors(); }
    pid_t autossh() const;  ///< also when it went into the background
    std::filesystem::path file(const std::string& name) const { return directory_ / name; }
    unsigned short port() const { return port_; }
    const Process& process() const { return *process_; }
    bool has_ended() const;

    void note(const std::string& text) { outcome_.notes.push_back(text); }
    /// Waits until autossh sleeps, so that it has dealt with everything up to now, and sends.
    void send(int signal);
    std::string with_names(const std::string& text) const;              ///< for pids, ports and paths
    std::vector<std::string> log_named(const std::string& text) const;  ///< log_lines() with names
    void keep(std::function<void()> at_end) { at_end_.push_back(std::move(at_end)); }

private:
    std::string ports_named(const std::string& text) const;
    std::map<std::string, std::string> pid_names() const;
    std::string filled(std::string text) const;
    ProcessOptions process_options() const;
    bool prodded();
    bool perform_events();
    void await_end();
    void collect();

    const Case& case_;
    std::string program_;
    TemporaryDirectory directory_;
    unsigned short port_;
    ReadPipe errors_;
    std::unique_ptr<Process> process_;
    std::vector<std::function<void()>> at_end_;
    std::chrono::steady_clock::time_point missed_since_ = std::chrono::steady_clock::now();
    Outcome outcome_;
};

/// The lines of a log, each as TEXT: without time, "autossh[PID]: ", and the reference's internal lines.
std::vector<std::string> log_lines(const std::string& text);

}  // namespace autossh_test
