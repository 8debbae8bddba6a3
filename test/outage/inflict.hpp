#pragma once

#include "outage/faults.hpp"

#include <chrono>

/// How each fault is done. Each returns when it is over.
namespace autossh_test::outage {

void kill_ssh(Scene& scene, std::chrono::seconds length);
void stop_ssh(Scene& scene, std::chrono::seconds length);
void kill_sessions(Scene& scene, std::chrono::seconds length);
void stop_sessions(Scene& scene, std::chrono::seconds length);  ///< for good
/// The sessions and the listener, which go on then.
void stall_sshd(Scene& scene, std::chrono::seconds length);
void take_sshd_down(Scene& scene, std::chrono::seconds length);
void take_link_down(Scene& scene, std::chrono::seconds length);
void change_address(Scene& scene, std::chrono::seconds length);
void forget_flows(Scene& scene, std::chrono::seconds length);
void cut(Scene& scene, std::chrono::seconds length);
/// ssh dies and the server does not hear of it.
void leave_listener(Scene& scene, std::chrono::seconds length);
/// Supervisor and ssh, as a freezer does it, or the suspend of a machine; path state is lost meanwhile.
void freeze(Scene& scene, std::chrono::seconds length);
void lose_packets(Scene& scene, std::chrono::seconds length);
void hold_packets(Scene& scene, std::chrono::seconds length);
/// Hammers the port where the answer to a test comes in: on the client with `-M PORT`, else on the server.
void send_stranger(Scene& scene, std::chrono::seconds length);

}  // namespace autossh_test::outage
