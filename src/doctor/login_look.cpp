#include "autossh/doctor/login_look.hpp"

#include "autossh/base/text.hpp"
#include "autossh/doctor/interruption.hpp"
#include "autossh/doctor/program_output.hpp"
#include "autossh/doctor/socket_folder.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/configured_forward.hpp"

#include <optional>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr Duration patience_with_login = std::chrono::seconds(60);
constexpr Duration patience_with_request = std::chrono::seconds(15);

/// The words of -o win where they stand first, and the letters where they stand last.
Command login_command(const Command& ssh, const std::string& socket)
{
    const SshChoices choices = choices_of(ssh);
    std::vector<std::string> letters{"-v", "-N", "-S", socket};
    if (choices.log_file)
        letters.insert(letters.end(), {"-E", "/dev/stderr"});
    const std::vector<std::string> words{"-o", "BatchMode=yes",
                                         "-o", "ClearAllForwardings=yes",
                                         "-o", "ExitOnForwardFailure=no",
                                         "-o", "PermitLocalCommand=no",
                                         "-o", "Tunnel=no",
                                         "-o", "ForkAfterAuthentication=no",
                                         "-o", "ControlMaster=yes",
                                         "-o", "ControlPersist=no",
                                         "-o", "ConnectTimeout=20"};
    Command command = ssh;
    const auto begin = command.arguments.begin() + 1;
    command.arguments.insert(begin + static_cast<std::ptrdiff_t>(choices.options_end), letters.begin(),
                             letters.end());
    command.arguments.insert(command.arguments.begin() + 1, words.begin(), words.end());
    return command;
}

Command over_connection(const Command& ssh, const std::string& socket, std::vector<std::string> words)
{
    Command command{ssh.file, {ssh.file, "-F", "none", "-o", "BatchMode=yes", "-S", socket}, ssh.environment};
    command.arguments.insert(command.arguments.end(), words.begin(), words.end());
    return command;
}

bool session_is_there(std::string_view log)
{
    return log.find("Entering interactive session.") != log.npos;
}

/// What the server says of our key comes a moment later, if it comes.
bool is_told_of_key(std::string_view log, std::size_t& size_before)
{
    const bool nothing_more = std::exchange(size_before, log.size()) == log.size();
    return nothing_more || log.find(": key options:") != log.npos;
}

/// As ssh's log has a refusal.
std::string line_of_refusal(const std::string& place)
{
    return place.starts_with('/')
               ? fmt::format("Warning: remote port forwarding failed for listen path {}", place)
               : fmt::format("Warning: remote port forwarding failed for listen port {}", place);
}

/// The configuration of the sshd that we are a session of, which may have been started with a file of its
/// own; for our account and address, as sshd -T has it. Who may not ask that reads the files, all or none.
constexpr std::string_view settings_there =
    "PATH=$PATH:/usr/sbin:/sbin; p=$PPID; f=; a=${SSH_CLIENT%% *}; "
    "while [ \"${p:-1}\" -gt 1 ] && [ -z \"$f\" ]; do "
    "f=$(ps -o args= -p $p | sed -n 's/^sshd: .* -f *\\([^ ]*\\).*\\[listener\\].*/\\1/p'); "
    "p=$(ps -o ppid= -p $p | tr -d ' '); done; "
    "sshd -T ${f:+-f \"$f\"} -C user=\"$(id -un)\",host=\"$a\",addr=\"$a\" 2>/dev/null || { "
    "set -- \"${f:-/etc/ssh/sshd_config}\"; "
    "[ -n \"$f\" ] || ! grep -qi '^ *include' \"$1\" || set -- /etc/ssh/sshd_config.d/*.conf \"$1\"; "
    "for f; do [ -e \"$f\" ] || continue; cat \"$f\" || exit; echo; echo '#end of file'; done; } 2>/dev/null";

/// The follow-up on a connection that is there, as its log goes on.
class Visit {
public:
    Visit(const Command& ssh, const std::string& socket, const std::vector<std::string>& remote,
          LoginResult& result)
        : ssh_(ssh), socket_(socket), remote_(remote), result_(result)
    {}

    /// True: it is over. Called again when the log has grown, or does not.
    bool goes_on(std::string_view log)
    {
        if (refused_)
            explain(*std::exchange(refused_, std::nullopt), log);
        while (next_ < remote_.size())
            if (!ask_for(remote_[next_++]))
                return false;  // why is said in the log
        read_settings();
        return true;
    }

private:
    /// False: it is refused.
    bool ask_for(const std::string& remote)
    {
        const auto forward = configured_forward(ConfiguredForward::Kind::remote, remote);
        if (!forward)
            return true;
        AskedForward asked;
        const ForwardPlace& listen = forward->listen;
        asked.port = listen.path.empty() ? std::to_string(listen.port) : listen.path;
        asked.forward = fmt::format("-R {}", asked.port);
        asked.granted = output_of(over_connection(ssh_, socket_,
                                                  {"-O", "forward", "-o",
                                                   fmt::format("RemoteForward={}", remote), "there"}),
                                  patience_with_request)
                            .succeeded();
        if (!asked.granted) {
            refused_ = std::move(asked);
            return false;
        }
        result_.asked.push_back(std::move(asked));
        return true;
    }

    void explain(AskedForward asked, std::string_view log)
    {
        ClientState state;
        state.read_lines(log);
        state.read_refusal(line_of_refusal(asked.port));
        if (!state.refused_forwards().empty())
            asked.failure = state.refused_forwards().back().failure;
        if (runs_commands() && !asked.port.starts_with('/'))
            asked.holders = without_blanks(output_there(fmt::format("ss -Hltnp sport = :{}", asked.port)));
        result_.asked.push_back(std::move(asked));
    }

    void read_settings()
    {
        if (runs_commands())
            result_.settings = server_settings_from(output_there(std::string(settings_there)));
    }

    /// Not where our key would have another one run.
    bool runs_commands() const
    {
        for (const std::string& word : words_of(result_.look.key_options))
            if (word == "command" || word.starts_with("command="))
                return false;
        return !result_.look.key_place.empty();
    }

    std::string output_there(const std::string& command) const
    {
        const ProgramOutput output =
            output_of(over_connection(ssh_, socket_, {"-T", "there", command}), patience_with_request);
        return output.succeeded() ? output.out : "";
    }

    const Command& ssh_;
    const std::string& socket_;
    const std::vector<std::string>& remote_;
    LoginResult& result_;
    std::size_t next_ = 0;
    std::optional<AskedForward> refused_;
};

void note_log(LoginResult& result, const ClientState& state)
{
    const SshCircumstances& known = state.circumstances();
    result.look.logged_in = state.logged_in();
    result.look.login = state.login();
    result.look.key_place = known.key_place;
    result.look.key_options = known.key_options;
    result.look.user = known.user;
    result.look.host = known.host;
}

}  // namespace

LoginResult look_at_login(const Command& ssh, const SshConfig& config, const std::vector<std::string>& remote)
{
    LoginResult result;
    const Interruption interruption;  // before the folder, which goes first
    const SocketFolder folder;
    if (!folder.is_there()) {
        result.look.failure = {FailureClass::other, "no directory can be made for a socket"};
        return result;
    }
    result.look.host = config.value("hostname");
    const std::string socket = folder.socket();
    std::optional<Visit> visit;
    bool is_over = false;
    std::size_t size_before = 0;
    const auto enough = [&](std::string_view log) {
        if (interruption.has_come())
            return true;
        if (!visit && (!session_is_there(log) || !is_told_of_key(log, size_before)))
            return false;
        if (!visit) {
            ClientState state;
            state.read_lines(log);
            note_log(result, state);
            visit.emplace(ssh, socket, remote, result);
        }
        is_over = is_over || visit->goes_on(log);
        return is_over;
    };
    const ProgramOutput output = output_of(login_command(ssh, socket), patience_with_login, enough);
    if (visit)
        return result;
    ClientState state;
    state.read_lines(output.err);
    note_log(result, state);
    result.look.logged_in = false;
    result.look.failure = output.trouble.empty()
                              ? state.failure(ExitStatus::exited(255), {})
                              : Failure{FailureClass::timed_out, fmt::format("ssh: {}", output.trouble)};
    return result;
}

}  // namespace autossh
