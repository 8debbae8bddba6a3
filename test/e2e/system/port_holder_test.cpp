// Manual, "Diagnostics": who has a local port.
#include "e2e/support/secrets.hpp"
#include "support/machine/ports.hpp"

#include <filesystem>

using namespace autossh_test;

namespace {

bool has_ipv6_loopback()
{
    const std::string addresses = "\n" + read_file("/proc/net/if_inet6");
    return addresses.find("\n00000000000000000000000000000001") != std::string::npos;
}

}  // namespace

TEST_CASE("Local port in use on one of two addresses: our own ssh, which has the other, is not blamed")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(has_ipv6_loopback(), "::1 is not there");
    Sshd sshd(Sshd::Loopback::own);
    const unsigned short port = free_port_pair();
    const std::filesystem::path holder = sshd.directory() / "holder";
    std::filesystem::create_directory(holder);
    write_file(holder / "script", "forward ok; sleep\n");
    // Who has the port is found behind ssh in the list of processes.
    const std::string ssh = script_file(sshd, "ssh",
                                        fmt::format("case $1 in -G) exec /usr/bin/ssh \"$@\" ;; esac\n"
                                                    "FAKE_SSH_DIR={0} {1} -L {2}:127.0.0.1:9 host &\n"
                                                    "until [ -s {0}/starts ]; do sleep 0.05; done\n"
                                                    "exec /usr/bin/ssh \"$@\"\n",
                                                    holder.string(), FAKE_SSH_PATH, port));
    const Autossh autossh(sshd, {"-M", "0", "-N", "-L", forwarding(port, 9)},
                          {{"AUTOSSH_PATH", ssh}, {"AUTOSSH_PLAIN", "no"}});
    REQUIRE(autossh.log().wait_for("]: degraded: "));
    const std::string text = autossh.log().text();
    const std::string told = fmt::format("local port {} is in use (on 127.0.0.1), held by pid ", port);
    const auto at = text.find(told);
    REQUIRE(at != std::string::npos);
    CHECK(text.substr(at, text.find('\n', at) - at).ends_with(" (fake_ssh)"));
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
