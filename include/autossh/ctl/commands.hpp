// What autosshctl does, command by command. Each returns the exit status: autosshctl(1), "Exit status".
#pragma once

#include "autossh/base/environment.hpp"
#include "autossh/ctl/command_line.hpp"
#include "autossh/ctl/live_screen.hpp"

#include <span>
#include <string>

namespace autossh {

int show_status(const CtlCommand& command, const Environment& environment);
int show_health(const CtlCommand& command, const Environment& environment);
/// As Prometheus reads it: on standard output, or in the place of a file.
int show_metrics(const CtlCommand& command, const Environment& environment);
int show_hub(const CtlCommand& command, const Environment& environment);
int show_explanations(const CtlCommand& command, const Environment& environment);
int show_logs(const CtlCommand& command, const Environment& environment);
int show_outages(const CtlCommand& command, const Environment& environment);
int show_events(const CtlCommand& command, const Environment& environment);
/// `open`: none where the program has no screen to be drawn on.
int watch(const CtlCommand& command, const Environment& environment, const OpenLiveScreen& open);
/// start, stop, restart, try
int give_order(const CtlCommand& command, const Environment& environment);
int doctor(const CtlCommand& command, const Environment& environment);
int reload(const CtlCommand& command, const Environment& environment);
int check_file(const CtlCommand& command, const Environment& environment);
int edit(const CtlCommand& command, const Environment& environment);
int import_tunnels(const CtlCommand& command, const Environment& environment);
/// --complete: nothing where the answer would take more than a moment.
int complete(const CtlCommand& command, const Environment& environment);

/// The whole of autosshctl. `words`: without the program's name. `open`: of `watch`, if there is any.
int run_ctl(std::span<const std::string> words, const Environment& environment, const OpenLiveScreen& open);

}  // namespace autossh
