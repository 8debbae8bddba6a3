#include "autossh/base/log_outlets.hpp"

#include <sys/stat.h>

#include <fmt/core.h>

namespace autossh {

StreamKind kind_of_stream(int fd, const std::optional<std::string>& journal_stream)
{
    struct stat stream {};
    if (::fstat(fd, &stream) < 0)
        return StreamKind::other;
    if (journal_stream == fmt::format("{}:{}", stream.st_dev, stream.st_ino))
        return StreamKind::journal;
    return S_ISFIFO(stream.st_mode) || S_ISSOCK(stream.st_mode) ? StreamKind::pipe : StreamKind::other;
}

LogOutlets outlets_for(const LogSettings& settings, StreamKind standard_error)
{
    if (settings.file)
        return {.file = true};
    if (settings.to_stdout)
        return {.standard_output = true};
    if (standard_error == StreamKind::journal && !settings.background)
        return {.standard_error = true, .priority = true};
    const bool read_by_program = standard_error == StreamKind::pipe && settings.to_pipe;
    return {.standard_error = settings.debug || read_by_program,
            .only_warnings = read_by_program && settings.for_program && !settings.debug,
            .syslog = true};
}

}  // namespace autossh
