#include "autossh/ledger/place.hpp"

#include "autossh/base/errors.hpp"
#include "autossh/base/file_text.hpp"
#include "autossh/base/numbers.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"
#include "autossh/system/safe_place.hpp"

#include <array>
#include <cerrno>
#include <ctime>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr const char* alive_name = "alive";

std::string reason(int error)
{
    return std::generic_category().message(error);
}

std::optional<WallTime> time_of(int file)
{
    struct stat status {};
    if (::fstat(file, &status) < 0 || status.st_size == 0)  // nobody has had it yet
        return std::nullopt;
    return WallTime(std::chrono::duration_cast<WallTime::duration>(
        std::chrono::seconds(status.st_mtim.tv_sec) + std::chrono::nanoseconds(status.st_mtim.tv_nsec)));
}

/// The file has the pid, and in a second line the milliseconds that its process has lived.
std::optional<Seconds> life_in(const std::string& text)
{
    const std::size_t end = text.find('\n');
    if (end == text.npos)
        return std::nullopt;
    const auto life = parse_integer(without_end(text.substr(end + 1)));
    if (!life || *life < 0)
        return std::nullopt;
    return Seconds(std::chrono::milliseconds(*life));
}

std::string text_of(pid_t pid, const std::optional<Seconds>& lived)
{
    if (!lived)
        return fmt::format("{}\n", pid);
    return fmt::format("{}\n{}\n", pid,
                       std::chrono::duration_cast<std::chrono::milliseconds>(*lived).count());
}

}  // namespace

std::string default_state_directory(const Environment& environment, const std::string& fleet)
{
    const auto given = environment("STATE_DIRECTORY");
    if (given && given->starts_with('/'))
        return fmt::format("{}/{}", given->substr(0, given->find(':')), fleet);
    const auto states = environment("XDG_STATE_HOME");
    if (states && states->starts_with('/'))
        return fmt::format("{}/autossh/{}", *states, fleet);
    const auto home = environment("HOME");
    return home && home->starts_with('/') ? fmt::format("{}/.local/state/autossh/{}", *home, fleet) : "";
}

std::string ledger_directory(const std::string& state)
{
    return state + "/ledger";
}

LedgerPlace::LedgerPlace(const std::string& state)
{
    const auto fail = [&state](const std::string& why) {
        throw ConfigError(fmt::format("state directory {}: {}", state, why));
    };
    if (const int error = make_directories(state, 0700))
        fail(reason(error));
    const SafePlace place = own_place(state);
    if (!place)
        fail(place.complaint);
    directory_ = ledger_directory(place.path);
    if (const int error = make_directories(directory_, 0750))
        fail(reason(error));
    if (const SafePlace own = own_place(directory_); !own)
        fail(own.complaint);
    const std::string path = fmt::format("{}/{}", directory_, alive_name);
    alive_ = UniqueFd(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK, 0640));
    if (!alive_)
        fail(fmt::format("{}: {}", path, reason(errno)));
    if (::flock(alive_.get(), LOCK_EX | LOCK_NB) < 0 && errno == EWOULDBLOCK) {
        const std::string text = text_of_file(path, 64).value_or("");
        const auto pid = parse_integer(text.substr(0, text.find('\n')));
        fail(fmt::format("another autossh{} keeps its ledger there",
                         pid ? fmt::format(" (pid {})", *pid) : ""));
    }
    last_seen_ = time_of(alive_.get());
    lived_ = life_in(text_of_file(path, 64).value_or(""));
}

void LedgerPlace::tell_pid() const
{
    if (!last_seen_)
        return take_over();
    const std::string text = text_of(::getpid(), lived_);
    // On a full disk the lock alone tells.
    if (::ftruncate(alive_.get(), 0) < 0 || ::pwrite(alive_.get(), text.data(), text.size(), 0) < 0)
        return;
    const auto seconds = std::chrono::floor<std::chrono::seconds>(last_seen_->time_since_epoch());
    timespec at{};
    at.tv_sec = static_cast<std::time_t>(seconds.count());
    at.tv_nsec = static_cast<long>(
        std::chrono::duration_cast<std::chrono::nanoseconds>(last_seen_->time_since_epoch() - seconds)
            .count());
    const std::array<timespec, 2> times{at, at};
    static_cast<void>(::futimens(alive_.get(), times.data()));
}

void LedgerPlace::take_over() const
{
    if (::ftruncate(alive_.get(), 0) == 0)
        touch();
}

void LedgerPlace::touch() const
{
    const std::string text = text_of(::getpid(), Clock::now() - begin_);  // it never gets shorter
    if (::pwrite(alive_.get(), text.data(), text.size(), 0) < 0)
        static_cast<void>(::futimens(alive_.get(), nullptr));
}

LedgerHolder holder_of_ledger(const std::string& directory)
{
    const std::string path = fmt::format("{}/{}", directory, alive_name);
    const UniqueFd alive(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
    if (!alive)
        return {};
    const bool is_taken = ::flock(alive.get(), LOCK_SH | LOCK_NB) < 0 && errno == EWOULDBLOCK;
    return {is_taken, time_of(alive.get()), life_in(text_of_file(path, 64).value_or(""))};
}

}  // namespace autossh
