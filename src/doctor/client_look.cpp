#include "autossh/base/find_program.hpp"
#include "autossh/base/text.hpp"
#include "autossh/doctor/looks.hpp"
#include "autossh/doctor/program_output.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/ssh/version.hpp"

#include <fmt/core.h>

namespace autossh {

namespace {

/// "OpenSSH_9.2p1 Debian-2, OpenSSL 3" up to the comma.
std::string version_in(const std::string& text)
{
    const std::size_t at = text.find("OpenSSH_");
    if (at == std::string::npos || !ssh_version_from(text))
        return "";
    return one_line(text.substr(at, text.find_first_of(",\r\n", at) - at));
}

Failure complaint_in(const ProgramOutput& output, const std::string& file)
{
    if (!output.trouble.empty())
        return {FailureClass::bad_configuration, fmt::format("{} -G: {}", file, output.trouble),
                "see what takes so long: a Match exec, a name server"};
    ClientState state;
    state.read_lines(output.err);
    Failure failure = state.failure(ExitStatus::exited(255), {});
    // The place in the file is what helps, and the last line only counts the mistakes.
    for (const std::string& line : lines_of(output.err))
        if (line.find(": line ") != std::string::npos || line.find(" line ") != std::string::npos) {
            failure.cause = one_line(line);
            break;
        }
    if (failure.failure_class == FailureClass::other && !output.err.empty())
        failure.cause = one_line(lines_of(output.err).empty() ? output.err : lines_of(output.err).front());
    return failure;
}

}  // namespace

ClientLook look_at_client(const Settings& settings)
{
    ClientLook look;
    look.file = settings.tunnel.ssh.file;
    look.by_variable = settings.sources.contains("ssh") || look.file != AUTOSSH_SSH;
    look.path = find_program(look.file);
    if (look.path.empty())
        return look;
    look.is_asked = may_be_asked(look.file) || is_to_be_asked(settings.tunnel);
    if (may_be_asked(look.file))
        look.version = version_in(output_of({look.file, {look.file, "-V"}}, std::chrono::seconds(5)).err);
    return look;
}

std::optional<SshConfig> ask_configuration(const Command& ssh, Failure& complaint)
{
    const ProgramOutput output = output_of(question(ssh), patience);
    auto config = output.succeeded() ? SshConfig::parse(output.out) : std::nullopt;
    if (!config)
        complaint = complaint_in(output, ssh.file);
    return config;
}

}  // namespace autossh
