// Manual, "Network changes and sleep": with client and server in networks of their own.
#include "e2e/support/giving_up.hpp"
#include "e2e/support/networks.hpp"
#include "e2e/support/waits.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <fstream>
#include <optional>
#include <stdexcept>

#include <ifaddrs.h>
#include <net/if.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// A server in a network of its own, and autossh.
class Scene {
public:
    explicit Scene(const std::vector<std::string>& options)
    {
        on_server([this] {
            sshd_.emplace();
            sshd_->configure_server(
                fmt::format("ListenAddress {}:{}", Networks::server_address, sshd_->port()));
        });
        sshd_->configure_client(std::string("HostName ") + Networks::server_address);
        autossh_.emplace(*sshd_, options, default_times());
        hears("]: up: ");
    }

    const LogFile& log() const { return autossh_->log(); }
    const Autossh& autossh() const { return *autossh_; }
    Sshd& sshd() { return *sshd_; }
    void on_server(const std::function<void()>& body) { networks_.on_server(body); }

    void hears(const std::string& words, int times = 1) const
    {
        must(log().wait_for(words, times), words + "\n" + log().text());
    }
    void has(int times, const std::string& words) const
    {
        must(log().count(words) == times, fmt::format("{} times {}\n{}", times, words, log().text()));
    }
    void end()
    {
        must(autossh_->end() == exited(1), "the end of autossh");
        sshd_->stop();
        must(wait_until([] { return living_processes().empty(); }), "nothing is left");
    }

private:
    Networks networks_;
    std::optional<Sshd> sshd_;
    std::optional<Autossh> autossh_;
};

/// From here on, this process and what it starts see another /etc/hosts.
void show_hosts(const std::string& file)
{
    must(unshare(CLONE_NEWNS) == 0 && mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
             mount(file.c_str(), "/etc/hosts", nullptr, MS_BIND, nullptr) == 0,
         "a hosts file of our own");
}

void play(
    const std::vector<std::string>& options, const std::function<void(Scene&)>& body,
    const std::function<void()>& prepare = [] {})
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(geteuid() == 0, "without root there is no sshd in another network");
    const auto outcome = in_network_namespace([&]() -> std::string {
        prepare();
        Scene scene(options);
        body(scene);
        scene.end();
        return "as it must be";
    });
    SKIP_UNLESS(outcome, "network namespaces are not permitted here");
    CHECK(*outcome == "as it must be");
}

bool has_carrier(const std::string& name)
{
    ifaddrs* first = nullptr;
    if (getifaddrs(&first) < 0)
        throw std::runtime_error("getifaddrs");
    bool running = false;
    for (const ifaddrs* entry = first; entry != nullptr; entry = entry->ifa_next)
        running = running || (entry->ifa_name == name && (entry->ifa_flags & IFF_RUNNING) != 0);
    freeifaddrs(first);
    return running;
}

constexpr const char* no_way = "; trying again when there is a way to the server\n";
constexpr const char* suspect_without_address =
    "]: suspect: the connection's address here is gone, and there is no other way to the server\n";
constexpr const char* any_start = "]: starting ssh (count ";

}  // namespace

TEST_CASE("Network: an ssh whose address here is gone is replaced when another one leads to the server")
{
    play({"-N"}, [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        ip(fmt::format("addr del {}/24 dev here", Networks::client_address));
        scene.hears(suspect_without_address);
        scene.has(0, "restarting ssh");

        ip("addr add 192.0.2.3/24 dev here");
        scene.hears("]: our address is gone, restarting ssh\n");
        scene.hears("]: up again after ");
        scene.has(1, "]: down after ");
        scene.has(1,
                  ": the network has changed: the connection's address here is gone; trying again at once\n");
        must(state_of(ssh) == '-', "the old ssh has ended");
        scene.has(2, any_start);
    });
}

TEST_CASE("Network: an address that is gone for a moment costs no session where tests have passed")
{
    play({"-N"}, [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        const int passed = scene.log().count("]: connection ok\n");
        ip(fmt::format("addr del {}/24 dev here", Networks::client_address));
        scene.hears(suspect_without_address);
        ip(fmt::format("addr add {}/24 dev here", Networks::client_address));
        scene.hears("]: connection ok\n", passed + 1);
        scene.hears("]: up: the connection test came back in ", 2);
        must(scene.log().ssh_pid() == ssh, "one ssh");
        scene.has(1, any_start);
        scene.has(1, suspect_without_address);
    });
}

TEST_CASE("Network: without tests an ssh whose address here is gone is ended at once")
{
    play(tunnel({}), [](Scene& scene) {
        ip(fmt::format("addr del {}/24 dev here", Networks::client_address));
        scene.hears("]: our address is gone, restarting ssh\n");
        scene.hears("]: down after ");
        scene.has(1,
                  std::string(": the network has changed: the connection's address here is gone") + no_way);
        ip("addr add 192.0.2.3/24 dev here");
        scene.hears("]: up again after ");
        scene.has(2, any_start);
    });
}

TEST_CASE("Network: another address that comes or goes leaves ssh alone")
{
    play({"-N"}, [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        scene.hears("]: connection ok\n");
        ip("addr add 192.0.2.3/24 dev here");
        scene.hears("]: connection ok\n", 2);  // long before the poll time is over
        ip("addr del 192.0.2.3/24 dev here");
        scene.hears("]: connection ok\n", 3);
        must(scene.log().ssh_pid() == ssh, "one ssh");
        scene.has(0, "restarting ssh");
        scene.has(0, "]: suspect: ");
    });
}

TEST_CASE("Network: while the link is down no start is made, and one is when it is up again")
{
    play(tunnel({}), [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        ip("link set here down");
        process_table::send(ssh, SIGKILL);
        scene.hears(no_way);
        // Changes that do not matter.
        ip("addr add 127.0.0.9/32 dev lo");
        ip("link add other type veth peer name another");
        ip("link set other up");
        ip("link del other");
        scene.has(1, any_start);

        ip("link set here up");
        scene.hears("]: up again after ");
        scene.has(2, any_start);
        scene.has(1, no_way);
    });
}

TEST_CASE("Network: what ssh refuses before it connects is tried again without a way, too")
{
    const auto outcome = in_network_namespace([]() -> std::string {
        const LogFile log;
        const Process autossh({.arguments = {tested_autossh(), "-M", "0", "-N", "-o", "Bogus=1", "192.0.2.1"},
                               .changes = quick(log, {{"AUTOSSH_GATETIME", "0"}})});
        must(log.wait_for(any_start, 2), log.text());
        must(log.count(no_way) == 0, log.text());
        autossh.signal(SIGTERM);
        must(autossh.wait_until_nothing_left(), "nothing is left");
        return "as it must be";
    });
    SKIP_UNLESS(outcome, "network namespaces are not permitted here");
    CHECK(*outcome == "as it must be");
}

TEST_CASE("Network: while the cable is out no start is made but one that is asked for")
{
    play(tunnel({}), [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        scene.on_server([] { ip("link set there down"); });
        must(wait_until([] { return !has_carrier("here"); }), "the carrier is lost");
        process_table::send(ssh, SIGKILL);
        scene.hears(no_way);
        scene.has(1, any_start);
        scene.autossh().process().signal(SIGHUP);
        scene.hears(any_start, 2);
        scene.autossh().process().signal(SIGUSR1);  // or ssh would wait for an answer
        scene.hears(no_way, 2);

        scene.on_server([] { ip("link set there up"); });
        scene.hears("]: up again after ");
        scene.has(3, any_start);
    });
}

TEST_CASE("Network: another way to the server ends a wait, and what does not lead there does not")
{
    play(tunnel({}), [](Scene& scene) {
        scene.sshd().stop();
        must(lengthen_wait(scene.autossh()), "a wait\n" + scene.log().text());
        const int before = starts(scene.autossh());
        for (int times = 0; times < 3; ++times) {  // as containers come and go
            ip("link add other type veth peer name another");
            ip("addr add 198.51.100.7/24 dev other");
            ip("link set other up");
            ip("link set another up");
            ip("route add 203.0.113.0/24 dev other");
            ip("link del other");
        }
        ip("addr add 192.0.2.3/24 dev here");
        must(starts(scene.autossh()) == before, "none of these leads to the server");
        ip(fmt::format("route add {}/32 dev here src 192.0.2.3", Networks::server_address));
        scene.hears(any_start, before + 1);
        scene.on_server([&] { scene.sshd().start(); });
        scene.hears("]: up again after ");
    });
}

TEST_CASE("Network: where the server's name was not found, any change ends the wait")
{
    const TemporaryDirectory directory;
    const std::string hosts = directory / "hosts";
    const auto write_hosts = [&](const std::string& name) {
        std::ofstream(hosts) << "127.0.0.1 localhost\n" << Networks::server_address << " " << name << "\n";
    };
    write_hosts("gw.test");
    play(
        tunnel({"-o", "HostName=gw.test"}),
        [&](Scene& scene) {
            write_hosts("another.test");
            process_table::send(scene.log().ssh_pid(), SIGKILL);
            must(lengthen_wait(scene.autossh()), "a wait\n" + scene.log().text());
            const int before = starts(scene.autossh());
            write_hosts("gw.test");
            ip("link add other type veth peer name another");
            ip("addr add 198.51.100.7/24 dev other");
            ip("link set other up");
            scene.hears("]: up again after ");
            scene.has(before + 1, any_start);
        },
        [&] { show_hosts(hosts); });
}

TEST_CASE("Network: after a change a dead connection is found at once")
{
    play({"-N"}, [](Scene& scene) {
        const pid_t ssh = scene.log().ssh_pid();
        scene.hears("]: connection ok\n");
        scene.sshd().signal_sessions(SIGSTOP);
        ip("addr add 192.0.2.3/24 dev here");
        scene.hears("]: suspect: a connection test failed: ");
        scene.hears("]: port down, restarting ssh\n");
        scene.hears("]: up again after ");
        scene.hears(fmt::format("]: ssh ({}), whose place was taken, has ended\n", ssh));
        must(state_of(ssh) == '-', "the old ssh has ended");
        scene.has(2, any_start);
        scene.sshd().signal_sessions(SIGCONT);
    });
}
