// A fleet with hooks, over the real ssh and sshd.
#pragma once

#include "e2e/support/autossh.hpp"
#include "e2e/support/fleet_folder.hpp"

#include <csignal>
#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>

namespace autossh_test {

class HookLab {
public:
    /// `rest`: of the file of the fleet, behind the defaults. There is a hook "note", which notes its calls.
    HookLab(const Sshd& sshd, const std::string& rest)
        : head_(fmt::format("[defaults]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n",
                            sshd.client_config().string())),
          folder_(head_ + rest)
    {
        hook("note", "line=$(cat)\nprintf '%s\\n' \"$AUTOSSH_EVENT|$AUTOSSH_TUNNEL|$AUTOSSH_STATE|"
                     "$AUTOSSH_CAUSE|$AUTOSSH_LASTED|$AUTOSSH_PORT|$line\" >>calls\n");
    }

    const FleetFolder& folder() const { return folder_; }
    void write(const std::string& rest) const { write_file(folder_.path(), head_ + rest); }

    /// An executable script beside the file, which works there.
    void hook(const std::string& name, const std::string& text) const
    {
        write_file(folder_ / name,
                   fmt::format("#!/bin/sh\ncd {}\n{}", folder_.path().parent_path().string(), text));
        ::chmod((folder_ / name).c_str(), 0700);
    }
    std::string file(const std::string& name) const { return read_file(folder_ / name); }
    bool comes(const std::string& name, const std::string& text, int times = 1) const
    {
        return wait_until([&] { return occurrences(file(name), text) >= times; });
    }
    /// What "note" has noted, by whole lines: it writes a long one in pieces.
    std::string calls() const
    {
        const std::string all = file("calls");
        return all.substr(0, all.rfind('\n') + 1);
    }
    bool called(const std::string& text, int times = 1) const
    {
        return wait_until([&] { return occurrences(calls(), text) >= times; });
    }

    void kill_ssh_of(const std::string& tunnel) const
    {
        process_table::send(folder_.ssh_of(tunnel), SIGKILL);
    }

private:
    std::string head_;
    FleetFolder folder_;
};

}  // namespace autossh_test
