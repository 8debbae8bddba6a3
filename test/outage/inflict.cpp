#include "outage/inflict.hpp"

#include "autossh/system/tcp_table.hpp"
#include "outage/stranger.hpp"

#include <csignal>
#include <stdexcept>
#include <string>

namespace autossh_test::outage {
namespace {

using std::chrono::seconds;

/// The one that listens on the server beside sshd, the echo server and the forward.
unsigned short loop_port()
{
    for (const autossh::TcpSocket& socket : autossh::tcp_sockets()) {
        if (socket.state != autossh::TcpSocket::listen)
            continue;
        const auto port = static_cast<unsigned short>(
            std::stoul(socket.local.substr(socket.local.rfind(':') + 1), nullptr, 16));
        if (port != 22 && port != Lab::echo_port && port != Lab::forward_port)
            return port;
    }
    throw std::runtime_error("the monitor does not listen on the server");
}

}  // namespace

void kill_ssh(Scene& scene, seconds /*length*/)
{
    scene.supervisor.signal_ssh(SIGKILL);
}

void stop_ssh(Scene& scene, seconds /*length*/)
{
    scene.supervisor.signal_ssh(SIGSTOP);
}

void kill_sessions(Scene& scene, seconds /*length*/)
{
    scene.lab.sshd().signal_sessions(SIGKILL);
}

void stop_sessions(Scene& scene, seconds /*length*/)
{
    scene.lab.sshd().signal_sessions(SIGSTOP);
}

void take_sshd_down(Scene& scene, seconds length)
{
    scene.lab.sshd().stop();
    scene.watch.pass(length);
    scene.lab.start_sshd();
}

void take_link_down(Scene& scene, seconds length)
{
    scene.lab.network().set_link(false);
    scene.watch.pass(length);
    scene.lab.network().set_link(true);
}

void change_address(Scene& scene, seconds /*length*/)
{
    scene.lab.network().change_client_address();
}

void forget_flows(Scene& scene, seconds /*length*/)
{
    scene.lab.relay().forget_flows();
}

void cut(Scene& scene, seconds length)
{
    scene.lab.relay().cut(true);
    scene.watch.pass(length);
    scene.lab.relay().cut(false);
}

void leave_listener(Scene& scene, seconds length)
{
    const auto old_sessions = scene.lab.sshd().sessions();
    scene.lab.relay().forget_flows();
    scene.supervisor.signal_ssh(SIGKILL);
    scene.watch.pass(length);
    for (const pid_t session : old_sessions)
        process_table::send(session, SIGKILL);
}

void freeze(Scene& scene, seconds length)
{
    const pid_t ssh = scene.supervisor.ssh();
    scene.supervisor.process().signal(SIGSTOP);
    process_table::send(ssh, SIGSTOP);
    scene.lab.relay().forget_flows();
    scene.watch.pass(length);
    process_table::send(ssh, SIGCONT);
    scene.supervisor.process().signal(SIGCONT);
}

void stall_sshd(Scene& scene, seconds length)
{
    scene.lab.sshd().signal_all(SIGSTOP);
    scene.watch.pass(length);
    scene.lab.sshd().signal_all(SIGCONT);
}

void lose_packets(Scene& scene, seconds length)
{
    scene.lab.relay().lose(30);
    scene.watch.pass(length);
    scene.lab.relay().lose(0);
}

void hold_packets(Scene& scene, seconds length)
{
    scene.lab.relay().hold(true);
    scene.watch.pass(length);
    scene.lab.relay().hold(false);
}

void send_stranger(Scene& scene, seconds length)
{
    const unsigned short given = scene.supervisor.contestant().monitor_port;
    const Inside inside(given != 0 ? scene.lab.network().client() : scene.lab.network().server());
    const Stranger stranger(given != 0 ? static_cast<unsigned short>(given + 1) : loop_port());
    scene.watch.pass(length);
}

}  // namespace autossh_test::outage
