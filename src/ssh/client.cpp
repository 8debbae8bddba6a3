#include "autossh/ssh/client.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/environment.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/system/spawn.hpp"

#include <array>
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
