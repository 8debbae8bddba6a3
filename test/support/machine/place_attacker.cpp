#include "support/machine/place_attacker.hpp"

#include <cerrno>
#include <map>
#include <string>
#include <system_error>
#include <thread>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh_test {
namespace {

namespace fs = std::filesystem;

constexpr const char* askpass = "autossh-askpass";

/// What the process does in its directory.
class Attack {
public:
    Attack(fs::path top, fs::path safe, uid_t user)
        : top_(std::move(top)), place_(top_ / "run"), safe_(std::move(safe)), user_(user)
    {}

    /// True: there was something of another user's.
    bool has_found_one()
    {
        const auto end = std::chrono::steady_clock::now() + PlaceAttacker::time;
        for (int turn = 0; std::chrono::steady_clock::now() < end; ++turn) {
            plant(place_);
            replace_entries();
            if (turn % 40 == 39)
                swap_place();
            std::this_thread::sleep_for(std::chrono::milliseconds(turn % 4));
        }
        return found_;
    }

private:
    fs::path aside() { return top_ / fmt::format("aside.{}", ++moved_); }

    bool is_ours(const fs::path& path) const
    {
        struct stat status {};
        return ::lstat(path.c_str(), &status) == 0 && status.st_uid == user_;
    }

    /// Root may have put something else there in the meantime.
    void plant(const fs::path& directory)
    {
        std::error_code error;
        const fs::path path = directory / askpass;
        if (is_ours(path) || !is_ours(directory))
            return;
        found_ = fs::remove(path, error) || found_;
        fs::copy_file(top_ / askpass, path, error);
    }

    /// Sooner or later after they have come: while they are filled, or while ssh runs with them.
    void replace_entries()
    {
        std::error_code error;
        for (fs::directory_iterator entry(place_, error), end; !error && entry != end;
             entry.increment(error)) {
            const fs::path path = entry->path();
            if (!path.filename().string().starts_with("auto-ssh.") || !is_ours(place_) ||
                fs::is_symlink(place_))
                continue;
            if (!is_ours(path)) {
                found_ = true;
                if (++seen_[path] < moved_ % 16 * (moved_ % 16) / 2)
                    continue;
                std::error_code ignored;
                // To move it to another parent one would have to write in it.
                fs::rename(path, place_ / fmt::format("taken.{}", ++moved_), ignored);
                fs::create_directory(path, ignored);
            }
            plant(path);
        }
    }

    /// A moment as a link that leads to a safe place, a moment as a directory of ours.
    void swap_place()
    {
        std::error_code ignored;
        const fs::path link = aside();
        const fs::path directory = aside();
        fs::create_directory_symlink(safe_, link, ignored);
        fs::rename(place_, directory, ignored);
        fs::rename(link, place_, ignored);
        std::this_thread::sleep_for(std::chrono::milliseconds(moved_ % 3));
        fs::remove(place_, ignored);
        fs::rename(directory, place_, ignored);
    }

    fs::path top_;
    fs::path place_;
    fs::path safe_;
    uid_t user_;
    int moved_ = 0;
    bool found_ = false;
    std::map<fs::path, int> seen_;  ///< how often
};

}  // namespace

PlaceAttacker::PlaceAttacker(uid_t user, const fs::path& safe)
    : process_([top = prepare(user), safe, user](const Forked::Step&) {
          if (::setgid(user) < 0 || ::setuid(user) < 0)
              return 2;
          return Attack(top, safe, user).has_found_one() ? 1 : 0;
      })
{}

/// A program to plant, which any victim can run and may say so.
fs::path PlaceAttacker::prepare(uid_t user) const
{
    const fs::path program = top_ / askpass;
    write_file(mark(), "");
    write_file(program, fmt::format("#!/bin/sh\nid -u >>{}\n", mark().string()));
    fs::create_directory(place());
    fs::permissions(program, fs::perms(0755));
    fs::permissions(mark(), fs::perms(0666));
    fs::permissions(place(), fs::perms(0777));
    fs::permissions(top_.path(), fs::perms(0755));
    for (const fs::path& path : {top_.path(), mark(), program, place()})
        if (::chown(path.c_str(), user, user) < 0)
            throw std::system_error(errno, std::generic_category(), path);
    return top_.path();
}

}  // namespace autossh_test
