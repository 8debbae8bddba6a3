// Who reads what: the tunnels of each kind of text that describes some. Pure, but for what they read besides.
#pragma once

#include "autossh/import/imported.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// A text with its name.
struct ImportSource {
    std::string path;  ///< "-": standard input
    std::string text;

    /// The path, or "standard input".
    std::string name() const;
};

/// A unit of systemd with an autossh in its ExecStart. Of a template, `path` has to name the instance:
/// .../autossh@home.service.
Imported import_unit(const ImportSource& source, const ImportMachine& machine);

/// What crontab -l prints, or a file of cron's with a column for the user.
Imported import_crontab(const ImportSource& source, const ImportMachine& machine);

/// A script of sh: rc.local, start.sh, one of /etc/init.d.
Imported import_script(const ImportSource& source, const ImportMachine& machine);

/// Whether a line of a crontab begins with a schedule: five fields as of crontab(5), or @reboot and its
/// likes.
bool has_schedule(std::string_view line);

/// NAME.conf of autossh@NAME.service: autossh.conf(5).
Imported import_variable_file(const ImportSource& source, const ImportMachine& machine);

/// The Host blocks of ssh_config(5) that have forwards, with the files that it includes.
Imported import_ssh_config(const ImportSource& source, const ImportMachine& machine);

/// The services of a file for docker compose that run autossh.
Imported import_compose(const ImportSource& source, const ImportMachine& machine);

/// The file of boring, and that of tunneld.
Imported import_boring(const ImportSource& source, const ImportMachine& machine);
Imported import_tunneld(const ImportSource& source, const ImportMachine& machine);

}  // namespace autossh
