// Manual, "How ssh is started": who looks for the ssh of a tunnel by the user's words finds it.
#include "e2e/support/autossh.hpp"
#include "support/machine/ports.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

using Words = std::vector<std::string>;

/// The reference's ssh with the same words, as `ps` shows it, up to the destination; empty where the
/// reference is not installed.
std::string shown_of_reference(const Sshd& sshd, const Words& options)
{
    if (access(REFERENCE, X_OK) != 0)
        return "";
    Words words = command_line(sshd, options);
    words.front() = REFERENCE;
    const Process reference({.arguments = words});
    std::string found;
    CHECK(wait_until([&] {
        for (const process_table::Entry& entry : reference.family())
            if (entry.pid != reference.pid() && entry.command.starts_with("/usr/bin/ssh "))
                found = entry.command;
        return !found.empty();
    }));
    reference.signal(SIGTERM);
    CHECK(reference.wait_until_nothing_left());
    return found.substr(0, found.rfind(" server"));
}

}  // namespace

TEST_CASE("How ssh is started: a search for the words that find 1.4g's ssh finds ours")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd(Sshd::Loopback::own);
    const std::string forward = forwarding(free_port_pair(), 22);
    for (const Words& options :
         {Words{"-M", "0", "-N", "-R", forward},
          Words{"-M", "0", "-NTR" + forward, "-o", "ServerAliveInterval=30", "-o", "ServerAliveCountMax=3"},
          Words{"-M", "0", "-N", "-o", "ExitOnForwardFailure=yes", "-L", forward},
          Words{"-M", std::to_string(free_port_pair()), "-N", "-L", forward}}) {
        CAPTURE(options);
        const std::string expected = shown_of_reference(sshd, options);
        const Autossh autossh(sshd, options, default_times());
        REQUIRE(autossh.log().wait_for("]: up: "));
        const std::string ours = fmt::format("{}", fmt::join(command_line_of(autossh.log().ssh_pid()), " "));
        CHECK(ours.starts_with(expected));
        CHECK(ours.ends_with(" server"));
        CHECK(autossh.end() == exited(1));
    }
    // Without -M the way of the connection test is among them, and not in front.
    const Autossh autossh(sshd, {"-N", "-R", forward}, default_times());
    REQUIRE(autossh.log().wait_for("]: up: "));
    const Words words = command_line_of(autossh.log().ssh_pid());
    CHECK(Words(words.begin() + 1, words.begin() + 4) == Words{"-N", "-R", forward});
    CHECK(words.back() == "server");
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
