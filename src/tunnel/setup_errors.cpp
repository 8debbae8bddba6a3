// The part of SshSetup that is about what goes past ssh's log, to its standard error.
#include "autossh/tunnel/setup.hpp"

#include <memory>
#include <system_error>

namespace autossh {

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
        if (!output_.errors)
            output_.errors = std::make_unique<SshLog>(
                executor_, errors_path(prepared_.folder->path()),
                [this](std::string_view line) { take_error(line); }, SshLog::Size::usual);
        return output_.errors->open_writer();
    } catch (const std::system_error&) {  // as before, then
        return {};
    }
}

}  // namespace autossh
