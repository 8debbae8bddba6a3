// autossh-hub(7), "Limits of a hub", "The account" and "FILES".
#include "autossh/hub/box_file.hpp"
#include "autossh/hub/box_probes.hpp"
#include "autossh/hub/connection_limits.hpp"
#include "autossh/hub/peer_account.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <string>

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

/// Both ends of a connection on loopback.
struct LoopbackPair {
    explicit LoopbackPair(int family)
    {
        const int listener = ::socket(family, SOCK_STREAM, 0);
        sockaddr_storage address{};
        address.ss_family = static_cast<sa_family_t>(family);
        if (family == AF_INET)
            reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        else
            reinterpret_cast<sockaddr_in6&>(address).sin6_addr = in6addr_loopback;
        socklen_t size = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
        is_open = ::bind(listener, reinterpret_cast<sockaddr*>(&address), size) == 0 &&
                  ::listen(listener, 1) == 0 &&
                  ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) == 0;
        client = ::socket(family, SOCK_STREAM, 0);
        is_open = is_open && ::connect(client, reinterpret_cast<sockaddr*>(&address), size) == 0;
        server = is_open ? ::accept(listener, nullptr, nullptr) : -1;
        ::close(listener);
    }
    ~LoopbackPair()
    {
        ::close(client);
        ::close(server);
    }
    LoopbackPair(const LoopbackPair&) = delete;
    LoopbackPair& operator=(const LoopbackPair&) = delete;

    int client = -1;
    int server = -1;
    bool is_open = false;
};

}  // namespace

TEST_CASE("The account: that of the process at the other end of a port is known, until it closes")
{
    for (const int family : {AF_INET, AF_INET6}) {
        LoopbackPair pair(family);
        if (family == AF_INET6 && !pair.is_open)
            continue;  // a machine without IPv6
        REQUIRE(pair.is_open);
        CHECK(account_of_peer(pair.server) == ::geteuid());
        ::shutdown(pair.client, SHUT_WR);
        CHECK(account_of_peer(pair.server) == ::geteuid());
        ::close(pair.client);
        pair.client = -1;
        // The system would tell it as root's now.
        CHECK_FALSE(account_of_peer(pair.server));
    }
    int ends[2];
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == 0);
    CHECK(account_of_peer(ends[0]) == ::geteuid());
    ::close(ends[0]);
    ::close(ends[1]);
    CHECK(account_name(0) == "root");
    CHECK(account_uid("root") == 0U);
    CHECK(account_name(4294967000U) == "4294967000");
    CHECK(account_uid("4294967000") == 4294967000U);
    CHECK_FALSE(account_uid("no such account"));
    CHECK_FALSE(account_uid(""));
}

TEST_CASE("Limits of a hub: so many connections at once, in all and of one account")
{
    using Verdict = ConnectionLimits::Verdict;
    ConnectionLimits limits;
    for (std::size_t i = 0; i < ConnectionLimits::most_of_one; ++i)
        CHECK(limits.enter(5U) == Verdict::welcome);
    CHECK(limits.enter(5U) == Verdict::too_many_of_one);
    CHECK(limits.enter(std::nullopt) == Verdict::welcome);
    limits.leave(5U);
    CHECK(limits.enter(5U) == Verdict::welcome);
    uid_t account = 100;
    while (limits.size() < ConnectionLimits::most_of_all)
        CHECK(limits.enter(++account) == Verdict::welcome);
    CHECK(limits.enter(7U) == Verdict::too_many);
    CHECK(limits.who_gives_way(Verdict::too_many, 7U) == 5U);  // it has most
    CHECK(limits.who_gives_way(Verdict::too_many, 5U) == 5U);
    CHECK(limits.who_gives_way(Verdict::too_many_of_one, 7U) == 7U);
    limits.leave(7U);  // it never came in
    CHECK(limits.size() == ConnectionLimits::most_of_all);
    limits.leave(101U);
    CHECK(limits.enter(7U) == Verdict::welcome);
}

TEST_CASE("Files of a hub: boxes are read as they were written, and what is no list of boxes is told")
{
    const TemporaryDirectory place;
    const BoxFile file(place / "a/b");
    CHECK(file.read().boxes.empty());
    CHECK(file.read().complaint.empty());
    HubFacts hub;
    hub.boxes.push_back({.name = "n\xff\"1", .state = "lost", .health = "down"});
    hub.boxes.push_back({.name = "n2", .state = "alive", .health = "up"});
    hub.boxes.back().last_seen = WallTime(std::chrono::hours(500'000));
    hub.boxes.back().reached = false;
    CHECK(file.write(hub).empty());
    const auto kept = file.read();
    REQUIRE(kept.boxes.size() == 2);
    CHECK(kept.boxes[1] == hub.boxes[1]);
    CHECK_FALSE(::access((place / "a/b/hub.json.new").c_str(), F_OK) == 0);
    write_file(file.path(), "{\"boxes\":[{\"name\":");
    CHECK(file.read().complaint == file.path() + " is no list of boxes");
    CHECK(BoxFile(place / "a/b/hub.json").write(hub).ends_with("hub.json is no directory"));
    CHECK_FALSE(BoxFile("").write(hub).empty());
}

TEST_CASE("Files of a hub: where others can write, or another has the directory, nothing is read or kept")
{
    const TemporaryDirectory place;
    const BoxFile file(place / "s");
    HubFacts hub;
    hub.boxes.push_back({.name = "n1", .state = "alive", .health = "up"});
    CHECK(file.write(hub).empty());
    // What somebody may have left there before is replaced, and no link is followed.
    write_file(place / "precious", "mine");
    REQUIRE(::symlink((place / "precious").c_str(), (file.path() + ".new").c_str()) == 0);
    CHECK(file.write(hub).empty());
    CHECK(read_file(place / "precious") == "mine");
    CHECK(file.read().boxes.size() == 1);

    const BoxFile taken(place / "s", "another has it");
    CHECK(taken.write(hub) == "another has it");
    CHECK(taken.read().complaint == "another has it");
    CHECK(taken.read().boxes.empty());

    ::chmod(file.path().c_str(), 0666);
    CHECK(file.read().complaint == file.path() + " is no file that only we can write");
    ::chmod(file.path().c_str(), 0600);
    if (::geteuid() == 0) {
        REQUIRE(::chown(file.path().c_str(), 65534, 65534) == 0);
        CHECK(file.read().complaint == file.path() + " belongs to uid 65534");
        REQUIRE(::chown(file.path().c_str(), 0, 0) == 0);
    }
    ::chmod((place / "s").c_str(), 0777);
    const std::string open_to_all = (place / "s").string() + " can be written by others (mode 0777)";
    CHECK(file.write(hub).starts_with(open_to_all));
    CHECK(file.read().complaint.starts_with(open_to_all));
    ::chmod((place / "s").c_str(), 0700);
    CHECK(file.read().boxes.size() == 1);
}

TEST_CASE("Probes: the banner of an ssh server may have other lines before it")
{
    CHECK(has_ssh_banner("SSH-2.0-OpenSSH_9.2\r\n"));
    CHECK(has_ssh_banner("hello\r\nSSH-2.0-x"));
    CHECK_FALSE(has_ssh_banner("SSH"));
    CHECK_FALSE(has_ssh_banner("hello SSH-2.0"));
    CHECK_FALSE(has_ssh_banner(""));
}
