#include "outage/faults.hpp"

#include "outage/inflict.hpp"

#include <algorithm>

namespace autossh_test::outage {
namespace {

using std::chrono::seconds;
using Breaks = Fault::Breaks;
using Restart = Fault::Restart;

const std::string quick_keepalives = "ServerAliveInterval 1\nServerAliveCountMax 3\n";

// Where the client goes without a farewell, the server frees its port only when its own patience ends.
constexpr int server_patience = 5;
constexpr int short_server_patience = 3;
const Configuration silent{.server_tcp_retries = server_patience};
const Configuration short_silent{.client = quick_keepalives, .server_tcp_retries = short_server_patience};

}  // namespace

const std::vector<Fault>& faults()
{
    static const std::vector<Fault> all{
        {.name = "ssh killed", .inflict = kill_ssh},
        {.name = "ssh stopped", .inflict = stop_ssh},
        {.name = "server process killed", .inflict = kill_sessions},
        {.name = "server process stopped",
         .inflict = stop_sessions,
         .short_configuration = {.client = quick_keepalives},
         .leaves_session = true,
         .session_stays = true},
        {.name = "sshd down 5 s",
         .length = seconds(5),
         .short_length = seconds(3),
         .inflict = take_sshd_down},
        {.name = "server refusing 60 s",
         .length = seconds(60),
         .short_length = seconds(4),
         .inflict = take_sshd_down},
        {.name = "link down 10 s",
         .length = seconds(10),
         .short_length = seconds(3),
         .inflict = take_link_down,
         .leaves_session = true},
        {.name = "client address changed",
         .inflict = change_address,
         .configuration = silent,
         .short_configuration = short_silent,
         .leaves_session = true},
        {.name = "path state lost",
         .inflict = forget_flows,
         .configuration = silent,
         .short_configuration = short_silent,
         .leaves_session = true},
        {.name = "black hole 30 s",
         .length = seconds(30),
         .short_length = seconds(4),
         .inflict = cut,
         .configuration = silent,
         .short_configuration = short_silent,
         .leaves_session = true},
        {.name = "black hole 90 s",
         .length = seconds(90),
         .short_length = seconds(8),
         .inflict = cut,
         .configuration = silent,
         .short_configuration = short_silent,
         .leaves_session = true},
        {.name = "stale remote listener 40 s",
         .length = seconds(40),
         .short_length = seconds(6),
         .inflict = leave_listener,
         .breaks = Breaks::remote,
         .leaves_session = true},
        {.name = "frozen 20 s, path state lost",
         .length = seconds(20),
         .short_length = seconds(6),
         .inflict = freeze,
         .configuration = silent,
         .short_configuration = short_silent,
         .leaves_session = true},
        {.name = "30 % loss for 30 s",
         .length = seconds(30),
         .short_length = seconds(5),
         .inflict = lose_packets,
         .restart = Restart::is_false,
         .age = seconds(45)},  // there is a test of the connection within, after 60 s
        {.name = "latency spike 3 s",
         .length = seconds(3),
         .short_length = seconds(3),
         .inflict = hold_packets,
         .restart = Restart::is_false,
         .age = seconds(58)},
        {.name = "sshd stalled 60 s",
         .length = seconds(60),
         .short_length = seconds(25),  // longer than the silence that has a connection tested
         .inflict = stall_sshd,
         .restart = Restart::is_false},
        {.name = "stranger at the monitor port",
         .length = seconds(70),  // there is a test within
         .short_length = seconds(5),
         .inflict = send_stranger,
         .breaks = Breaks::nothing,
         .restart = Restart::is_false,
         .hits_monitor = true},
    };
    return all;
}

const Fault* find_fault(const std::string& name)
{
    const auto found = std::find_if(faults().begin(), faults().end(),
                                    [&](const Fault& fault) { return fault.name == name; });
    return found == faults().end() ? nullptr : &*found;
}

}  // namespace autossh_test::outage
