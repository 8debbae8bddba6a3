// autosshctl(1), "Commands".
#include "autossh/ctl/command_line.hpp"

#include "autossh/base/errors.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

using CtlWords = std::vector<std::string>;

CtlCommand ctl_command(const CtlWords& words)
{
    return read_ctl_command(words);
}

std::string ctl_mistake(const CtlWords& words)
{
    try {
        read_ctl_command(words);
    } catch (const UsageError& error) {
        return error.what();
    }
    return "";
}

}  // namespace

TEST_CASE("autosshctl, commands: each has its words")
{
    CHECK(ctl_command({}).verb == CtlVerb::status);
    CHECK(ctl_command({"--json"}).json);
    const CtlCommand status = ctl_command({"status", "db", "@prod", "--down", "--wide", "--color=never"});
    CHECK(status.tunnels == CtlWords{"db", "@prod"});
    CHECK((status.down_only && status.wide && !status.json));
    CHECK(status.colour == ColourWhen::off);

    const CtlCommand restart = ctl_command({"-D", "laptop", "restart", "--wait", "1m", "db"});
    CHECK(restart.verb == CtlVerb::restart);
    CHECK(restart.daemon == "laptop");
    CHECK(restart.wait == std::chrono::minutes(1));
    CHECK(ctl_command({"try", "x"}).verb == CtlVerb::retry);
    CHECK(ctl_command({"stop", "--all", "--yes"}).tunnels == CtlWords{"*"});
    CHECK(ctl_command({"stop", "--all", "--yes"}).yes);
    CHECK(ctl_command({"start", "--", "-odd"}).tunnels == CtlWords{"-odd"});
    CHECK(ctl_command({"metrics", "--output=a.prom"}).output == "a.prom");
    CHECK(ctl_mistake({"metrics", "db"}) == "metrics takes no tunnels, it is about all of them");
    CHECK(ctl_mistake({"metrics", "--output="}) == "option --output requires the path of a file");
    CHECK(ctl_mistake({"status", "--output=a"}) == "option --output does not go with status");
    CHECK(ctl_command({"logs", "-fn7"}).follow);
    CHECK(ctl_command({"logs", "-fn7"}).lines == 7);
    CHECK(ctl_command({"logs", "db"}).lines == 20);
    CHECK(ctl_command({"check", "a.toml"}).file == "a.toml");
    CHECK(ctl_command({"reload", "--dry-run"}).dry_run);
    const CtlCommand imported =
        ctl_command({"import", "--write", "--file=f", "a", "-", "--", "autossh", "-N"});
    CHECK(imported.sources == CtlWords{"a", "-"});
    CHECK(imported.words == CtlWords{"autossh", "-N"});
    CHECK((imported.write && imported.file == "f" && !imported.running));
    CHECK(ctl_command({"import", "--running", "--from", "unit", "--name=x"}).from == "unit");
    const CtlCommand health = ctl_command({"health", "-w", "1", "-c", "5%"});
    CHECK(health.warning == HealthLimit{1, false});
    CHECK(health.critical == HealthLimit{5, true});
    CHECK(ctl_command({"stop", "--help"}).verb == CtlVerb::help);
    CHECK(ctl_command({"help", "stop"}).verb == CtlVerb::help);
    const CtlCommand watch = ctl_command({"watch", "--read-only", "--color=always", "@prod"});
    CHECK(watch.verb == CtlVerb::watch);
    CHECK((watch.read_only && !watch.json && watch.colour == ColourWhen::on));
    CHECK(ctl_command({"watch", "--json"}).json);
    CHECK(ctl_command({"events", "--json", "--snapshot"}).snapshot);
    CHECK(ctl_command({"-V"}).verb == CtlVerb::version);
    CHECK(ctl_command({"--complete", "stop", "-", ""}).words == CtlWords{"stop", "-", ""});
}

TEST_CASE("autosshctl, commands: what is wrong is told with what was meant")
{
    struct Row {
        CtlWords words;
        std::string mistake;
    };
    const std::vector<Row> rows{
        {{"staus"}, "unknown command \"staus\"; did you mean \"status\"?"},
        {{"frobnicate"}, "unknown command \"frobnicate\""},
        {{"status", "--jsn"}, "unknown option --jsn; did you mean \"--json\"?"},
        {{"-x"}, "unknown option -x"},
        {{"--json=yes"}, "option --json takes no value"},
        {{"stop"}, "stop needs the names of tunnels, or --all"},
        {{"stop", "--all", "db"}, "--all and names do not go together"},
        {{"stop", "--json", "db"}, "option --json does not go with stop"},
        {{"status", "--wait", "3s"}, "option --wait does not go with status"},
        {{"import"}, "import needs a file, - for standard input, --running, or -- autossh WORDS"},
        {{"import", "/usr/bin/autossh", "-N", "h"},
         "a command line stands behind --: import -- autossh WORDS"},
        {{"import", "--file=f", "a"}, "--file goes with --write"},
        {{"import", "--name=a b", "a"},
         "--name: a name has letters, digits and _.@+-, no - at its beginning, and at most 64 of them, not "
         "\"a b\""},
        {{"import", "--from=x", "a"},
         "--from: one of unit, crontab, script, conf, ssh-config, compose, boring, tunneld is expected, not "
         "\"x\""},
        {{"reload", "db"}, "reload takes no tunnels, it is about the whole file"},
        {{"check", "a", "b"}, "check takes one file"},
        {{"start", "db", "--wait"}, "option --wait requires a value"},
        {{"start", "db", "--wait", "soon"}, "--wait: a time such as 30s is expected, not \"soon\""},
        {{"start", "db", "--wait=-1s"}, "--wait: a time such as 30s is expected, not \"-1s\""},
        {{"logs", "-n", "many"}, "--lines: a number is expected, not \"many\""},
        {{"--color=blue"}, "--color: always, never or auto is expected, not \"blue\""},
        {{"health", "-w", "-3"},
         "--warning: a number of tunnels, or a part of them such as 5%, is expected, not \"-3\""},
        {{"health", "-c", "101%"},
         "--critical: a number of tunnels, or a part of them such as 5%, is expected, not \"101%\""},
        {{"health", "-c", "nan"},
         "--critical: a number of tunnels, or a part of them such as 5%, is expected, not \"nan\""},
        {{""}, "an empty word is neither a command nor a tunnel"},
        {{"-D", ""}, "option --daemon requires a name or a pid"},
    };
    for (const Row& row : rows) {
        INFO(row.mistake);
        CHECK(ctl_mistake(row.words) == row.mistake);
    }
}

TEST_CASE("autosshctl, commands: --help has each of them, and each option")
{
    const std::string help = ctl_help_text();
    for (const CtlVerbEntry& entry : ctl_verbs())
        CHECK(help.find("\n  " + std::string(entry.name) + " ") != std::string::npos);
    for (const CtlOption& option : ctl_options())
        CHECK(help.find("--" + std::string(option.name) + " ") != std::string::npos);
}
