// autosshctl(1), "Import": what is printed starts the same tunnel.
#include "autossh/import/imported_table.hpp"

#include "autossh/settings/command_line.hpp"
#include "autossh/settings/fleet.hpp"
#include "support/catch.hpp"
#include "support/process/process.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <set>
#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

using ImportWords = std::vector<std::string>;

ImportedTable table_of_words(const ImportWords& words, const ImportedVariables& environment = {})
{
    std::set<std::string> taken;
    ImportedTunnel tunnel{.source = "test"};
    tunnel.words = words;
    tunnel.environment = environment;
    return imported_table(tunnel, taken);
}

/// Without its comments.
std::string keys_in(const ImportedTable& table)
{
    std::string keys;
    for (std::size_t begin = 0; begin < table.text.size();) {
        const std::size_t end = table.text.find('\n', begin);
        if (table.text[begin] != '#')
            keys += table.text.substr(begin, end - begin + 1);
        begin = end + 1;
    }
    return keys;
}

/// What the real ssh says that it would do with these words.
std::string ssh_says(const ImportWords& words)
{
    ProcessOptions options;
    options.arguments = {"ssh", "-G"};
    options.arguments.insert(options.arguments.end(), words.begin(), words.end());
    const Process ssh(options);
    REQUIRE(ssh.wait_for_exit());
    INFO(ssh.errors());
    CHECK(ssh.exit_result() == exited(0));
    return ssh.output();
}

ImportWords without_program(const Command& command)
{
    return {command.arguments.begin() + 1, command.arguments.end()};
}

}  // namespace

TEST_CASE("autosshctl, import: the real ssh does the same with the words of the table")
{
    const std::vector<ImportWords> lines{
        {"-M", "0", "-N", "-L", "8080:web:80", "host"},
        {"-M", "20000", "-fN", "-R", "2222:localhost:22", "me@host"},
        {"-M", "20000:7", "-NT", "-D1080", "host"},
        {"-M0", "-NTfC4", "-L", "8080:web:80", "-p2222", "-l", "me", "host"},
        {"-fNL", "8080:web:80", "host"},
        {"-N", "-L", "[::1]:8080:[2001:db8::1]:80", "host"},
        {"-N", "-L", "/tmp/a.sock:/tmp/b.sock", "-R", "/tmp/c:localhost:22", "host"},
        {"-N", "-R", "1080", "-R", "*:8081:web:80", "-L", ":9:web:80", "host"},
        {"-N", "-o", "ServerAliveInterval 30", "-o", "ServerAliveCountMax=3", "host"},
        {"-N", "-o", "ProxyCommand=nc \"%h\" '%p' | cat \\", "host"},
        {"-N", "-o", "SetEnv=A={{b}}", "-o", "HostName=%h.example", "host"},
        {"-N", "-b", "127.0.0.1", "-c", "aes128-ctr", "-E", "/tmp/log", "-e", "none", "host"},
        {"-N", "-F", "/dev/null", "-I", "/usr/lib/p.so", "-i", "/a b/key", "-i", "~/k", "host"},
        {"-N", "-J", "me@jump:22,other", "-m", "hmac-sha2-256", "-S", "/tmp/%C", "host"},
        {"-N", "-w", "0:1", "-B", "lo", "-O", "check", "host"},
        {"-A", "-a", "-g", "-K", "-k", "-q", "-v", "-X", "-x", "-Y", "-y", "-6", "-n", "-N", "host"},
        {"-W", "web:80", "host"},
        {"-N", "host", "-p", "2222", "-L", "1:b:2"},
        {"-N", "ssh://me@host:2222"},
        {"-t", "host", "screen", "-dr", "my screen"},
        {"host", "tail", "-f", "/var/log/x"},
        {"host", "echo '{a}' \"$b\" \\c"},
        {"-s", "host", "sftp"},
        {"-N", "host", "a", "command"},
        {"host"},
        {"--poll=30s", "-M", "0", "--", "-N", "host"},
        {"-N", "-o", "User=\xc3\xa9t\xc3\xa9", "host"},
        {"-N", "-o", "ProxyCommand=nc\t%h %p", "host"},
    };
    for (const ImportWords& words : lines) {
        CAPTURE(words);
        Settings settings;
        read_command_line(words, settings);
        const ImportedTable table = table_of_words(words);
        INFO(table.text);
        REQUIRE(table.error.empty());
        const FleetPlan plan = read_fleet_text(table.text);
        REQUIRE(plan.errors.text().empty());
        REQUIRE(plan.tunnels.size() == 1);
        const TunnelSettings& made = plan.tunnels.front().settings.tunnel;
        CHECK(ssh_says(without_program(made.ssh)) == ssh_says(without_program(settings.tunnel.ssh)));
        CHECK(made.monitor == settings.tunnel.monitor);
        CHECK(made.auto_monitor == settings.tunnel.auto_monitor);
    }
}

TEST_CASE("autosshctl, import: each word has the key that is easiest to read")
{
    struct Row {
        ImportWords words;
        ImportedVariables environment;
        std::string keys;
    };
    const std::vector<Row> rows{
        {{"-N", "db"}, {}, "[tunnel.db]\n"},
        {{"-M", "0", "-fNT", "-L", "1:a:2", "-L3:b:4", "me@web"},
         {},
         "[tunnel.web]\nhost = \"me@web\"\nlocal = [\"1:a:2\", \"3:b:4\"]\noptions = \"-T\"\nmonitor = 0\n"},
        {{"-N", "-o", "A b", "h.example.org"},
         {},
         "[tunnel.\"h.example.org\"]\noptions = [\"-o\", \"A b\"]\n"},
        {{"-M", "1:2", "-N", "h"}, {{"AUTOSSH_PORT", "30000"}}, "[tunnel.h]\nmonitor = 30000\n"},
        {{"-N", "h"},
         {{"AUTOSSH_POLL", "30"}, {"AUTOSSH_FIRST", "x"}, {"AUTOSSH_GATETIME", "0x10"}},
         "[tunnel.h]\npoll = 30\ngate-time = \"0x10\"\n"},
        {{"--max-start=3", "--exit-on", "refused", "-N", "h"},
         {{"AUTOSSH_MAXSTART", "9"}, {"AUTOSSH_MESSAGE", "m"}, {"AUTOSSH_PATH", "/x/ssh"}},
         "[tunnel.h]\nmax-start = 3\nmessage = \"m\"\nssh = \"/x/ssh\"\nexit-on = \"refused\"\n"},
        {{"h", "uptime", "-p"}, {}, "[tunnel.h]\ncommand = \"uptime -p\"\nrestart = \"on-failure\"\n"},
        {{"h", "uptime"},
         {{"AUTOSSH_RESTART", "never"}},
         "[tunnel.h]\ncommand = \"uptime\"\nrestart = \"never\"\n"},
        {{"h"}, {{"AUTOSSH_NTSERVICE", "yes"}}, "[tunnel.h]\n"},
        {{"h"}, {}, "[tunnel.h]\nautossh = \"h\"\nrestart = \"on-failure\"\n"},
        {{"--pid-file=/x", "h"}, {}, "[tunnel.h]\nautossh = \"-- h\"\nrestart = \"on-failure\"\n"},
        {{"-N", "h", "x"}, {{"AUTOSSH_PORT", "0"}}, "[tunnel.h]\nautossh = \"'--port=0' -N h x\"\n"},
        {{"-N", "h"}, {{"SSH_AUTH_SOCK", "/a"}}, "[tunnel.h]\nenvironment = { SSH_AUTH_SOCK = \"/a\" }\n"},
        {{"--plain", "-M", "0", "--share=/s", "-N", "h"}, {{"AUTOSSH_PLAIN", "no"}}, ""},
        {{"--name=box", "-N", "h"}, {}, "[tunnel.box]\nhost = \"h\"\n"},
    };
    for (const auto& [words, environment, keys] : rows) {
        CAPTURE(words);
        CHECK(keys_in(table_of_words(words, environment)) == keys);
    }
}

TEST_CASE("autosshctl, import: what has no place in a fleet is named")
{
    const std::string text =
        table_of_words({"--log-file=/l", "--secret-prompt", "-N", "h"}, {{"AUTOSSH_PIDFILE", "/p"},
                                                                         {"AUTOSSH_FIRST", "1"},
                                                                         {"SSHPASS", "geheim"},
                                                                         {"DB_PASSWORD", "geheim"}})
            .text;
    for (const std::string line :
         {"# AUTOSSH_PIDFILE is left out, as it is of the whole process: see --pid-file of autossh --fleet\n",
          "# --log-file is left out, as it is of the whole process: see --log-file of autossh --fleet\n",
          "# AUTOSSH_FIRST is no variable of autossh's, and is left out\n",
          "# SSHPASS is not carried over, as it may be secret: ", "# DB_PASSWORD is not carried over",
          "# --secret-prompt is left out, as nobody is at the terminal of a fleet: "}) {
        CAPTURE(text, line);
        CHECK(text.find(line) != std::string::npos);
    }
    CHECK(text.find("geheim") == std::string::npos);
}

TEST_CASE("autosshctl, import: words that keep no tunnel are a mistake with its place")
{
    struct Row {
        ImportWords words;
        ImportedVariables environment;
        std::string error;
    };
    const std::vector<Row> rows{
        {{}, {}, "test: no destination is given"},
        {{"-Z", "h"}, {}, "test: invalid option -- 'Z'"},
        {{"-L"}, {}, "test: option requires an argument -- 'L'"},
        {{"-M", "70000", "-N", "h"}, {}, "test: monitor port (70000) out of range"},
        {{"-N", "h"}, {{"AUTOSSH_POLL", "soon"}}, "test: poll: invalid poll time \"soon\""},
        {{"-V"}, {}, "test: the words ask a question, and keep no tunnel"},
        {{"-N", "\xff"}, {}, "test: \"\\xff\" is not UTF-8, and cannot stand in a file of TOML"},
    };
    for (const auto& [words, environment, error] : rows) {
        CAPTURE(words);
        CHECK(table_of_words(words, environment).error == error);
    }
}

TEST_CASE("autosshctl, import: relative paths are those of the place where it was started")
{
    std::set<std::string> taken;
    ImportedTunnel tunnel{.source = "test"};
    tunnel.directory = "/srv/x";
    tunnel.words = {"-N", "-i", "key", "-F", "../c", "-E", "~/log", "-i", "%d/k", "h"};
    tunnel.environment = {{"AUTOSSH_PATH", "bin/ssh"}, {"AUTOSSH_SECRETFILE", "pass"}};
    CHECK(keys_in(imported_table(tunnel, taken)) ==
          "[tunnel.h]\n"
          "options = [\"-i\", \"/srv/x/key\", \"-F\", \"/srv/c\", \"-E\", \"~/log\", \"-i\", \"%d/k\"]\n"
          "ssh = \"/srv/x/bin/ssh\"\n"
          "secret-file = \"/srv/x/pass\"\n");
}

TEST_CASE("autosshctl, import: each relative path is made absolute, or named")
{
    std::set<std::string> taken;
    ImportedTunnel tunnel{.source = "test"};
    tunnel.directory = "/srv/x";
    tunnel.words = {"-N",
                    "-S",
                    "ctl",
                    "-o",
                    "IdentityFile=rel/key",
                    "-o",
                    "UserKnownHostsFile ./kh",
                    "-o",
                    "ControlPath=none",
                    "-o",
                    "IdentityAgent=SSH_AUTH_SOCK",
                    "-L",
                    "./s.sock:web:80",
                    "-L",
                    "1:web:2",
                    "-R",
                    "/tmp/r:./t.sock",
                    "-o",
                    "UserKnownHostsFile=/a b",
                    "h"};
    const ImportedTable table = imported_table(tunnel, taken);
    CHECK(keys_in(table) ==
          "[tunnel.h]\n"
          "local = [\"/srv/x/s.sock:web:80\", \"1:web:2\"]\n"
          "remote = [\"/tmp/r:/srv/x/t.sock\"]\n"
          "options = [\n    \"-S\", \"/srv/x/ctl\",\n    \"-o\", \"IdentityFile=/srv/x/rel/key\",\n"
          "    \"-o\", \"UserKnownHostsFile /srv/x/kh\",\n    \"-o\", \"ControlPath=none\",\n"
          "    \"-o\", \"IdentityAgent=SSH_AUTH_SOCK\",\n    \"-o\", \"UserKnownHostsFile=/a b\",\n]\n");
    CHECK(table.text.find("# -o UserKnownHostsFile=/a b is relative to where it was started, ") !=
          std::string::npos);
    tunnel.directory.clear();
    const std::string text = imported_table(tunnel, taken).text;
    for (const std::string word : {"-S ctl", "-o IdentityFile=rel/key", "-o UserKnownHostsFile ./kh",
                                   "-L ./s.sock:web:80", "-R /tmp/r:./t.sock"})
        CHECK(text.find("# " + word +
                        " is relative to where it was started, which is not known: write it out\n") !=
              std::string::npos);
    CHECK(text.find("# -L 1:") == std::string::npos);
    CHECK(text.find("# -o Control") == std::string::npos);
}

TEST_CASE("autosshctl, import: by which name a hub has known it is told")
{
    const std::string line =
        "# a hub has known it by the node name of its machine, and knows a tunnel of a fleet by "
        "its own: message = \"NODENAME\" keeps the old one\n";
    CHECK(table_of_words({"-M", "20000:7700", "-N", "h"}).text.find(line) != std::string::npos);
    CHECK(table_of_words({"-N", "h"}, {{"AUTOSSH_PORT", "20000:7700"}}).text.find(line) != std::string::npos);
    CHECK(table_of_words({"-M", "20000", "-N", "h"}).text.find("a hub") == std::string::npos);
    CHECK(table_of_words({"-M", "20000:7700", "-N", "h"}, {{"AUTOSSH_MESSAGE", "m"}}).text.find("a hub") ==
          std::string::npos);
}

TEST_CASE("autosshctl, import: a name is valid, and nobody else's")
{
    struct Row {
        std::string wanted, name;
    };
    const std::vector<Row> rows{
        {"web", "web"},       {"a b/c", "a-b-c"},
        {"--x--", "x"},       {"::1", "1"},
        {"...", "tunnel"},    {"", "tunnel"},
        {"taken", "taken-3"}, {std::string(80, 'x'), std::string(64, 'x')},
    };
    for (const auto& [wanted, name] : rows)
        CHECK(imported_name(wanted, {"taken", "taken-2"}) == name);
    CHECK(host_of_destination("me@web") == "web");
    CHECK(host_of_destination("ssh://me@web:2222") == "web");
    CHECK(host_of_destination("ssh://[::1]:22") == "::1");
    CHECK(host_of_destination("a@b@c") == "c");
}
