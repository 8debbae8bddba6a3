// Runs the user's command that prints a secret.
#pragma once

#include "autossh/base/asio.hpp"
#include "autossh/base/event.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/system/child.hpp"
#include "autossh/system/secret.hpp"

#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// How long it may take: the server waits for the answer, and gives up after its LoginGraceTime.
inline constexpr Duration secret_command_limit = std::chrono::seconds(30);

/// One run of it. What it prints goes straight into locked memory; its standard error is ours.
class SecretCommand {
public:
    SecretCommand(const ProcessContext& process, const std::vector<std::string>& words,
                  Duration limit = secret_command_limit);
    ~SecretCommand();
    SecretCommand(const SecretCommand&) = delete;
    SecretCommand& operator=(const SecretCommand&) = delete;

    /// Nothing: complaint() tells why. Once.
    Awaitable<std::optional<Secret>> run();
    const std::string& complaint() const { return complaint_; }

    /// Nobody wants to know any more.
    void give_up();

private:
    void start();
    void drain();
    void conclude(ExitStatus status);
    Awaitable<void> kill();

    ProcessContext process_;
    Command command_;
    Duration limit_;
    Event event_;
    Descriptor output_;
    Readable<Descriptor> readable_;  ///< a command that prints much must not wait for us to read it
    std::optional<Child> child_;
    Secret secret_;
    std::string complaint_;
    bool given_up_ = false;
};

}  // namespace autossh
