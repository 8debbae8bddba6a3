// The part of SshSetup that is about what goes past ssh's log, to its standard error.
#include "autossh/tunnel/setup.hpp"

#include <memory>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

enum class Errors { nowhere, terminal, elsewhere };

/// Where our standard error leads: to /dev/null, say, or a file. Closed: elsewhere.
Errors place_of_errors()
{
    struct stat ours {};
    struct stat nowhere {};
    const bool known = ::fstat(STDERR_FILENO, &ours) == 0 && ::stat("/dev/null", &nowhere) == 0;
    if (known && S_ISCHR(ours.st_mode) && ours.st_rdev == nowhere.st_rdev)
        return Errors::nowhere;
    return ::isatty(STDERR_FILENO) != 0 ? Errors::terminal : Errors::elsewhere;
}

}  // namespace

/// Not of a remote command, whose words are not ours, nor of what may outlive us. On a terminal ssh asks for
/// the touch of a token there, and who writes into a file may be a program that ssh runs.
bool SshSetup::reads_past_log(const Prepared& prepared) const
{
    const SshPlan& plan = *prepared.plan;
    if (!plan.log.is_read || plan.session.is_wanted || plan.is_shared || !prepared.folder)
        return false;
    const Errors place = place_of_errors();
    return place == Errors::nowhere || is_hushed() || (place == Errors::elsewhere && !plan.runs_programs);
}

void SshSetup::take_error(std::string_view line)
{
    tracker_.read_stray_line(line, is_hushed() && !tracker_.client_state().logged_in());
    on_words_();
}

UniqueFd SshSetup::errors_of_ssh()
{
    if (!prepared_.plan->log.past_log_is_read)
        return {};
    try {
        const std::string path = errors_path(prepared_.folder->path());
        if (!errors_)
            errors_ = std::make_unique<SshLog>(
                executor_, path, [this](std::string_view line) { take_error(line); }, SshLog::Size::usual);
        return UniqueFd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    } catch (const std::system_error&) {  // as before, then
        return {};
    }
}

}  // namespace autossh
