#include "e2e/support/shell.hpp"

namespace autossh_test {
namespace {

ProcessOptions bash_on(const PseudoTerminal& terminal, const Environment& environment)
{
    ProcessOptions options{.arguments = {"bash", "--norc", "--noprofile", "-i"},
                           .changes = environment,
                           .terminal = terminal.path()};
    options.changes["PS1"] = Shell::prompt;
    options.changes["TERM"] = "dumb";
    options.changes["HISTFILE"] = "/dev/null";
    terminal.set_size(24, 80);
    return options;
}

std::string joined(const std::vector<std::string>& words)
{
    std::string line;
    for (const std::string& word : words)
        line += word + " ";
    return line;
}

}  // namespace

Shell::Shell(const Environment& changes)
    : environment_(quick(log_, changes)), bash_(bash_on(terminal_, environment_))
{
    terminal_.wait_for_text(prompt);
}

void Shell::run(const Sshd& sshd, const std::string& remote_script, const std::vector<std::string>& options)
{
    start(sshd, options, "", "'" + sshd.script(remote_script) + "'");
    REQUIRE(terminal_.wait_for_text("remote ready"));
    REQUIRE(terminal_.is_raw());
}

void Shell::start(const Sshd& sshd, const std::vector<std::string>& options, const std::string& before,
                  const std::string& behind) const
{
    enter(before + joined(command_line(sshd, options)) + behind);
}

bool Shell::shows_status(int status) const
{
    // Before that, what is typed may still go to ssh.
    if (!wait_until([&] { return state_of(log_.autossh_pid()) == '-'; }))
        return false;
    enter("echo status is $?.");
    return terminal_.wait_for_text(fmt::format("status is {}.", status));
}

bool Shell::leaves() const
{
    enter("exit");
    return bash_.wait_for_exit().has_value() && bash_.wait_until_nothing_left();
}

}  // namespace autossh_test
