#include "autossh/settings/command_line.hpp"

#include "autossh/settings/ssh_letters.hpp"
#include "autossh/settings/usage.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

using Words = std::vector<std::string>;

struct Result {
    Action action = Action::run;
    Settings settings;
    Words words;        // what ssh gets, without argv[0]
    std::string error;  // "usage" for one without a message
};

Result parse(const Words& arguments, Settings settings = {})
{
    Result result;
    result.settings = std::move(settings);
    try {
        result.action = read_command_line(arguments, result.settings);
        const Words& argv = result.settings.tunnel.ssh.arguments;
        if (!argv.empty())
            result.words.assign(argv.begin() + 1, argv.end());
    } catch (const ConfigError& error) {
        result.error = *error.what() == '\0' ? "usage" : error.what();
    }
    return result;
}

Settings with_port(const std::string& port)
{
    Settings settings;
    settings.port = port;
    return settings;
}

Words loop(int port)
{
    const std::string p = std::to_string(port);
    return {"-L", p + ":127.0.0.1:" + p, "-R", p + ":127.0.0.1:" + std::to_string(port + 1)};
}

Words operator+(Words left, const Words& right)
{
    left.insert(left.end(), right.begin(), right.end());
    return left;
}

const std::string with_value = "BbcDEeFIiJLlmOoPpQRSWw";
const std::string flags = "1246AaCGgKkNnqsTtvXxYy";

}  // namespace

TEST_CASE("Command line: every option letter of ssh is known, and no other")
{
    for (int letter = 0; letter < 128; ++letter) {
        CAPTURE(letter);
        const char c = static_cast<char>(letter);
        const bool value = letter != 0 && with_value.find(c) != std::string::npos;
        const bool flag = letter != 0 && (flags + "f").find(c) != std::string::npos;
        const SshOption expected =
            value ? SshOption::takes_value : (flag ? SshOption::flag : SshOption::unknown);
        CHECK((ssh_option(c) == expected));
    }
}

TEST_CASE("Command line: ssh's options are passed on, attached, detached and in clusters")
{
    for (const char letter : with_value) {
        const std::string option = std::string("-") + letter;
        CAPTURE(option);
        CHECK(parse({"-M0", option + "val", "h"}).words == Words{option + "val", "h"});
        CHECK(parse({"-M0", option, "val", "h"}).words == Words{option, "val", "h"});
        CHECK(parse({"-M0", option, "-f", "h"}).words == Words{option, "-f", "h"});
        CHECK(parse({"-M0", "-N" + option.substr(1), "-M", "h"}).words ==
              Words{"-N" + option.substr(1), "-M", "h"});
        CHECK(parse({"-M0", "h", option}).error ==
              std::string("option requires an argument -- '") + letter + "'");
    }
    for (const char letter : flags) {
        const std::string option = std::string("-") + letter;
        CAPTURE(option);
        CHECK(parse({"-M0", option, "h"}).words == Words{option, "h"});
        CHECK(parse({"-M0", option + option.substr(1), "h"}).words == Words{option + option.substr(1), "h"});
    }
}

TEST_CASE("Command line: an unknown option letter is an error")
{
    CHECK(parse({"-M0", "-Z", "h"}).error == "invalid option -- 'Z'");
    CHECK(parse({"-M0", "-NZ", "h"}).error == "invalid option -- 'Z'");
    CHECK(parse({"-M0", "h", "-h"}).error == "invalid option -- 'h'");
    CHECK(parse({"-M0", "-N-", "h"}).error == "invalid option -- '-'");
    CHECK(parse({"-M"}).error == "option requires an argument -- 'M'");
}

TEST_CASE("Command line: no destination is a usage error")
{
    for (const Words& words :
         {Words{}, Words{"-M", "0"}, Words{"-M0", "-N"}, Words{"-M0", "--"}, Words{"-M0", "--", "-N"},
          Words{"-N"}, Words{"-M", "auto"}, Words{"--explain"}})
        CHECK(parse(words).error == "usage");
}

TEST_CASE("Command line: -f is ours, alone and in a cluster, but not in a value")
{
    struct Row {
        Words arguments;
        Words words;
        bool background;
    };
    const Row rows[] = {
        {{"-M0", "-f", "h"}, {"h"}, true},
        {{"-M0", "-fNT", "h"}, {"-NT", "h"}, true},
        {{"-M0", "-NfT", "h"}, {"-NT", "h"}, true},
        {{"-M0", "-NTf", "h"}, {"-NT", "h"}, true},
        {{"-M0", "-ff", "h"}, {"h"}, true},
        {{"-M0", "h", "-fN"}, {"h", "-N"}, true},
        {{"-fM", "0", "h"}, {"h"}, true},
        {{"-fM0", "h"}, {"h"}, true},
        {{"-fNL", "8:f:8", "-M0", "h"}, {"-NL", "8:f:8", "h"}, true},
        {{"-M0", "-L8808:foo:80", "h"}, {"-L8808:foo:80", "h"}, false},
        {{"-M0", "-of=a", "h"}, {"-of=a", "h"}, false},
        {{"-M0", "-i", "f", "h"}, {"-i", "f", "h"}, false},
        {{"-M0", "-i", "-f", "h"}, {"-i", "-f", "h"}, false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        const Result result = parse(row.arguments);
        CHECK(result.error.empty());
        CHECK(result.words == row.words);
        CHECK(result.settings.background == row.background);
        CHECK(result.settings.tunnel.gate_time == (row.background ? 0s : 30s));
    }
}

TEST_CASE("Command line: from the first word of the remote command on nothing is ours")
{
    for (const Words& command : {Words{"cmd", "-f"}, Words{"cmd", "-M", "5"}, Words{"cmd", "--", "x"},
                                 Words{"cmd", "--foo", "-V"}, Words{"tail", "-f", "log"}, Words{"cmd", ""},
                                 Words{"cmd", "-Z"}, Words{"", "-f"}, Words{"-", "-f"}}) {
        CAPTURE(command);
        const Result result = parse(Words{"-M0", "h"} + command);
        CHECK(result.words == Words{"h"} + command);
        CHECK_FALSE(result.settings.background);
        CHECK(parse(Words{"-M0", "h", "-N"} + command).words == Words{"h", "-N"} + command);
    }
}

TEST_CASE("Command line: the first -- is ours, and everything behind it is ssh's")
{
    CHECK(parse({"-M0", "--", "-M", "h"}).words == Words{"-M", "h"});
    CHECK(parse({"-M0", "--", "-f", "h", "--", "x"}).words == Words{"-f", "h", "--", "x"});
    CHECK_FALSE(parse({"-M0", "--", "-f", "h"}).settings.background);
    CHECK(parse({"-M0", "--", "--", "h", "-f"}).words == Words{"--", "h", "-f"});
    CHECK(parse({"-M0", "--", "-Z", "h", "--new"}).words == Words{"-Z", "h", "--new"});
    CHECK(parse({"-M0", "--", "-V", "h"}).action == Action::ask_ssh);
    CHECK(parse({"-M0", "--", "h", "-p"}).words == Words{"h", "-p"});
    CHECK(parse({"-M0", "-N", "--", "h"}).words == Words{"-N", "h"});
}

TEST_CASE("Command line: behind the destination -- stays only where ssh needs it")
{
    CHECK(parse({"-M0", "h", "--", "cmd", "-f"}).words == Words{"h", "cmd", "-f"});
    CHECK(parse({"-M0", "h", "--", "-x", "-f"}).words == Words{"h", "--", "-x", "-f"});
    CHECK(parse({"-M0", "h", "-N", "--", "cmd", "--"}).words == Words{"h", "-N", "cmd", "--"});
    CHECK(parse({"-M0", "h", "--"}).words == Words{"h"});
}

TEST_CASE("Command line: an empty argument and a lone dash are passed on")
{
    CHECK(parse({"-M0", "", "h"}).words == Words{"", "h"});
    CHECK(parse({"-M0", "-", "h"}).words == Words{"-", "h"});
    CHECK(parse({"-M0", "h", ""}).words == Words{"h", ""});
    CHECK(parse({"-M0", "-i", "", "h"}).words == Words{"-i", "", "h"});
}

TEST_CASE("Arguments given to ssh: the forwardings stand where -M stood")
{
    CHECK(parse({"-M", "20000", "h"}).words == loop(20000) + Words{"h"});
    CHECK(parse({"-N", "-M", "20000", "-v", "h"}).words == Words{"-N"} + loop(20000) + Words{"-v", "h"});
    CHECK(parse({"-NM20000", "h"}).words == Words{"-N"} + loop(20000) + Words{"h"});
    CHECK(parse({"h", "-M", "20000", "-N"}).words == Words{"h"} + loop(20000) + Words{"-N"});
    CHECK(parse({"-M0x4e20", "h"}).words == loop(20000) + Words{"h"});
    CHECK(parse({"-M", "20000:7", "h"}).words == Words{"-L", "20000:127.0.0.1:7", "h"});
    CHECK(parse({"-M", "20000", "-N", "-M", "20010", "h"}).words == loop(20010) + Words{"-N", "h"});
    CHECK(parse({"-M", "20000", "-M0", "h"}).words == Words{"h"});
}

TEST_CASE("Arguments given to ssh: AUTOSSH_PORT beats -M and its forwardings come first")
{
    CHECK(parse({"-N", "h"}, with_port("20002")).words == loop(20002) + Words{"-N", "h"});
    CHECK(parse({"-N", "-M", "0", "h"}, with_port("20002")).words == loop(20002) + Words{"-N", "h"});
    CHECK(parse({"-M", "junk", "h"}, with_port("0")).words == Words{"h"});
    CHECK(parse({"-M", "20000", "h"}, with_port("junk")).error == "invalid port \"junk\"");
}

TEST_CASE("Arguments given to ssh: --port beats both and stands where it stood")
{
    CHECK(parse({"-N", "--port", "20004", "-M", "5", "h"}, with_port("20002")).words ==
          Words{"-N"} + loop(20004) + Words{"h"});
    CHECK(parse({"--port=0", "h"}).words == Words{"h"});
    CHECK(parse({"--port=", "h"}).error == "invalid port \"\"");
}

TEST_CASE("Command line: -M auto, and no -M at all, leave the ports to each start")
{
    struct Row {
        Words arguments;
        std::string port;
        Words words;
    };
    const Row rows[] = {
        {{"h"}, "", {"h"}},
        {{"-N", "h"}, "", {"-N", "h"}},
        {{"-M", "auto", "-N", "h"}, "", {"-N", "h"}},
        {{"-N", "-Mauto", "h"}, "", {"-N", "h"}},
        {{"-NM", "auto", "h", "cmd"}, "", {"-N", "h", "cmd"}},
        {{"h", "-M", "auto", "-N"}, "", {"h", "-N"}},
        {{"-N", "-M", "20000", "h"}, "auto", {"-N", "h"}},
        {{"-N", "--port", "auto", "-M0", "h"}, "20000", {"-N", "h"}},
        {{"-M0", "-T", "-M", "auto", "h"}, "", {"-T", "h"}},
        {{"--nt-service", "h"}, "", {"-N", "h"}},
        {{"--nt-service", "-T", "-Mauto", "h"}, "", {"-N", "-T", "h"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        const Result result = parse(row.arguments, with_port(row.port));
        CHECK(result.error.empty());
        CHECK(result.words == row.words);
        CHECK(result.settings.tunnel.auto_monitor);
        CHECK_FALSE(result.settings.tunnel.monitor);
    }
    CHECK_FALSE(parse({"-M0", "h"}).settings.tunnel.auto_monitor);
    CHECK_FALSE(parse({"-M20000", "h"}).settings.tunnel.auto_monitor);
    CHECK(parse({"-M", "Auto", "h"}).error == "invalid port \"Auto\"");
    CHECK(parse({"-M", "", "h"}).error == "invalid port \"\"");
}

TEST_CASE("Command line: with --plain the reference's usage error stays, and -M auto cannot be")
{
    const std::string error = "-M auto adds forwardings to ssh's command line, which --plain forbids";
    CHECK(parse({"--plain", "h"}).error == "usage");
    CHECK(parse({"--plain", "-M", "auto", "h"}).error == error);
    CHECK(parse({"--plain", "h"}, with_port("auto")).error == error);
    CHECK(parse({"--plain", "-M0", "h"}).words == Words{"h"});
    CHECK(parse({"--plain", "-M0", "h"}).settings.tunnel.plain == true);
    CHECK(parse({"--plain=no", "-M0", "h"}).error == "option --plain takes no value");
    Settings not_plain;
    not_plain.tunnel.plain = false;
    CHECK(parse({"h"}, not_plain).settings.tunnel.auto_monitor);
}

TEST_CASE("Sharing: the option has a value behind an equals sign, or none")
{
    CHECK_FALSE(parse({"-N", "h"}).settings.tunnel.share);
    const Result bare = parse({"--share", "-N", "h"});
    CHECK(bare.settings.tunnel.share == "");
    CHECK(bare.words == Words{"-N", "h"});
    CHECK(parse({"--share=~/cm-%C", "-N", "h"}).settings.tunnel.share == "~/cm-%C");
    CHECK(parse({"--share=/a b/cm", "-N", "h"}).settings.tunnel.share == "/a b/cm");
    Settings from_environment;
    from_environment.tunnel.share = "";
    CHECK_FALSE(parse({"--share=no", "-N", "h"}, from_environment).settings.tunnel.share);
    for (const char* junk : {"", "maybe", "cm", "./cm", "/a\"b", "/a\nb"})
        CHECK(parse({std::string("--share=") + junk, "-N", "h"}).error ==
              "invalid share setting \"" + std::string(junk) +
                  "\" (yes, no, or a path that begins with / or ~/)");
}

TEST_CASE("Sharing: with what it cannot be")
{
    CHECK(parse({"--share", "--plain", "-M0", "h"}).error ==
          "--share adds a control socket to ssh's command line, which --plain forbids");
    CHECK(parse({"--share", "--restart", "never", "h"}).error ==
          "--share is for a tunnel that is kept up, which --restart never forbids");
    CHECK(parse({"--share=no", "--restart", "never", "h"}).error.empty());
}

TEST_CASE("Command line: where a value comes from is remembered, the last word about it counting")
{
    Settings settings;
    settings.sources = {{"poll", "AUTOSSH_POLL"}, {"gate-time", "AUTOSSH_GATETIME"}};
    const Result result = parse({"--poll", "5", "-f", "-M0", "h"}, settings);
    CHECK(result.settings.sources.at("poll") == "--poll");
    CHECK(result.settings.sources.at("gate-time") == "-f");
    CHECK(result.settings.sources.at("port") == "-M");
    CHECK(parse({"--port=0", "-M5", "h"}).settings.sources.at("port") == "--port");
}

TEST_CASE("Gate time: with --restart never there is none, unless it was given")
{
    struct Row {
        Words options;
        Duration gate_time;
        std::string source;
    };
    const Row rows[] = {
        {{"--restart", "never"}, 0s, "--restart"},
        {{"--restart=never", "--gate-time=30"}, 30s, "--gate-time"},
        {{"--gate-time=5", "--restart=never"}, 5s, "--gate-time"},
        {{"--restart=never", "-f"}, 0s, "-f"},
        {{"--restart=never", "--gate-time=30", "-f"}, 0s, "-f"},
        {{"--restart=never", "--restart=always"}, 30s, ""},
        {{"--restart=on-failure"}, 30s, ""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.options);
        const Settings settings = parse(row.options + Words{"-M0", "h"}).settings;
        CHECK(settings.tunnel.gate_time == row.gate_time);
        const auto source = settings.sources.find("gate-time");
        CHECK((source == settings.sources.end() ? "" : source->second) == row.source);
    }
    Settings by_variable;
    by_variable.tunnel.restart = RestartPolicy::none;
    by_variable.sources["restart"] = "AUTOSSH_RESTART";
    CHECK(parse({"-M0", "h"}, by_variable).settings.tunnel.gate_time == 0s);
    CHECK(parse({"-M0", "h"}, by_variable).settings.sources.at("gate-time") == "AUTOSSH_RESTART");
}

TEST_CASE("Arguments given to ssh: argv[0] is the path of ssh")
{
    Settings settings;
    settings.ssh_path = "./my ssh";
    const Result result = parse({"-M0", "h"}, settings);
    CHECK(result.settings.tunnel.ssh.file == "./my ssh");
    CHECK(result.settings.tunnel.ssh.arguments.front() == "./my ssh");
    CHECK(parse({"-M0", "--ssh", "dbclient", "h"}, settings).settings.tunnel.ssh.file == "dbclient");
}

TEST_CASE("Service mode: -N comes first, unless it is given")
{
    Settings settings;
    settings.service_mode = true;
    CHECK(parse({"-M", "20000", "h"}, settings).words == Words{"-N"} + loop(20000) + Words{"h"});
    CHECK(parse({"-M0", "-N", "h"}, settings).words == Words{"-N", "h"});
    CHECK(parse({"-M0", "-TNv", "h"}, settings).words == Words{"-TNv", "h"});
    CHECK(parse({"-M0", "--", "-N", "h"}, settings).words == Words{"-N", "h"});
    CHECK(parse({"-M0", "h", "cmd", "-N"}, settings).words == Words{"-N", "h", "cmd", "-N"});
    CHECK(parse({"-M0", "-i", "-N", "h"}, settings).words == Words{"-N", "-i", "-N", "h"});
    CHECK(parse({"-M0", "--nt-service", "h"}).words == Words{"-N", "h"});
}

TEST_CASE("Long options: a value behind = or in the next word, before the destination")
{
    CHECK(parse({"-M0", "--poll=5s", "h"}).settings.given_poll == Duration(5s));
    CHECK(parse({"-M0", "--poll", "10m", "h"}).settings.given_poll == Duration(10min));
    CHECK(parse({"-M0", "--message=a=b", "h"}).settings.tunnel.message == "a=b");
    CHECK(parse({"-M0", "--message=", "h"}).error.empty());
    CHECK(parse({"-M0", "--debug", "h"}).settings.log.debug);
    CHECK(parse({"-M0", "--poll", "h"}).error == "invalid poll time \"h\"");
    CHECK(parse({"-M0", "--poll=5x", "h"}).error == "invalid poll time \"5x\"");
    CHECK(parse({"-M0", "--poll"}).error == "option --poll requires a value");
    CHECK(parse({"-M0", "--debug=1", "h"}).error == "option --debug takes no value");
    CHECK(parse({"-M0", "h", "--poll", "5"}).error == "option --poll must stand before the destination");
}

TEST_CASE("Command line: a tunnel's name is the one it was given, else the destination as it was typed")
{
    CHECK(parse({"-M0", "user@h", "cmd"}).settings.log.tunnel == "user@h");
    CHECK(parse({"-M0", "ssh://user@h:22", "-p", "9"}).settings.log.tunnel == "ssh://user@h:22");
    CHECK(parse({"-M0", "-p", "9", "-N", "h", "-v"}).settings.log.tunnel == "h");
    CHECK(parse({"-M0", "--", "-N", "h"}).settings.log.tunnel == "h");
    CHECK(parse({"-M0", "--", "--", "h"}).settings.log.tunnel == "h");
    CHECK(parse({"-M0", "--name", "gw", "h"}).settings.log.tunnel == "gw");
    CHECK(parse({"-M0", "--name=gw", "h"}).settings.tunnel.name == "gw");
    CHECK(parse({"-M0", "h"}).settings.tunnel.name.empty());
}

TEST_CASE("Log: a pipe on stderr is taken where ssh is run in the foreground, and not with --plain")
{
    CHECK(parse({"-M0", "h"}).settings.log.to_pipe);
    CHECK_FALSE(parse({"-M0", "--plain", "h"}).settings.log.to_pipe);
    CHECK_FALSE(parse({"-M0", "--explain", "h"}).settings.log.to_pipe);
    CHECK_FALSE(parse({"-M0", "-f", "h"}).settings.log.to_pipe);
    CHECK(parse({"-M0", "-f", "h"}).settings.log.background);
    CHECK_FALSE(parse({"-M0", "h"}).settings.log.background);
}

TEST_CASE("Long options: the nearest is suggested for one that is unknown")
{
    CHECK(parse({"-M0", "--pol", "5", "h"}).error == "unknown option --pol; did you mean --poll?");
    CHECK(unknown_option("gatetime") == "unknown option --gatetime; did you mean --gate-time?");
    CHECK(unknown_option("pidfile=x") == "unknown option --pidfile=x; did you mean --pid-file?");
    CHECK(unknown_option("frobnicate") == "unknown option --frobnicate (ssh has no long options)");
}

TEST_CASE("Long options: each has a line in the help, with its variable")
{
    const std::string help = help_text();
    for (const char* option : {"--poll",
                               "--first-poll",
                               "--gate-time",
                               "--max-start",
                               "--max-lifetime",
                               "--message",
                               "--port",
                               "--ssh",
                               "--pid-file",
                               "--log-file",
                               "--log-level",
                               "--log-format",
                               "--name",
                               "--debug",
                               "--kill-time",
                               "--nt-service",
                               "--help",
                               "--version",
                               "--explain",
                               "--plain",
                               "--connect-timeout",
                               "AUTOSSH_POLL",
                               "AUTOSSH_KILLTIME",
                               "AUTOSSH_PLAIN",
                               "AUTOSSH_CONNECTTIMEOUT",
                               "-M auto"})
        CHECK(help.find(option) != std::string::npos);
    CHECK(help.starts_with("usage: autossh [-V] [-M monitor_port[:echo_port]] [-f]"));
}

TEST_CASE("Command line: what only asks ssh is handed to it with the user's words alone")
{
    struct Row {
        Words arguments;
        Words words;
    };
    const Row rows[] = {
        {{"-G", "h"}, {"-G", "h"}},
        {{"-M", "20000", "-NG", "-p", "22", "h"}, {"-NG", "-p", "22", "h"}},
        {{"-M0", "h", "-G"}, {"h", "-G"}},
        {{"-fG", "h"}, {"-G", "h"}},
        {{"--plain", "-G", "h"}, {"-G", "h"}},
        {{"-Q", "cipher"}, {"-Q", "cipher"}},
        {{"-M0", "-Qcipher", "h"}, {"-Qcipher", "h"}},
        {{"-G", "-Q", "kex"}, {"-G", "-Q", "kex"}},
        {{"-M0", "--", "-V"}, {"-V"}},
        {{"-M0", "--", "-4V", "h", "cmd"}, {"-4V", "h", "cmd"}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.arguments);
        Settings service;
        service.service_mode = true;
        service.port = "20002";
        for (const Settings& settings : {Settings{}, service}) {
            const Result result = parse(row.arguments, settings);
            CHECK(result.error.empty());
            CHECK(result.action == Action::ask_ssh);
            CHECK(result.words == row.words);
            CHECK(result.settings.tunnel.ssh.arguments.front() == settings.ssh_path);
        }
    }
    CHECK(parse({"-M0", "-G"}).error == "usage");
    CHECK(parse({"-M0", "--", "-G"}).error == "usage");
    CHECK(parse({"-M0", "-Q"}).error == "option requires an argument -- 'Q'");
    CHECK(parse({"--explain", "-G", "h"}).action == Action::explain);
    CHECK(parse({"-V", "-G", "h"}).action == Action::print_version);
    for (const Words& words : {Words{"h", "cmd", "-G"}, Words{"h", "--", "-Q", "x"}, Words{"-i", "-G", "h"},
                               Words{"-LG:1:Q:2", "h"}, Words{"-N", "h"}})
        CHECK(parse(Words{"-M0"} + words).action == Action::run);
}

TEST_CASE("Command line: -V, --version and --help ask for themselves, in the order of the words")
{
    CHECK(parse({"-V"}).action == Action::print_version);
    CHECK(parse({"-NV"}).action == Action::print_version);
    CHECK(parse({"--version"}).action == Action::print_version);
    CHECK(parse({"--help"}).action == Action::print_help);
    CHECK(parse({"-V", "-Z"}).action == Action::print_version);
    CHECK(parse({"-Z", "-V"}).error == "invalid option -- 'Z'");
    CHECK(parse({"h", "-V"}).action == Action::print_version);
    CHECK(parse({"--explain", "--help", "--nonsense"}).action == Action::print_help);
    CHECK(parse({"--explain", "-V"}).action == Action::print_version);
}

TEST_CASE("Explain: everything else is read and checked")
{
    const Result result = parse({"-M", "20000", "--explain", "--poll=5s", "-f", "h", "cmd"});
    CHECK(result.action == Action::explain);
    CHECK(result.words == loop(20000) + Words{"h", "cmd"});
    CHECK(result.settings.given_poll == Duration(5s));
    CHECK(result.settings.tunnel.gate_time == 0s);
    CHECK(parse({"--explain", "-M", "x", "h"}).error == "invalid port \"x\"");
    CHECK(parse({"--explain", "-Z", "h"}).error == "invalid option -- 'Z'");
    CHECK(parse({"--explain=1", "h"}).error == "option --explain takes no value");
    CHECK(parse({"h", "--explain"}).error == "option --explain must stand before the destination");
    CHECK(unknown_option("explian") == "unknown option --explian; did you mean --explain?");
}

TEST_CASE("Command line: monitor ports")
{
    struct Row {
        const char* text;
        std::optional<MonitorPorts> ports;
        std::string error;
    };
    const Row rows[] = {
        {"20000", MonitorPorts{20000, {}}, ""},
        {"1", MonitorPorts{1, {}}, ""},
        {"65534", MonitorPorts{65534, {}}, ""},
        {"0x4e20", MonitorPorts{20000, {}}, ""},
        {"020000", MonitorPorts{8192, {}}, ""},
        {"+20000", MonitorPorts{20000, {}}, ""},
        {"20000:7", MonitorPorts{20000, 7}, ""},
        {"20000:0x10", MonitorPorts{20000, 16}, ""},
        {"20000:65535", MonitorPorts{20000, 65535}, ""},
        {"0", {}, ""},
        {"00", {}, ""},
        {"0:7", {}, ""},
        {"65535", {}, "monitor port (65535) out of range"},
        {"70000", {}, "monitor port (70000) out of range"},
        {"-5", {}, "monitor port (-5) out of range"},
        {"", {}, "invalid port \"\""},
        {"20000x", {}, "invalid port \"20000x\""},
        {"08", {}, "invalid port \"08\""},
        {":7", {}, "invalid port \"\""},
        {"20000:", {}, "invalid echo port  \"\""},
        {"20000:0", {}, "invalid echo port  \"0\""},
        {"20000:x", {}, "invalid echo port  \"x\""},
        {"20000:7:8", {}, "invalid echo port  \"7:8\""},
        {"20000:70000", {}, "invalid echo port  \"70000\""},
        {"20000:-1", {}, "invalid echo port  \"-1\""},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        std::string error;
        std::optional<MonitorPorts> ports;
        try {
            ports = parse_monitor_ports(row.text);
        } catch (const ConfigError& thrown) {
            error = thrown.what();
        }
        CHECK(error == row.error);
        CHECK((ports == row.ports));
    }
}

TEST_CASE("Command line: -M auto may name an echo service on the server")
{
    const auto read = [](const std::string& value) {
        Settings settings;
        const std::vector<std::string> words{"-M", value, "server"};
        read_command_line(words, settings);
        CHECK(settings.tunnel.auto_monitor);
        CHECK_FALSE(settings.tunnel.monitor);
        return settings.tunnel.echo;
    };
    CHECK_FALSE(read("auto"));
    CHECK(read("auto:7700") == EchoPlace{.port = 7700, .path = ""});
    CHECK(read("auto:65535") == EchoPlace{.port = 65535, .path = ""});
    CHECK(read("auto:/run/echo") == EchoPlace{.port = 0, .path = "/run/echo"});
    for (const char* const wrong : {"auto:", "auto:0", "auto:65536", "auto:x", "auto:7:8", "auto:/a:b",
                                    "auto:/%h", "auto:/a b", "auto:localhost:7", "autox", "Auto:7"})
        CHECK_THROWS_AS(read(wrong), ConfigError);
    CHECK_THROWS_AS(read("auto:/" + std::string(107, 'x')), ConfigError);
}
