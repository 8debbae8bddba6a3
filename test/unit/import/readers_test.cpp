// autosshctl(1), "Import": what is read from each kind of file.
#include "autossh/import/imported_table.hpp"
#include "autossh/import/kind.hpp"
#include "support/catch.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fnmatch.h>

using namespace autossh;

namespace {

/// A machine of files in memory.
struct ImportLab {
    std::map<std::string, std::string> files = {};

    ImportMachine machine() const
    {
        ImportMachine machine;
        machine.read = [this](const std::string& path) -> std::optional<std::string> {
            const auto found = files.find(path);
            return found == files.end() ? std::nullopt : std::optional(found->second);
        };
        machine.matching = [this](const std::string& pattern) {
            std::vector<std::string> paths;
            for (const auto& [path, text] : files)
                if (::fnmatch(pattern.c_str(), path.c_str(), FNM_PATHNAME) == 0)
                    paths.push_back(path);
            return paths;
        };
        machine.variable = [](std::string_view name) -> std::optional<std::string> {
            return name == "HOME" ? std::optional<std::string>("/home/me") : std::nullopt;
        };
        return machine;
    }

    /// The tables, and behind them the errors; comments only where they are asked for.
    std::string import(const std::string& path, const std::string& text, bool comments = false) const
    {
        const ImportSource source{path, text};
        const ImportKind* const kind = guessed_import_kind(source);
        if (kind == nullptr)
            return "no kind";
        Imported found = kind->read(source, machine());
        std::string result;
        std::set<std::string> taken;
        for (const ImportedTunnel& tunnel : found.tunnels) {
            const ImportedTable table = imported_table(tunnel, taken);
            result += table.text;
            if (!table.error.empty())
                found.errors.push_back(table.error);
        }
        if (!comments)
            result = without_comments(result);
        for (const std::string& error : found.errors)
            result += "error: " + error + "\n";
        return result;
    }

    static std::string without_comments(const std::string& text)
    {
        std::string result;
        for (std::size_t begin = 0; begin < text.size();) {
            const std::size_t end = text.find('\n', begin);
            if (text[begin] != '#')
                result += text.substr(begin, end - begin + 1);
            begin = end + 1;
        }
        return result;
    }
};

}  // namespace

TEST_CASE("autosshctl, import: a unit of systemd with its quotes, variables and drop-ins")
{
    ImportLab lab;
    lab.files["/etc/default/t"] = "OPTS=\"-N -p 2222\"\nAUTOSSH_POLL=60\n";
    lab.files["/etc/systemd/system/web.service.d/10.conf"] = "[Service]\nEnvironment=AUTOSSH_GATETIME=5\n";
    CHECK(lab.import("/etc/systemd/system/web.service",
                     "[Unit]\nExecStart=no\n[Service]\nUser=tunnel\n"
                     "Environment=\"AUTOSSH_GATETIME=0\" AUTOSSH_MAXSTART=3\n"
                     "EnvironmentFile=-/nowhere\nEnvironmentFile=/etc/default/t\n"
                     "ExecStartPre=/bin/true\n"
                     "ExecStart=/usr/bin/autossh -M 0 $OPTS -o \"ServerAliveInterval 30\" \\\n"
                     "# a comment between\n"
                     "  -R 2222:localhost:22 -i %h/.ssh/key ${TARGET} me@host\n",
                     true) ==
          "# from /etc/systemd/system/web.service\n"
          "# ExecStartPre= of the unit is not carried over\n"
          "# User=tunnel there: this belongs into the fleet of that user\n"
          "# to end it there: systemctl disable --now web.service\n"
          "[tunnel.web]\n"
          "autossh = \"-M 0 -N -p 2222 -o 'ServerAliveInterval 30' -R 2222:localhost:22 -i /root/.ssh/key '' "
          "me@host\"\n"
          "max-start = 3\ngate-time = 5\npoll = 60\n");
    CHECK(lab.import("/home/me/.config/systemd/user/x.service",
                     "[Service]\nExecStart=-/bin/sh -c 'exec autossh -N -L 1:a:2 -i %h/k h'\n", true) ==
          "# from /home/me/.config/systemd/user/x.service\n"
          "# to end it there: systemctl --user disable --now x.service\n"
          "[tunnel.x]\nhost = \"h\"\nlocal = [\"1:a:2\"]\noptions = \"-i /home/me/k\"\n");
}

TEST_CASE("autosshctl, import: a template of systemd needs its instance")
{
    ImportLab lab;
    lab.files["/etc/autossh/home.conf"] = "OPTIONS='-M 0 -N -L 1:a:2 h'\nAUTOSSH_POLL=30s\n";
    const std::string unit =
        "[Service]\nEnvironmentFile=/etc/autossh/%i.conf\nExecStart=/usr/bin/autossh $OPTIONS\n";
    CHECK(lab.import("/lib/systemd/system/autossh@home.service", unit) ==
          "[tunnel.home]\nhost = \"h\"\nlocal = [\"1:a:2\"]\nmonitor = 0\npoll = \"30s\"\n");
    CHECK(
        lab.import("/lib/systemd/system/autossh@.service", unit) ==
        "error: /lib/systemd/system/autossh@.service: %i stands for an instance of this template: name one, "
        "such as /lib/systemd/system/autossh@HOME.service\n");
    CHECK(lab.import("/lib/systemd/system/autossh@other.service", unit) ==
          "error: /lib/systemd/system/autossh@other.service: its EnvironmentFile /etc/autossh/other.conf "
          "cannot be read\n");
    CHECK(lab.import("/x/a.service", "[Service]\nExecStart=/usr/sbin/sshd -D\n") ==
          "error: /x/a.service: no ExecStart of it starts autossh\n");
    CHECK(lab.import("/x/a.service", "[Service]\nExecStart=/usr/bin/autossh -N %H\n")
              .find("what %H stands for only systemd knows") != std::string::npos);
}

TEST_CASE("autosshctl, import: the variables of a unit count as with systemd")
{
    ImportLab lab;
    lab.files["/etc/t"] = "AUTOSSH_POLL=60\n";
    lab.files["/etc/other"] = "AUTOSSH_POLL=5\n";
    lab.files["/etc/passwd"] = "root:x:0:0:root:/root:/bin/sh\nbob:x:7:7:Bob:/srv/bob:/bin/ksh\n";
    CHECK(lab.import("/x/a.service",
                     "[Service]\nEnvironmentFile=/etc/t\nEnvironment=AUTOSSH_POLL=1\n"
                     "ExecStart=/usr/bin/autossh -N h\n") == "[tunnel.a]\nhost = \"h\"\npoll = 60\n");
    CHECK(lab.import("/x/a.service", "[Service]\nEnvironmentFile=/etc/nowhere\nEnvironmentFile=\n"
                                     "EnvironmentFile=/etc/other\nExecStart=/usr/bin/autossh -N h\n") ==
          "[tunnel.a]\nhost = \"h\"\npoll = 5\n");
    const std::string users = "ExecStart=/usr/bin/autossh -N -i ${HOME}/k -l ${USER} -F %h/c h\n";
    for (const std::string user : {"bob", "7"})
        CHECK(lab.import("/x/a.service", "[Service]\nUser=" + user + "\n" + users) ==
              "[tunnel.a]\nhost = \"h\"\noptions = \"-i /srv/bob/k -l bob -F /root/c\"\n");
    CHECK(lab.import("/x/a.service", "[Service]\nUser=eve\n" + users) ==
          "error: /x/a.service: HOME of User=eve is not in /etc/passwd: write it out\n");
    CHECK(lab.import("/x/a.service",
                     "[Service]\nUser=bob\nWorkingDirectory=~\nExecStart=/bin/sh -c 'autossh -N -i k h'\n") ==
          "[tunnel.a]\nhost = \"h\"\noptions = \"-i /srv/bob/k\"\n");
    CHECK(lab.import("/x/a.service", "[Service]\nExecStart=/usr/bin/autossh -N -F c h\n") ==
          "[tunnel.a]\nhost = \"h\"\noptions = \"-F /c\"\n");
}

TEST_CASE("autosshctl, import: the drop-ins of a template, and of all places of systemd")
{
    ImportLab lab;
    lab.files["/etc/systemd/system/tun@.service.d/1.conf"] = "[Service]\nEnvironment=AUTOSSH_POLL=1\n";
    lab.files["/run/systemd/system/tun@a.service.d/2.conf"] = "[Service]\nEnvironment=AUTOSSH_GATETIME=2\n";
    lab.files["/usr/lib/systemd/system/tun@a.service.d/2.conf"] =
        "[Service]\nEnvironment=AUTOSSH_GATETIME=3\n";
    lab.files["/etc/systemd/system/service.d/3.conf"] = "[Service]\nEnvironment=AUTOSSH_MAXSTART=4\n";
    lab.files["/x/tun@.service.d/1.conf"] = "[Service]\nEnvironment=AUTOSSH_POLL=9\n";
    lab.files["/etc/systemd/system/tun-.service.d/1.conf"] = "[Service]\nEnvironment=AUTOSSH_POLL=8\n";
    const std::string unit = "[Service]\nExecStart=/usr/bin/autossh -N h\n";
    CHECK(lab.import("/usr/lib/systemd/system/tun@a.service", unit) ==
          "[tunnel.a]\nhost = \"h\"\npoll = 1\ngate-time = 2\nmax-start = 4\n");
    CHECK(lab.import("/x/tun@a.service", unit) == "[tunnel.a]\nhost = \"h\"\npoll = 9\n");
    CHECK(lab.import("/etc/systemd/system/tun-b.service", unit) ==
          "[tunnel.tun-b]\nhost = \"h\"\npoll = 8\nmax-start = 4\n");
    CHECK(lab.import("/x/esc@my\\x2dhost-a.service", "[Service]\nExecStart=/usr/bin/autossh -N -l %i %I\n") ==
          "[tunnel.my-host-a]\nhost = \"my-host/a\"\noptions = [\"-l\", 'my\\x2dhost-a']\n");
}

TEST_CASE("autosshctl, import: a crontab line by line")
{
    const ImportLab lab;
    const std::string crontab = "# autossh\nMAILTO=me\nAUTOSSH_POLL = \"60\"\nWHERE=h1\n"
                                "@reboot sleep 30; autossh -f -N -L 1:a:2 $WHERE\n"
                                "*/5 * * * * AUTOSSH_GATETIME=0 /usr/bin/autossh -M 0 -N h1 >/dev/null 2>&1\n"
                                "@daily /bin/backup\n"
                                "@reboot autossh h date +\\%s%input\n"
                                "@reboot autossh -N $ELSE\n";
    CHECK(lab.import("-", crontab) ==
          "[tunnel.h1]\nlocal = [\"1:a:2\"]\npoll = 60\n"
          "[tunnel.h1-2]\nhost = \"h1\"\nmonitor = 0\npoll = 60\ngate-time = 0\n"
          "[tunnel.h]\ncommand = \"date +%s\"\npoll = 60\nrestart = \"on-failure\"\n"
          "error: crontab:9: what $ELSE stands for only the shell knows: write it out\n");
    const std::string first = lab.import("-", crontab, true);
    CHECK(first.starts_with(
        "# from crontab:5\n"
        "# the line has other commands, which are not carried over\n"
        "# to end it there: take line 5 out of the crontab (crontab -e), and end the autossh "
        "that it has started\n"));
    CHECK(first.find("# \"h1\" is the name of another one\n") != std::string::npos);
    CHECK(lab.import("/etc/cron.d/tunnel", "@reboot tun autossh -N h\n", true)
              .find("# it ran as tun there: ") != std::string::npos);
    CHECK(lab.import("-", "@reboot ls # autossh\n") == "error: crontab: no line of it starts autossh\n");
}

TEST_CASE("autosshctl, import: a line of a crontab that is not understood is told with its number")
{
    const ImportLab lab;
    CHECK(lab.import("-", "@reboot autossh -N a\n/usr/bin/autossh -M 0 -N h\n* * * * * ip x autossh\n"
                          "* * 8 jan,feb mon-fri echo it's\n") ==
          "[tunnel.a]\n"
          "error: crontab:2: this line is not understood: no schedule of cron is at its begin\n"
          "error: crontab:3: a command with autossh in it is not understood: ip: write it out as autossh "
          "WORDS\n");
    CHECK(lab.import("-", "@daily true; cd /srv/x && autossh -N -i key h\n") ==
          "[tunnel.h]\noptions = \"-i /srv/x/key\"\n");
    for (const std::string line : {"* * * * * x", "*/5 1-3 1,2 jan sun x", "@reboot x", "0\t0 * * 7 x"})
        CHECK(has_schedule(line));
    for (const std::string line : {"* * * * *", "nohup env a b c d", "@reboot", "autossh -N h 1 2 3 4"})
        CHECK(!has_schedule(line));
}

TEST_CASE("autosshctl, import: a script of sh")
{
    const ImportLab lab;
    CHECK(
        lab.import("/home/me/start.sh",
                   "nohup env AUTOSSH_GATETIME=0 AUTOSSH_POLL=77 AUTOSSH_PORT=0 autossh -N -R 1:h:2 host &\n",
                   true) ==
        "# from /home/me/start.sh:1\n"
        "# to end it there: take line 1 out of /home/me/start.sh, and end the autossh that it has started\n"
        "[tunnel.host]\nremote = [\"1:h:2\"]\nmonitor = 0\ngate-time = 0\npoll = 77\n");
    CHECK(lab.import("/etc/rc.local", "#!/bin/sh -e\n# autossh\nexport AUTOSSH_POLL=60\n"
                                      "su - bob -c \"autossh -M 0 -N \\\n  h\"\n/usr/bin/autossh -N \\\n g\n"
                                      "exit 0\n") == "[tunnel.h]\nmonitor = 0\n[tunnel.g]\npoll = 60\n");
    CHECK(lab.import("/etc/init.d/tun",
                     "#! /bin/sh\nDAEMON=/usr/bin/autossh\nARGS=\"-M 0 -N h\"\n"
                     "[ -x \"$DAEMON\" ] || exit 0\n"
                     "do_start() {\n"
                     "  start-stop-daemon --start -q --exec $DAEMON --test && return 1\n"
                     "}\n"
                     "case \"$1\" in\n  start)\n"
                     "    start-stop-daemon --start --exec $DAEMON -- $ARGS\n    ;;\n"
                     "  stop)\n    start-stop-daemon --stop --exec $DAEMON\n    ;;\nesac\n")
              .starts_with("[tunnel.h]\nmonitor = 0\n"));
    CHECK(lab.import("-", "/usr/bin/autossh -M 0 -N a\ncat >x <<'EOF'\nExecStart=autossh\nEOF\n"
                          "ip x autossh\necho 'autossh\n") ==
          "[tunnel.a]\nmonitor = 0\n"
          "error: standard input:3: text that is written elsewhere is not read: import the file that it "
          "makes\n"
          "error: standard input:5: a command with autossh in it is not understood: ip: write it out as "
          "autossh WORDS\n"
          "error: standard input:6: a quote is left open\n");
    CHECK(lab.import("/x.sh", "#!/bin/sh\nls\n") == "error: /x.sh: no line of it starts autossh\n");
    CHECK(lab.import("/x", "#!/usr/bin/perl\nsystem 'autossh -N h';\n") == "no kind");
}

TEST_CASE("autosshctl, import: the file of a unit autossh@NAME")
{
    const ImportLab lab;
    CHECK(lab.import("/etc/autossh/home.conf",
                     "# x\nAUTOSSH_PORT=20000\nOPTIONS=\"-N -o 'A b' h\"\nSSH_AUTH_SOCK=/a\n", true) ==
          "# from /etc/autossh/home.conf\n"
          "# to end it there: systemctl disable --now autossh@home\n"
          "[tunnel.home]\nhost = \"h\"\noptions = [\"-o\", \"A b\"]\nmonitor = 20000\n"
          "environment = { SSH_AUTH_SOCK = \"/a\" }\n");
    CHECK(lab.import("/home/me/.config/autossh/x.conf", "OPTIONS=-N h\n", true)
              .find("# to end it there: systemctl --user disable --now autossh@x\n") != std::string::npos);
    CHECK(lab.import("/x/y.conf", "OPTIONS=\"-N 'h\"\n") ==
          "error: /x/y.conf: a quote in OPTIONS is left open\n");
}

TEST_CASE("autosshctl, import: hosts of ssh's configuration that have forwards")
{
    ImportLab lab;
    lab.files["/home/me/.ssh/more"] = "Host web\n  DynamicForward 1080\n";
    const std::string config =
        "Include more\nHost db other\n  LocalForward=5432 localhost:5432\n"
        "Host plain\n  User x\n"
        "Host tun-*\n  RemoteForward 1 a:2\nMatch user me\n  LocalForward 3 b:4\n"
        "Host db\n  LocalForward 7 a:8\nHost last *.org !x.org\n  LocalForward 7 a:8\n";
    CHECK(
        lab.import("/home/me/.ssh/config", config, true) ==
        "# from /home/me/.ssh/more:1\n# DynamicForward 1080\n[tunnel.web]\n"
        "# from /home/me/.ssh/config:2\n# LocalForward 5432 localhost:5432\n# LocalForward 7 "
        "a:8\n[tunnel.db]\n"
        "# from /home/me/.ssh/config:2\n# LocalForward 5432 localhost:5432\n[tunnel.other]\n"
        "# from /home/me/.ssh/config:12\n# LocalForward 7 a:8\n"
        "# the forwards are also for the pattern *.org: write a tunnel for each host of it\n[tunnel.last]\n"
        "error: /home/me/.ssh/config:6: its forwards are for the pattern tun-*: write a tunnel for each host "
        "that shall have them, or a range with hosts = \"PATTERN\"\n"
        "error: /home/me/.ssh/config:8: its forwards are for a Match: write a tunnel for each host that "
        "shall "
        "have them, or a range with hosts = \"PATTERN\"\n");
    CHECK(lab.import("/srv/ssh", "Host db\n LocalForward 1 a:2\n") ==
          "[tunnel.db]\noptions = \"-F /srv/ssh\"\n");
    CHECK(lab.import("/srv/ssh", "Host db\n") == "error: /srv/ssh: no Host of it has a forward\n");
}

TEST_CASE("autosshctl, import: services of docker compose")
{
    ImportLab lab;
    lab.files["/srv/.env"] = "RHOST=h.example\n";
    lab.files["/srv/e"] = "SSH_TUNNEL_PORT=2222\nSSH_PASSWORD=geheim\n";
    const std::string text = lab.import(
        "/srv/compose.yml",
        "services:\n"
        "  box:\n    image: docker.io/jnovack/autossh:2.0.1\n    env_file: e\n"
        "    environment:\n      - SSH_REMOTE_HOST=${RHOST}\n      - SSH_REMOTE_USER=${RUSER:-me}\n"
        "      - SSH_TARGET_HOST=10.0.0.1\n      - AUTOSSH_POLL=30\n"
        "    volumes:\n      - ./key:/id_rsa:ro\n"
        "  old:\n    image: jnovack/autossh\n    network_mode: host\n"
        "    environment: {SSH_HOSTNAME: h2, SSH_HOSTUSER: u, SSH_TUNNEL_REMOTE: 1, SSH_TUNNEL_HOST: t, "
        "SSH_TUNNEL_LOCAL: 2, SSH_MODE: -L, SSH_BIND_IP: 0.0.0.0}\n"
        "    volumes: [/k:/id_rsa, /kh:/known_hosts]\n"
        "  by-command:\n    image: alpine\n    command: [autossh, -M, \"0\", -N, -L, \"1:a:2\", h3]\n"
        "  www:\n    image: nginx\n",
        true);
    INFO(text);
    CHECK(ImportLab::without_comments(text) ==
          "[tunnel.box]\nhost = \"me@h.example\"\nremote = [\"127.0.0.1:2222:10.0.0.1:22\"]\n"
          "options = [\n    \"-i\", \"/srv/key\",\n    \"-o\", \"ServerAliveInterval=10\",\n"
          "    \"-o\", \"ServerAliveCountMax=3\",\n    \"-o\", \"ExitOnForwardFailure=yes\",\n    \"-p\", "
          "\"22\",\n]\n"
          "monitor = 0\npoll = 30\n"
          "[tunnel.old]\nhost = \"u@h2\"\nlocal = [\"0.0.0.0:1:t:2\"]\n"
          "options = [\n    \"-o\", \"StrictHostKeyChecking=yes\",\n    \"-o\", \"UserKnownHostsFile=/kh\",\n"
          "    \"-i\", \"/k\",\n    \"-o\", \"ServerAliveInterval=10\",\n    \"-o\", "
          "\"ServerAliveCountMax=3\",\n"
          "    \"-o\", \"ExitOnForwardFailure=yes\",\n    \"-p\", \"22\",\n]\n"
          "monitor = 0\n"
          "[tunnel.by-command]\nhost = \"h3\"\nlocal = [\"1:a:2\"]\nmonitor = 0\n");
    CHECK(text.find("geheim") == std::string::npos);
    CHECK(text.find("# variables of the container are left out: SSH_PASSWORD\n") != std::string::npos);
    CHECK(text.find("# the image takes any host key (StrictHostKeyChecking=no), which is not carried over") !=
          std::string::npos);
}

TEST_CASE("autosshctl, import: what of docker compose is not known is an error")
{
    const ImportLab lab;
    struct Row {
        std::string service, error;
    };
    const std::vector<Row> rows{
        {"image: jnovack/autossh\n", "SSH_REMOTE_HOST is not set"},
        {"image: jnovack/autossh\n    environment: {SSH_REMOTE_HOST: h, SSH_MODE: -L}\n",
         "SSH_TUNNEL_PORT is not set, and the image takes another port each time: write one"},
        {"image: jnovack/autossh\n    environment: [\"SSH_REMOTE_HOST=$NOWHERE\", \"SSH_MODE=-X\"]\n",
         "SSH_REMOTE_HOST is not set"},
        {"image: jnovack/autossh\n    environment: [\"SSH_REMOTE_HOST=h$NOWHERE\"]\n",
         "$NOWHERE is not set: set it, or write it out"},
        {"image: somebody/autossh-box\n", "what the image somebody/autossh-box runs is not known"},
    };
    for (const auto& [service, error] : rows) {
        CAPTURE(service);
        CHECK(lab.import("/srv/c.yml", "services:\n  a:\n    " + service) ==
              "error: /srv/c.yml:2: service a: " + error + "\n");
    }
    CHECK(lab.import("/srv/c.yml", "services:\n  a:\n    image: nginx\n") ==
          "error: /srv/c.yml: no service of it runs autossh\n");
}

TEST_CASE("autosshctl, import: the files of boring and tunneld")
{
    const ImportLab lab;
    CHECK(
        lab.import("/b.toml",
                   "keep_alive = 60\n"
                   "[[tunnels]]\nname = \"dev\"\nlocal = 9000\nremote = \"localhost:9000\"\nhost = "
                   "\"dev\"\ngroup = \"g\"\n"
                   "[[tunnels]]\nname = \"r\"\nmode = \"remote\"\nlocal = \"[::1]:9000\"\nremote = "
                   "\"9001\"\nhost = \"h\"\nuser = \"me\"\nport = 2222\nidentity = \"~/k\"\nkeep_alive = 0\n"
                   "[[tunnels]]\nname = \"s\"\nmode = \"socks\"\nlocal = \"1080\"\nhost = \"h\"\n"
                   "[[tunnels]]\nname = \"t\"\nmode = \"socks-remote\"\nremote = \"1080\"\nhost = \"h\"\n"
                   "[[tunnels]]\nname = \"bad\"\nlocal = \"1\"\nhost = \"h\"\n") ==
        "[tunnel.dev]\nlocal = [\"9000:localhost:9000\"]\noptions = \"-o ServerAliveInterval=60\"\n"
        "groups = [\"g\"]\n"
        "[tunnel.r]\nhost = \"me@h\"\nremote = [\"9001:[::1]:9000\"]\n"
        "options = [\"-p\", \"2222\", \"-i\", \"~/k\", \"-o\", \"ServerAliveInterval=0\"]\n"
        "[tunnel.s]\nhost = \"h\"\ndynamic = [\"1080\"]\noptions = \"-o ServerAliveInterval=60\"\n"
        "[tunnel.t]\nhost = \"h\"\nremote = [\"1080\"]\noptions = \"-o ServerAliveInterval=60\"\n"
        "error: /b.toml:28: \"local\" or \"remote\" is missing\n");
    CHECK(lab.import("/t.toml",
                     "[defaults]\nkeep_alive = 30\n"
                     "[[tunnels]]\nname = \"p\"\nhost = \"h\"\nenabled = false\nssh_options = [\"A=b\"]\n"
                     "forwards = [{ label = \"db\", local = 5432, remote = 5432 }]\n"
                     "proxy = [{ local = 1080 }]\n"
                     "remote_forwards = [{ local = 8080, remote = 18080 }]\n",
                     true) ==
          "# from /t.toml:3\n"
          "# to end it there: tunneld down p, and take it out of tunneld's file\n"
          "[tunnel.p]\nhost = \"h\"\nlocal = { db = \"5432:localhost:5432\" }\n"
          "remote = [\"18080:localhost:8080\"]\ndynamic = [\"1080\"]\n"
          "options = \"-o ExitOnForwardFailure=yes -o ServerAliveInterval=30 -o A=b\"\nenabled = false\n");
    CHECK(lab.import("/b.toml", "[[tunnels]]\n[[\n").starts_with("error: /b.toml:2:"));
}

TEST_CASE("autosshctl, import: the kind of a file is seen by its name or its text")
{
    struct Row {
        std::string path, text, kind;
    };
    const std::vector<Row> rows{
        {"/a/x.service", "", "unit"},
        {"/a/x", "[Service]\n", "unit"},
        {"/a/x.yaml", "", "compose"},
        {"-", "version: 3\nservices:\n", "compose"},
        {"/a/.boring.toml", "", "boring"},
        {"/a/x.toml", "[[tunnels]]\n", "boring"},
        {"/a/tunneld.toml", "", "tunneld"},
        {"-", "[[tunnels]]\nforwards = []\n", "tunneld"},
        {"/a/config", "host db\n", "ssh-config"},
        {"/a/x.conf", "OPTIONS=x\n", "conf"},
        {"-", "@reboot autossh h\n", "crontab"},
        {"-", "# 1 2 3 4 5 autossh\nautossh h\n", "script"},
        {"/a/x", "#!/bin/bash\nhost=x\n", "script"},
        {"/a/x.sh", "", "script"},
        {"/a/x", "#!/usr/bin/python3\n# autossh\n", "none"},
        {"-", "nothing", "none"},
    };
    for (const auto& [path, text, kind] : rows) {
        CAPTURE(path, text);
        const ImportKind* const found = guessed_import_kind({path, text});
        CHECK((found == nullptr ? "none" : std::string(found->name)) == kind);
    }
}
