#pragma once

#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace autossh_test {

/// Our program with the scripted stand-in for ssh (support/fake_ssh.cpp).
class FakeSession {
public:
    /// `script`: what each start of ssh does. `changes` are added to the environment.
    explicit FakeSession(const std::string& script, const Environment& changes = {});

    ProcessOptions options;  ///< how start() starts it
    /// Puts another program before it (it must exec it).
    std::function<std::vector<std::string>(std::vector<std::string>)> wrap;

    /// Starts `autossh arguments… host`, logging everything to a file.
    Process& start(std::vector<std::string> arguments = {"-M", "0"});
    Process& autossh() { return *autossh_; }

    std::string log() const;
    /// Waits for `text` in the log.
    bool logged(const std::string& text, int times = 1) const;
    /// Waits until ssh has been started `times` times, and has got through its preparations.
    bool started(int times) const;
    /// How often ssh has been started.
    int starts() const;
    /// What ssh was given at this start, without argv[0], each word in double quotes.
    std::string arguments(int start) const;
    /// The pid of the latest ssh.
    pid_t ssh_pid() const;
    /// Waits until this start of the stand-in has noted this signal (it must `record signals`).
    bool ssh_got(int start, const std::string& signal) const;

    /// What the stand-in has `record`ed at this start (support/fake_state.hpp).
    std::string state(int start, const std::string& name) const;

private:
    std::string start_line(int start) const;

    TemporaryDirectory directory_;
    std::unique_ptr<Process> autossh_;
};

/// Ends it by SIGTERM, with nothing left.
void stop(FakeSession& session);

}  // namespace autossh_test
