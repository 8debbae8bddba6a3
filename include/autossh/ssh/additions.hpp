// What is added to the user's words for ssh, and what ssh will then do. Pure.
#pragma once

#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/config.hpp"
#include "autossh/ssh/control_socket.hpp"
#include "autossh/ssh/message.hpp"

#include <chrono>
#include <initializer_list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace autossh {

/// Who could answer a question of ssh's.
struct Askable {
    bool terminal = false;  ///< there is a controlling terminal
    bool askpass = false;   ///< ssh would run an SSH_ASKPASS program
    bool wrapper = false;   ///< a script that runs ssh, by sshpass, say
    bool secrets = false;   ///< we have some, and take ssh's questions
    bool caller = false;    ///< a person waits for us in the foreground, and we take ssh's questions
    bool declined = false;  ///< nobody could, and we take ssh's questions to answer none

    bool nobody() const { return !terminal && !askpass && !wrapper && !secrets && !caller; }
};

/// Most of them are the same for a thousand tunnels: copies share one memory.
class AddedWords {
    using Words = std::vector<std::string>;

public:
    AddedWords(std::initializer_list<std::string> words) : words_(std::make_shared<const Words>(words)) {}
    AddedWords(Words words) : words_(std::make_shared<const Words>(std::move(words))) {}

    const Words& all() const { return *words_; }
    Words::const_iterator begin() const { return words_->begin(); }
    Words::const_iterator end() const { return words_->end(); }

    bool operator==(const AddedWords& other) const { return *words_ == *other.words_; }

private:
    std::shared_ptr<const Words> words_;
};

/// Words added to the command line of ssh, and where they come from.
struct Addition {
    AddedWords words;         ///< {"-o", "ConnectTimeout=20"}
    std::string_view reason;  ///< "OpenSSH's default is to wait as long as the system does"
    bool must_win = false;    ///< over the user's words: the first value counts for ssh

    bool operator==(const Addition&) const = default;
};

/// ssh's ConnectTimeout, where it is added.
inline constexpr std::chrono::seconds added_connect_timeout{20};

/// Whether ssh will use another ssh's connection, or give its own away. Where the command line does not ask
/// for that, better_defaults() forbids it.
bool is_shared(const SshChoices& choices, const SshConfig& config);

/// Manual, "What is added": the defaults that are better for an ssh that nobody looks at, where command line
/// and configuration leave ssh's own. `control_path`: of the control line; empty: there is none.
/// `is_watched`: a dead connection is noticed by us, and ssh need not give up one that may recover.
std::vector<Addition> better_defaults(const SshChoices& choices, const SshConfig& config,
                                      const Askable& askable,
                                      ControlSocket control_socket = ControlSocket::unused,
                                      const std::string& control_path = {}, bool is_watched = false);

/// What takes the place of the control line where its socket cannot be made.
const Addition& own_connection();

/// Whether it has ssh be our master.
bool is_control_line(const Addition& addition);

/// Manual, "What is added": what makes ssh tell us what it does. `pipe`: the FIFO for -E.
std::vector<Addition> listening(const SshChoices& choices, const SshConfig& config, const std::string& pipe);

/// Sets `must_win` of those whose option the command line says something about, too.
void settle_places(std::span<Addition> added, const SshChoices& choices);

/// What the user wants to see of ssh's log, where listening() has it tell more. Nothing: it does not.
std::optional<SshLogLevel> users_level(const SshChoices& choices, const SshConfig& config);

/// Whether listening() has a quiet ssh log by LogVerbose what it must tell us; see ssh/forced_log.hpp.
bool is_forced(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will log its log-in where we read it, with what listening() adds. Never where the
/// connection is shared: an ssh that uses another's does not log in.
bool login_is_heard(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will say that a forward was refused where it goes on without (it does from the level INFO on,
/// which listening() sees to).
bool refusals_are_heard(const SshChoices& choices, const SshConfig& config);

/// Whether its standard streams are those of a subsystem (-s) or of a connection behind the server (-W).
bool carries_stream(const SshChoices& choices, const SshConfig& config);

/// Whether ssh will give a person a terminal on the server, where ~. ends the session. Without
/// RequestTTY=force it does so only if its standard input is a terminal: for the caller to know.
bool has_remote_terminal(const SshChoices& choices, const SshConfig& config);

}  // namespace autossh
