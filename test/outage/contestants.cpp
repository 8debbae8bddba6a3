#include "outage/contestants.hpp"

#include <algorithm>

#include <unistd.h>

namespace autossh_test::outage {

const std::vector<Contestant>& contestants()
{
    using Kind = Contestant::Kind;
    using std::chrono::seconds;
    const Environment poll_10{{"AUTOSSH_POLL", "10"}, {"AUTOSSH_FIRST_POLL", "10"}};
    static const std::vector<Contestant> all{
        {.name = "ours"},
        {.name = "ours -M 0", .options = {"-M", "0"}, .has_monitor = false},
        {.name = "ours --poll 2", .options = {"--poll", "2"}, .poll = seconds(2)},
        {.name = "ours -M PORT --poll 2",
         .options = {"-M", "20000", "--poll", "2"},
         .monitor_port = 20000,
         .poll = seconds(2)},
        {.name = "1.4g", .kind = Kind::reference, .options = {"-M", "20000"}, .monitor_port = 20000},
        {.name = "1.4g, poll 10",
         .kind = Kind::reference,
         .options = {"-M", "20000"},
         .environment = poll_10,
         .monitor_port = 20000},
        {.name = "1.4g -M 0, keepalives",
         .kind = Kind::reference,
         .options = {"-M", "0", "-o", "ServerAliveInterval=10", "-o", "ServerAliveCountMax=3"},
         .has_monitor = false},
        {.name = "shell loop", .kind = Kind::loop, .has_monitor = false},
    };
    return all;
}

bool is_installed(const Contestant& contestant)
{
    return contestant.kind != Contestant::Kind::reference || access(REFERENCE, X_OK) == 0;
}

const Contestant* find_contestant(const std::string& name)
{
    const auto found = std::find_if(contestants().begin(), contestants().end(),
                                    [&](const Contestant& contestant) { return contestant.name == name; });
    return found == contestants().end() ? nullptr : &*found;
}

}  // namespace autossh_test::outage
