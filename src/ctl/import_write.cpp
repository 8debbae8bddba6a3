#include "autossh/ctl/import_write.hpp"

#include "autossh/base/descriptors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/program/fleet_check.hpp"
#include "autossh/program/fleet_files.hpp"
#include "autossh/settings/fleet.hpp"
#include "autossh/settings/fleet_parts.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <map>

#include <fcntl.h>
#include <fmt/core.h>
#include <fnmatch.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

constexpr std::string_view text_of_new_fleet = "# The tunnels are in fleet.d: see autossh-fleet(5).\n";

bool is_there(const std::string& path)
{
    struct stat status {};
    return ::lstat(path.c_str(), &status) == 0;
}

class ImportWriter {
public:
    ImportWriter(std::span<const ImportedTable> tables, const std::string& fleet,
                 const Environment& environment)
        : tables_(tables), fleet_(fleet), environment_(environment), directory_(beside(fleet, "fleet.d"))
    {}

    int run()
    {
        if (!is_there(fleet_))
            texts_[fleet_] = text_of_new_fleet;
        for (const ImportedTable& table : tables_) {
            const std::string path = path_of(table);
            if (is_there(path)) {
                complain(fmt::format("{} is there already, and is left as it is: --name gives the tunnel "
                                     "another name",
                                     path));
                return ctl_exit::refused;
            }
            texts_[path] = table.text;
        }
        const FleetFiles files = files_with_ours();
        const FleetCheck found = checked_fleet(fleet_, files, environment_);
        if (!found.errors.empty()) {
            complain_lines(found.errors.text());
            complain("nothing is written");
            return ctl_exit::configuration;
        }
        if (!are_in_fleet(files)) {
            complain(
                fmt::format("{} does not include fleet.d/*.toml: add the tables by \"autosshctl edit {}\"",
                            fleet_, fleet_));
            return ctl_exit::configuration;
        }
        if (const std::string why = write_all(); !why.empty()) {
            complain(why);
            return errno == EACCES || errno == EPERM || errno == EROFS ? ctl_exit::not_permitted
                                                                       : ctl_exit::system_error;
        }
        tell(found, files);
        return 0;
    }

private:
    std::string path_of(const ImportedTable& table) const
    {
        return fmt::format("{}/{}.toml", directory_, table.name);
    }

    /// The machine, as it will be.
    FleetFiles files_with_ours() const
    {
        FleetFiles files = fleet_files();
        files.read = [this, read = files.read](const std::string& path) {
            const auto ours = texts_.find(path);
            return ours == texts_.end() ? read(path) : FleetFile{ours->second};
        };
        files.matching = [this, matching = files.matching](const std::string& pattern) {
            std::vector<std::string> paths = matching(pattern);
            for (const auto& [path, text] : texts_)
                if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME | FNM_PERIOD) == 0)
                    paths.push_back(path);
            std::ranges::sort(paths);
            return paths;
        };
        return files;
    }

    /// Only one that is called fleet.toml reads fleet.d without being told.
    bool are_in_fleet(const FleetFiles& files) const
    {
        const FleetPlan plan = read_fleet(fleet_, files, Settings());
        return std::ranges::all_of(tables_, [&](const ImportedTable& table) {
            return std::ranges::find(plan.tunnels, table.name, &FleetTunnel::name) != plan.tunnels.end();
        });
    }

    bool make_folders() const
    {
        for (std::size_t slash = directory_.find('/', 1);; slash = directory_.find('/', slash + 1)) {
            if (::mkdir(directory_.substr(0, slash).c_str(), mode_of_folders()) < 0 && errno != EEXIST)
                return false;
            if (slash == directory_.npos)
                return true;
        }
    }

    static mode_t mode_of_folders() { return ::geteuid() == 0 ? 0755 : 0700; }

    /// A user's is nobody else's business; root's may be read by the user that a service runs as, unless a
    /// command in it may have a secret among its words.
    static mode_t mode_of(const std::string& text)
    {
        const bool has_command =
            text.find("secret-command") != text.npos || text.find("command:") != text.npos;
        return ::geteuid() == 0 && !has_command ? 0644 : 0600;
    }

    std::string write_all()
    {
        std::vector<std::string> written;
        std::string why;
        if (!make_folders())
            why = fmt::format("{} cannot be made: {}", directory_, std::strerror(errno));
        for (const auto& [path, text] : texts_) {
            if (!why.empty())
                break;
            if (write_new(path, text))
                written.push_back(path);
            else
                why = fmt::format("{} cannot be written: {}", path, std::strerror(errno));
        }
        const int error = errno;
        if (!why.empty())
            for (const std::string& path : written)
                ::unlink(path.c_str());
        errno = error;
        return why;
    }

    /// Under another name first, which no pattern has: it is there as a whole, or not at all.
    static bool write_new(const std::string& path, const std::string& text)
    {
        std::string copy =
            fmt::format("{}/.{}.XXXXXX", directory_part(path), path.substr(path.rfind('/') + 1));
        const UniqueFd fd(::mkostemp(copy.data(), O_CLOEXEC));
        if (!fd)
            return false;
        const bool good = write_text(fd.get(), text) && ::fchmod(fd.get(), mode_of(text)) == 0 &&
                          ::fsync(fd.get()) == 0 && ::link(copy.c_str(), path.c_str()) == 0;
        const int error = errno;
        ::unlink(copy.c_str());
        errno = error;
        return good;
    }

    static bool write_text(int fd, std::string_view text)
    {
        while (!text.empty()) {
            const ssize_t written = ::write(fd, text.data(), text.size());
            if (written < 0 && errno != EINTR)
                return false;
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(written, 0)));
        }
        return true;
    }

    void tell(const FleetCheck& found, const FleetFiles& files) const
    {
        std::string text;
        for (const ImportedTable& table : tables_)
            text += fmt::format("{}: tunnel {}\n", path_of(table), table.name);
        text += no_mistakes_in(fleet_, found) + "\n" + keys_of_others(files);
        text += "Next:\n";
        for (const ImportedTable& table : tables_)
            if (!table.ending.empty())
                text += fmt::format("  {}\n", table.ending);
        print_all(text + fmt::format("  {}\n", way_to_begin()));
    }

    /// What the file says for all tunnels counts for these, too.
    std::string keys_of_others(const FleetFiles& files) const
    {
        std::string text;
        const FleetPlan plan = read_fleet(fleet_, files, Settings());
        for (const ImportedTable& table : tables_) {
            const auto tunnel = std::ranges::find(plan.tunnels, table.name, &FleetTunnel::name);
            if (tunnel == plan.tunnels.end())
                continue;
            for (const TomlEntry& key : tunnel->keys)
                if (key.at.file && *key.at.file != path_of(table))
                    text += fmt::format("for {} counts also: {}, {}\n", table.name, key.key,
                                        line_in_words(key.at));
        }
        return text;
    }

    std::string way_to_begin() const
    {
        const auto here = resolved_path(fleet_);
        const auto daemons = look_around(places_of_supervisors(environment_), answer_is_due).daemons;
        const bool runs = std::ranges::any_of(daemons, [&](const SeenDaemon& daemon) {
            return !daemon.facts.config.empty() && resolved_path(daemon.facts.config) == here;
        });
        if (runs)
            return "autosshctl reload";
        if (fleet_ != default_fleet_file_or_none(environment_))
            return fmt::format("autossh --fleet {}", fleet_);
        return ::geteuid() == 0 ? "systemctl enable --now autossh-fleet"
                                : "systemctl --user enable --now autossh-fleet";
    }

    std::span<const ImportedTable> tables_;
    const std::string& fleet_;
    const Environment& environment_;
    std::string directory_;
    std::map<std::string, std::string> texts_;  ///< by the path
};

}  // namespace

int write_imported(std::span<const ImportedTable> tables, const std::string& fleet,
                   const Environment& environment)
{
    return ImportWriter(tables, fleet, environment).run();
}

}  // namespace autossh
