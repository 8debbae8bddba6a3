// Manual, "Causes and remedies": faults as people meet them, the first line and the remedy that each gets,
// and that the remedy, carried out, brings the tunnel up.
#include "e2e/support/autossh.hpp"
#include "e2e/support/server.hpp"
#include "support/machine/ports.hpp"

#include <chrono>
#include <csignal>
#include <filesystem>
#include <functional>
#include <sstream>

#include <fmt/format.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr std::size_t longest_told_cause = 100;
constexpr std::size_t longest_told_remedy = 120;
constexpr std::chrono::milliseconds long_enough = std::chrono::minutes(1);

/// In `cause` and `remedy`, {key} is the key's file, {port} sshd's port, {to} the port that is forwarded and
/// {dir} the directory of it all.
struct Fault {
    std::string name;
    std::function<void(Sshd&, unsigned short to)> make;
    std::vector<std::string> options;
    std::string cause;
    std::string remedy;
    std::function<void(Sshd&, unsigned short to)>
        mend;  ///< as the remedy says; nothing: it takes other options
};

std::string filled(std::string text, const Sshd& sshd, unsigned short to)
{
    const std::pair<std::string, std::string> values[] = {
        {"{key}", (sshd.directory() / "user_key").string()},
        {"{dir}", sshd.directory().string()},
        {"{port}", std::to_string(sshd.port())},
        {"{to}", std::to_string(to)},
    };
    for (const auto& [name, value] : values)
        for (auto at = text.find(name); at != std::string::npos; at = text.find(name))
            text.replace(at, name.size(), value);
    return text;
}

void give_key_options(Sshd& sshd, const std::string& options)
{
    const std::string file = sshd.directory() / "user_key.pub";
    const std::string key = read_file(file);
    write_file(file, options + (options.empty() ? "" : " ") + key.substr(key.find("ssh-ed25519")));
}

void take_away(Sshd& sshd, const std::string& file)
{
    std::filesystem::rename(sshd.directory() / file, sshd.directory() / (file + ".away"));
}

void bring_back(Sshd& sshd, const std::string& file)
{
    std::filesystem::rename(sshd.directory() / (file + ".away"), sshd.directory() / file);
}

void set_server(Sshd& sshd, const std::string& before, const std::string& after)
{
    const std::string file = sshd.directory() / "sshd_config";
    const std::string text = read_file(file);
    REQUIRE(text.starts_with(before));
    write_file(file, after + text.substr(before.size()));
    sshd.stop();
    sshd.start();
}

const std::vector<std::string> remote{"-R", "127.0.0.1:{to}:127.0.0.1:{port}"};

const Fault faults[] = {
    {"the server forbids forwarding",
     [](Sshd& sshd, unsigned short) { sshd.configure_server("AllowTcpForwarding no"); }, remote,
     "the server refuses to listen on port {to}: 127.0.0.1 forbids forwarding",
     "set AllowTcpForwarding yes and DisableForwarding no in its sshd_config, and reload sshd",
     [](Sshd& sshd, unsigned short) {
         set_server(sshd, "AllowTcpForwarding no", "AllowTcpForwarding yes\nDisableForwarding no");
     }},
    {"the key may not forward", [](Sshd& sshd, unsigned short) { give_key_options(sshd, "restrict"); },
     remote, "the server refuses to listen on port {to}: our key may not forward",
     "add port-forwarding to the options of our key in {key}.pub:1 there",
     [](Sshd& sshd, unsigned short) { give_key_options(sshd, "restrict,port-forwarding"); }},
    {"permitlisten of the key",
     [](Sshd& sshd, unsigned short) { give_key_options(sshd, "permitlisten=\"1\""); }, remote,
     "the server refuses to listen on port {to}: permitlisten of our key leaves it out",
     "add permitlisten=\"{to}\" to the options of our key in {key}.pub:1 there",
     [](Sshd& sshd, unsigned short to) {
         give_key_options(sshd, fmt::format("permitlisten=\"1\",permitlisten=\"{}\"", to));
     }},
    {"PermitListen", [](Sshd& sshd, unsigned short) { sshd.configure_server("PermitListen 1"); }, remote,
     "the server refuses to listen on port {to}: PermitListen leaves it out",
     "add {to} to PermitListen in its sshd_config, and reload sshd",
     [](Sshd& sshd, unsigned short to) {
         set_server(sshd, "PermitListen 1", fmt::format("PermitListen 1 {}", to));
     }},
    {"the key is not accepted",
     [](Sshd& sshd, unsigned short) { take_away(sshd, "user_key.pub"); },
     {},
     "127.0.0.1 does not accept the key {key} for root",
     "ssh-copy-id -i {key} -p {port} root@127.0.0.1; or correct the user name root",
     [](Sshd& sshd, unsigned short) { bring_back(sshd, "user_key.pub"); }},
    {"the key is missing",
     [](Sshd& sshd, unsigned short) { take_away(sshd, "user_key"); },
     {"-i", "{key}", "-o", "IdentityFile=none"},
     "no key was offered: {key}: No such file or directory",
     "name a key file that exists: -i FILE",
     [](Sshd& sshd, unsigned short) { bring_back(sshd, "user_key"); }},
    {"the key can be read by others",
     [](Sshd& sshd, unsigned short) {
         std::filesystem::permissions(sshd.directory() / "user_key", std::filesystem::perms{0644});
     },
     {},
     "permissions 0644 of key {key} are too open",
     "chmod 600 {key}",
     [](Sshd& sshd, unsigned short) {
         std::filesystem::permissions(sshd.directory() / "user_key", std::filesystem::perms{0600});
     }},
    {"the public part of the key",
     [](Sshd& sshd, unsigned short) { take_away(sshd, "user_key"); },
     {"-i", "{key}.pub"},
     "{key}.pub is the public part of a key",
     "name the private part: -i {key}",
     [](Sshd& sshd, unsigned short) { bring_back(sshd, "user_key"); }},
    {"only a password lets in",
     [](Sshd& sshd, unsigned short) {
         sshd.configure_server("PubkeyAuthentication no\nPasswordAuthentication yes\n"
                               "KbdInteractiveAuthentication no");
     },
     {},
     "127.0.0.1 wants the password of root, and none was given",
     "--secret-file FILE, with the password of root@127.0.0.1 in it",
     nullptr},
    {"a second factor",
     [](Sshd& sshd, unsigned short) {
         sshd.configure_server("AuthenticationMethods publickey,password\nPasswordAuthentication yes");
     },
     {},
     "127.0.0.1 wants a second factor from root (password), and none was given",
     "--secret-file FILE, or --secret-command for a code that changes, or start with -f at a terminal",
     nullptr},
    {"the host key is not known",
     [](Sshd& sshd, unsigned short) {
         take_away(sshd, "known_hosts");
         write_file(sshd.directory() / "known_hosts", "");
     },
     {"-o", "StrictHostKeyChecking=yes"},
     "host key of \"server\" is not known",
     "run its ssh by hand, with its -F and -o; accept the key if its administrator confirms the fingerprint",
     [](Sshd& sshd, unsigned short) { bring_back(sshd, "known_hosts"); }},
    {"the host key has changed",
     [](Sshd& sshd, unsigned short) {
         const auto file = sshd.directory() / "known_hosts";
         const std::string known = read_file(file);
         write_file(file,
                    known.substr(0, known.find(' ')) + " " + read_file(sshd.directory() / "user_key.pub"));
     },
     {},
     "host key of \"server\" has changed",
     "ssh-keygen -f {dir}/known_hosts -R 'server', if its administrator confirms the change",
     [](Sshd& sshd, unsigned short) {
         const auto file = sshd.directory() / "known_hosts";
         run({"ssh-keygen", "-q", "-f", file, "-R", "server"});
         CHECK(read_file(file).empty());
         write_file(file, "server " + read_file(sshd.directory() / "host_key.pub"));
     }},
    {"no sshd runs",
     [](Sshd& sshd, unsigned short) { sshd.stop(); },
     {},
     "connection refused by 127.0.0.1 port {port}",
     "start sshd on 127.0.0.1, or name the port that it has: -p PORT",
     [](Sshd& sshd, unsigned short) { sshd.start(); }},
    {"a ProxyCommand without its program",
     [](Sshd&, unsigned short) {},
     {"-o", "ProxyCommand={dir}/proxy"},
     "ProxyCommand: there is no program {dir}/proxy",
     "install {dir}/proxy, or correct ProxyCommand",
     [](Sshd& sshd, unsigned short) {
         const auto proxy = sshd.directory() / "proxy";
         write_file(proxy, fmt::format("#!/bin/bash\nexec 3<>/dev/tcp/127.0.0.1/{}\ncat <&3 & cat >&3\n",
                                       sshd.port()));
         std::filesystem::permissions(proxy, std::filesystem::perms{0700});
     }},
    {"an option that is no option",
     [](Sshd& sshd, unsigned short) { sshd.configure_client("ServerAliveIntervall 3"); },
     {},
     "{dir}/ssh_config: line 2: bad option serveraliveintervall",
     "correct it, or take it out; ssh -G HOST shows it, too",
     [](Sshd& sshd, unsigned short) {
         const std::string text = read_file(sshd.client_config());
         const std::string bad = "ServerAliveIntervall 3\n";
         write_file(sshd.client_config(), "Host server\n" + text.substr(text.find(bad) + bad.size()));
     }},
};

/// The line before `at`, without those that ssh has written.
std::string line_before(const std::vector<std::string>& lines, std::size_t at)
{
    while (at-- > 0)
        if (lines.at(at).find("]: ssh[") == std::string::npos)
            return lines.at(at);
    return "";
}

std::vector<std::string> lines_in(const std::string& text)
{
    std::vector<std::string> lines;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

}  // namespace

TEST_CASE("Diagnostics: each fault has its cause in one line, and in the next what helps, which does")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(getuid() == 0, "the faults are told to root");
    const Fault& fault = faults[GENERATE(range(std::size_t{0}, std::size(faults)))];
    CAPTURE(fault.name);
    Sshd sshd;
    sshd.configure_client("ExitOnForwardFailure no");
    const unsigned short to = free_port_pair();
    fault.make(sshd, to);
    std::vector<std::string> options{"-M", "0", "-N"};
    for (const std::string& option : fault.options)
        options.push_back(filled(option, sshd, to));
    const Autossh autossh(sshd, options, {{"AUTOSSH_POLL", ""}, {"AUTOSSH_LOGLEVEL", ""}});

    const std::string cause = filled(fault.cause, sshd, to);
    const std::string remedy = filled("remedy: " + fault.remedy, sshd, to);
    CHECK(autossh.log().wait_for("]: remedy: ", 1, long_enough));
    INFO(autossh.log().text());
    REQUIRE(autossh.log().wait_for("]: " + remedy + "\n"));
    const auto lines = lines_in(autossh.log().text());
    const auto told = std::ranges::find_if(
        lines, [&](const std::string& line) { return line.find("]: remedy: ") != std::string::npos; });
    REQUIRE(told->ends_with("]: " + remedy));
    CHECK(line_before(lines, static_cast<std::size_t>(told - lines.begin())).find(": " + cause) !=
          std::string::npos);
    CHECK(cause.size() -
              (fault.cause.find("{key}") == std::string::npos ? 0 : sshd.directory().string().size()) <=
          longest_told_cause);
    CHECK(fault.remedy.size() <= longest_told_remedy);
    if (fault.mend) {
        fault.mend(sshd, to);
        CHECK(autossh.process().signal(SIGHUP));
        // One that comes while ssh runs does not mean the next wait.
        CHECK(wait_until(
            [&] { return autossh.log().count("]: up: ") > 0 || (autossh.process().signal(SIGHUP), false); },
            long_enough, std::chrono::milliseconds(500)));
    }
    CHECK(autossh.end());
    check_nothing_left(sshd);
}

TEST_CASE("Diagnostics: a command of the key's that ends the session at once is named")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    give_key_options(sshd, "command=\"true\"");
    const std::string forward = forwarding(free_port_pair(), sshd.port());
    const Autossh autossh(sshd, {"-M", "0", "-T", "-L", forward}, default_times("30"));
    CHECK(autossh.process().wait_for_exit() == exited(1));
    CHECK(autossh.log().wait_for(": command= of our key on 127.0.0.1 has ended the session"));
    CHECK(autossh.log().count("]: remedy: add -N for forwards alone; ") == 1);
    const Autossh mended(sshd, {"-M", "0", "-N", "-L", forward}, default_times("30"));
    CHECK(mended.log().wait_for("]: up: "));
    CHECK(mended.end());
    check_nothing_left(sshd);
}
