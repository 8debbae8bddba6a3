#include "autossh/system/network_watch.hpp"

#include "autossh/base/time.hpp"
#include "autossh/system/route.hpp"
#include "support/machine/network_namespace.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/skip.hpp"
#include "support/waiting.hpp"
#include "unit/system/addresses.hpp"

#include <optional>
#include <string>

#include <boost/asio/io_context.hpp>
#include <fmt/core.h>

#ifdef __linux__
#include <cerrno>
#include <cstddef>

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#endif

using namespace autossh;
using namespace std::chrono_literals;
using autossh_test::generous;
using autossh_test::in_network_namespace;
using autossh_test::ip;
using autossh_test::no_namespaces;
using autossh_test::plug_in;

namespace {

/// A watch, and what it has told.
class Watched {
public:
    Watched() { so_far(); }  // what has happened before may still be told

    /// "changed" when the watch says so, "event" when it only has an event to tell.
    std::string after(const std::string& words)
    {
        ip(words);
        return so_far();
    }

    /// Runs until the events have ceased.
    std::string so_far()
    {
        settle();
        const char* const answer = changes_ > 0 ? "changed " : events_ > 0 ? "event " : "nothing ";
        events_ = changes_ = 0;
        return answer;
    }

    /// Runs until a change is told, however late.
    std::string next_change()
    {
        const Time end = Clock::now() + generous;
        while (changes_ == 0 && Clock::now() < end)
            run_for(10ms);
        return so_far();
    }

    NetworkWatch& watch() { return watch_; }

private:
    void run_for(Duration time)
    {
        io_.restart();
        io_.run_for(time);
    }
    void settle()
    {
        for (int before = -1; before != events_;) {
            before = events_;
            run_for(300ms);
        }
    }

    boost::asio::io_context io_{1};
    int events_ = 0;
    int changes_ = 0;
    NetworkWatch watch_{io_.get_executor(), [this] { ++events_; }, [this] { ++changes_; }};
};

}  // namespace

TEST_CASE("Network changes: an address, a switch, a carrier and a route are told when they come and go")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        Watched network;
        std::string told = network.watch().works() ? "" : "deaf ";
        for (const char* words :
             {"addr add 192.0.2.2/24 dev here", "addr del 192.0.2.2/24 dev here", "link set here down",
              "link set here up", "link set there down", "link set there up",
              "route add default via 192.0.2.254", "route replace default via 192.0.2.253",
              "route del default", "route add 198.51.100.0/24 via 192.0.2.254", "link del here"})
            told += network.after(words);
        return told;
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen ==
          "changed changed changed changed changed changed changed changed changed changed changed ");
}

TEST_CASE("Network changes: what does not matter is no change")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        Watched network;
        std::string told;
        for (const char* words :
             {"link add box type veth peer name outside", "link set box up", "link set outside up",
              "addr add fe80::77/64 dev box nodad", "link set here mtu 1400", "link del box",
              "route add 224.0.0.0/4 dev here", "route replace 224.0.0.0/4 dev here",
              "route add local 198.51.100.1 dev here",
              "neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev here", "addr add 127.0.0.2/32 dev lo"})
            told += network.after(words) == "changed " ? std::string(words) + "; " : "";
        return told;
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "");
}

TEST_CASE("Network changes: events that cancel each other out within a moment are no change")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        Watched network;
        ip("addr add 192.0.2.2/24 dev here");
        ip("addr del 192.0.2.2/24 dev here");
        return network.so_far();
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "event ");
}

TEST_CASE("Network changes: an IPv6 route that is refreshed is no change, another gateway is one")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        ip("addr add 2001:db8::1/64 dev here nodad");
        Watched network;
        std::string told;
        for (const char* way : {"fe expires 1000", "fe expires 2000", "fe expires 3000", "fd expires 3000"})
            told += network.after(std::string("-6 route replace default proto ra via 2001:db8::") + way);
        return told;
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "changed nothing nothing changed ");
}

TEST_CASE("Network changes: an IPv6 address is told when it can be used")
{
    const auto seen = in_network_namespace([] {
        ip("link set here up");
        ip("link set there up");
        Watched network;
        const auto usable = [] {
            return network_state()->some_interface_is_running() ? "usable " : "not yet ";
        };
        ip("addr add 2001:db8::1/64 dev here");
        std::string told = usable();
        told += network.next_change();
        return told + usable();
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "not yet changed usable ");
}

TEST_CASE("Network changes: more events than the system keeps for us are a change, and the watch goes on")
{
    const autossh_test::TemporaryDirectory directory;
    std::string lines;
    for (const char* what : {"add", "del"})
        for (int i = 0; i < 1000; ++i)
            lines += fmt::format("addr {} 10.0.{}.{}/32 dev here\n", what, i / 250, i % 250);
    autossh_test::write_file(directory / "batch", lines);
    const auto seen = in_network_namespace([&] {
        plug_in();
        Watched network;
        std::string told = network.after("-batch " + (directory / "batch").string());
        told += network.so_far();
        told += network.after("addr add 192.0.2.2/24 dev here");
        return told;
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "changed nothing changed ");
}

TEST_CASE("Network changes: a watch may be dropped at any time, also by what it calls")
{
    const auto seen = in_network_namespace([] {
        plug_in();
        boost::asio::io_context io{1};
        std::optional<NetworkWatch> watch;
        int events = 0;
        const auto count = [&] { ++events; };
        const auto drop = [&] { watch.reset(); };
        const auto run = [&](const auto& on_event, const auto& on_change) {
            watch.emplace(io.get_executor(), on_event, on_change);
            ip("addr add 192.0.2.2/24 dev here");
            io.restart();
            io.run_for(generous);  // returns at once when nothing is left to wait for
            ip("addr del 192.0.2.2/24 dev here");
            return watch ? "kept " : "dropped ";
        };
        std::string told = run(drop, count);
        told += run(count, drop);

        watch.emplace(io.get_executor(), count, count);
        events = 0;
        ip("addr add 192.0.2.2/24 dev here");
        io.restart();
        while (events == 0)
            io.run_one();
        ip("addr del 192.0.2.2/24 dev here");
        watch.reset();
        io.run_for(generous);
        return told + std::to_string(events);
    });
    SKIP_UNLESS(seen, no_namespaces);
    CHECK(*seen == "dropped dropped 1");
}

#ifdef __linux__
TEST_CASE("Network changes: in a sandbox without rtnetlink nothing is told, and a way is taken for granted")
{
    const auto seen = in_network_namespace([] {
        // As systemd's RestrictAddressFamilies= does it.
        sock_filter program[] = {
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, __NR_socket, 0, 3),
            BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, args)),
            BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
            BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
        };
        const sock_fprog filter{.len = std::size(program), .filter = program};
        if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
            ::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &filter) < 0)
            return std::string("no seccomp");
        boost::asio::io_context io{1};
        const NetworkWatch watch(
            io.get_executor(), [] {}, [] {});
        std::string told = watch.works() ? "works " : "deaf ";
        told += network_state() ? "seen " : "unseen ";
        told += has_address(address("192.0.2.1")) ? "ours " : "gone ";
        told += has_route({.host = "server.example", .port = 22}) ? "way " : "none ";
        return told + (has_route({.host = "192.0.2.1", .port = 22}) ? "way" : "none");
    });
    SKIP_UNLESS(seen && *seen != "no seccomp", "network namespaces or seccomp are not permitted here");
    CHECK(*seen == "deaf unseen ours way none");
}
#endif
