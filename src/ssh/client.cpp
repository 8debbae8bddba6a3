#include "autossh/ssh/client.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/system/spawn.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string_view>
#include <system_error>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <fcntl.h>
#include <fmt/core.h>

namespace autossh {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_output = 1024 * 1024;
constexpr std::string_view doubt_too_much = "more than 1 MiB of output";

/// Of a program.
bool has_text(const std::string& path, std::string_view wanted)
{
    const UniqueFd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    std::array<char, 4096> part;
    std::size_t kept = 0;  // of the last part, in which it may begin
    for (ssize_t size = 0; fd && (size = ::read(fd.get(), part.data() + kept, part.size() - kept)) > 0;) {
        const std::string_view text(part.data(), kept + static_cast<std::size_t>(size));
        if (text.find(wanted) != std::string_view::npos)
            return true;
        kept = std::min(text.size(), wanted.size());
        std::ranges::copy(text.substr(text.size() - kept), part.begin());
    }
    return false;
}

/// A dropbear by the name of ssh would not answer the question but connect.
bool is_openssh(const std::string& path)
{
    return has_text(path, "OpenSSH_");
}

/// Not "#!" only: what has no NUL byte near its beginning is a text, which execvp(3) gives to the shell.
bool is_script(std::string_view text)
{
    return text.starts_with("#!") || text.substr(0, 4096).find('\0') == std::string_view::npos;
}

/// readpass.c of OpenSSH: with a display, or whenever it is forced.
bool would_run_askpass()
{
    const std::string required = environment_variable("SSH_ASKPASS_REQUIRE").value_or("");
    if (required == "never")
        return false;
    const std::string program = environment_variable("SSH_ASKPASS").value_or("");
    const bool is_there = !program.empty() || ::access("/usr/bin/ssh-askpass", X_OK) == 0 ||
                          ::access("/usr/libexec/ssh-askpass", X_OK) == 0 ||
                          ::access("/usr/X11R6/bin/ssh-askpass", X_OK) == 0;
    if (!is_there)
        return false;
    return required == "force" || environment_variable("DISPLAY") || environment_variable("WAYLAND_DISPLAY");
}

}  // namespace

std::string cannot_be_read(const std::string& file)
{
    const std::string path = find_program(file);
    const UniqueFd program(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    const bool for_want = !program && (errno == EMFILE || errno == ENFILE || errno == ENOMEM);
    return for_want ? fmt::format("cannot read {}: {}", path, std::strerror(errno)) : "";
}

bool may_be_asked(const std::string& file)
{
    const std::string name = file.substr(file.rfind('/') + 1);  // npos + 1 is 0
    if (name != "ssh" && name != "ssh.exe")
        return false;
    const std::string path = find_program(file);
    return !path.empty() && !is_script(text_of_file(path, 4096).value_or("")) && is_openssh(path);
}

bool passes_arguments_on(const std::string& file)
{
    static constexpr std::size_t most_text = 65536;
    static constexpr std::array<std::string_view, 4> ways{"$@", "$*", "argv", "ARGV"};
    const std::string text = text_of_file(find_program(file), most_text).value_or("");
    const auto has = [&](std::string_view word) { return text.find(word) != std::string::npos; };
    return is_script(text) && std::ranges::any_of(ways, has) && !has("dbclient");
}

bool claims_to_answer(const std::string& file)
{
    const std::string text = text_of_file(find_program(file), 4096).value_or("");
    return is_script(text) && text.find("\n# autossh: answers -G\n") != std::string::npos;
}

bool is_openssh_client(const std::string& file)
{
    return may_be_asked(file) && has_text(find_program(file), "hostkeys-00@openssh.com");
}

Command question(const Command& ssh)
{
    Command command = ssh;
    const auto behind_name = command.arguments.begin() + (command.arguments.empty() ? 0 : 1);
    command.arguments.insert(behind_name, {"-G"});
    return command;
}

Inquiry::Output::Output(Inquiry& inquiry)
    : pipe(inquiry.process_.executor), readable(pipe, [this, &inquiry] { inquiry.take_in(*this); })
{}

Inquiry::Inquiry(const ProcessContext& process, const Command& ssh, std::function<void()> on_change,
                 Duration limit)
    : process_(process), on_change_(std::move(on_change)), limit_(limit), deadline_(Clock::now() + limit),
      limit_is_over_(process.executor, [this] { on_change_(); }), output_(*this), errors_(*this)
{
    output_.text.reserve(6000);  // OpenSSH writes 4 to 5 kB
    try {
        start(question(ssh));
    } catch (const std::system_error& error) {
        answer_.doubt = error.what();
        answer_.not_started = passes_by_itself(error.code());
    }
}

Inquiry::~Inquiry() = default;

void Inquiry::start(const Command& command)
{
    const UniqueFd null(::open("/dev/null", O_RDONLY | O_CLOEXEC));
    Pipe out;
    Pipe err;
    child_.emplace(process_, command, on_change_,
                   Streams{null.get(), out.write_end.get(), err.write_end.get(), true});
    output_.pipe.assign(out.read_end.release());
    errors_.pipe.assign(err.read_end.release());
    for (Output* const output : {&output_, &errors_}) {
        output->pipe.non_blocking(true);
        output->readable.start();
    }
    limit_is_over_.set(deadline_);
}

void Inquiry::take_in(Output& output)
{
    if (drain(output))
        return;
    output.readable.stop();
    if (output.text.size() > most_output)
        on_change_();
}

/// Takes what is there. False: nothing more will come, or it is too much already.
bool Inquiry::drain(Output& output)
{
    std::array<char, 4096> buffer;
    while (output.text.size() <= most_output) {
        boost::system::error_code error;
        const std::size_t size = output.pipe.read_some(asio::buffer(buffer), error);
        if (error)
            return error == asio::error::would_block;
        output.text.append(buffer.data(), size);
    }
    return false;
}

std::optional<Answer> Inquiry::take()
{
    if (taken_)
        return std::nullopt;
    if (child_) {
        const std::optional<ExitStatus> status = child_->status();
        const bool too_much = output_.text.size() > most_output || errors_.text.size() > most_output;
        if (status)
            conclude(*status);
        else if (too_much)
            answer_.doubt = doubt_too_much;
        else if (Clock::now() >= deadline_)
            answer_.doubt = fmt::format("no answer within {}", with_unit(limit_));
        else
            return std::nullopt;
        answer_.complaint = std::exchange(errors_.text, {}).substr(0, most_output);
    }
    taken_ = true;
    limit_is_over_.cancel();
    child_.reset();
    return std::exchange(answer_, {});
}

/// It has ended. What it has written is in the pipes; a process it has left behind may keep them open for
/// ever.
void Inquiry::conclude(ExitStatus status)
{
    drain(output_);
    drain(errors_);
    if (output_.text.size() > most_output || errors_.text.size() > most_output) {
        answer_.doubt = doubt_too_much;
    } else if (status != ExitStatus::exited(0)) {
        answer_.doubt =
            fmt::format("{} {}", status.by_signal() ? "killed by signal" : "exit status", status.number());
    } else {
        answer_.config = SshConfig::parse(output_.text);
        answer_.foreign = !answer_.config;
        if (answer_.foreign)
            answer_.doubt = "not OpenSSH's answer";
    }
}

bool is_to_be_asked(const TunnelSettings& settings)
{
    switch (manner_of(settings).ask_client) {
    case AskClient::no: return false;
    case AskClient::yes: return true;
    case AskClient::if_openssh: break;
    case AskClient::if_openssh_or_script:
        if (passes_arguments_on(settings.ssh.file))
            return true;
    }
    return may_be_asked(settings.ssh.file) || claims_to_answer(settings.ssh.file);
}

bool is_taken_for_openssh(const TunnelSettings& settings)
{
    return manner_of(settings).ask_client == AskClient::yes || may_be_asked(settings.ssh.file);
}

Askable who_can_be_asked(const std::string& ssh)
{
    const UniqueFd terminal(::open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC));
    return {.terminal = static_cast<bool>(terminal),
            .askpass = would_run_askpass(),
            .wrapper = passes_arguments_on(ssh)};
}

}  // namespace autossh
