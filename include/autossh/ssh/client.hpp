// Asks the user's ssh what it will do.
#pragma once

#include "autossh/base/alarm.hpp"
#include "autossh/base/asio.hpp"
#include "autossh/base/readable.hpp"
#include "autossh/base/signals.hpp"
#include "autossh/settings/settings.hpp"
#include "autossh/ssh/additions.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/control_socket.hpp"
#include "autossh/system/child.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace autossh {

/// The command that asks: `ssh` with -G before the user's words.
Command question(const Command& ssh);

struct Answer {
    std::optional<SshConfig> config;
    std::string complaint;  ///< what it wrote to stderr (a line about its terminal also if all is well)
    std::string doubt;      ///< why nothing is known ("no answer within 15 s"); empty if understood
    /// Of the jump hosts, where there are secrets; nothing for one of which ssh does not say what it will do.
    std::vector<std::optional<SshConfig>> jump_hosts = {};
    bool foreign = false;      ///< it has answered, and not as OpenSSH's ssh
    bool not_started = false;  ///< for want of processes or descriptors: soon again
    /// What becomes of ControlMaster at the next start: looked at by us, when ssh has answered.
    ControlSocket control_socket = ControlSocket::unused;

    bool operator==(const Answer&) const = default;
};

/// How long ssh may take to answer: it reads files, runs the commands of Match exec, may look names up, and
/// would take as long to connect.
inline constexpr Duration patience = std::chrono::seconds(15);

/// One question and its answer. The destructor gives up: it kills ssh and reaps it.
class Inquiry {
public:
    /// Starts the question about `ssh`; if it cannot be started, that is the doubt. `on_change` is called
    /// when take() may have something to tell: look before waiting.
    Inquiry(const ProcessContext& process, const Command& ssh, std::function<void()> on_change,
            Duration limit = patience);
    ~Inquiry();
    Inquiry(const Inquiry&) = delete;
    Inquiry& operator=(const Inquiry&) = delete;

    /// The answer, given once. Nothing while ssh has not ended and may take its time.
    std::optional<Answer> take();

private:
    struct Output {
        explicit Output(Inquiry& inquiry);

        Descriptor pipe;
        Readable<Descriptor> readable;
        std::string text;
    };

    void start(const Command& command);
    void take_in(Output& output);
    bool drain(Output& output);
    void conclude(ExitStatus status);

    ProcessContext process_;
    std::function<void()> on_change_;
    Duration limit_;
    Time deadline_;
    Alarm limit_is_over_;
    Output output_;
    Output errors_;
    std::optional<Child> child_;
    Answer answer_;
    bool taken_ = false;
};

/// Whether the client is asked what it will do. Manual, "What is added".
bool is_to_be_asked(const TunnelSettings& settings);

/// Whether the client is taken for OpenSSH's itself: it may be asked, or the user says so.
bool is_taken_for_openssh(const TunnelSettings& settings);

/// Whether somebody could answer a question of this ssh's: a terminal, the program of SSH_ASKPASS, or a
/// script around it.
Askable who_can_be_asked(const std::string& ssh);

}  // namespace autossh
