#include "support/catch.hpp"
#include "unit/settings/fleet_machine.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

struct Mistake {
    std::string text, complaint;
};

void check_complaints(const std::vector<Mistake>& mistakes)
{
    for (const auto& [text, complaint] : mistakes) {
        CAPTURE(text);
        CHECK(complaints_of(text) == complaint);
    }
}

}  // namespace

TEST_CASE("Mistakes in the file: a key that is not known, or of another kind")
{
    check_complaints({
        {"[tunnel.db]\npol = 3\n",
         "f.toml:2:1: error: unknown key \"pol\" in [tunnel.db]\n  did you mean \"poll\"?\n"},
        {"[defaults]\nxyzzyplugh = 3\n[tunnel.a]\n",
         "f.toml:2:1: error: unknown key \"xyzzyplugh\" in [defaults]\n"},
        {"[tunel.db]\n",
         "f.toml:1:1: error: unknown key \"tunel\" in the file\n  did you mean \"tunnel\"?\n"},
        {"[fleet]\nnam = 'a'\n[tunnel.a]\n",
         "f.toml:2:1: error: unknown key \"nam\" in [fleet]\n  did you mean \"name\"?\n"},
        {"[tunnel.a]\npoll   = 3.5\n",
         "f.toml:2:10: error: poll: a time such as \"30s\" is expected, not 3.5\n"},
        {"[tunnel.a]\npoll = 'soon'\n", "f.toml:2:8: error: poll: invalid poll time \"soon\"\n"},
        {"[tunnel.a]\nmax-start = '3'\n",
         "f.toml:2:13: error: max-start: a whole number is expected, not \"3\"\n"},
        {"[tunnel.a]\nplain = 'yes'\n", "f.toml:2:9: error: plain: true or false is expected, not \"yes\"\n"},
        {"[tunnel.a]\nhost = 3\n", "f.toml:2:8: error: host: a text is expected, not 3\n"},
        {"[tunnel.a]\nlocal = '8080:web:80'\n", "f.toml:2:9: error: local: a list such as [\"8080:web:80\"] "
                                                "or a table of named forwards is expected, "
                                                "not \"8080:web:80\"\n"},
        {"[tunnel.a]\nport = 3\n",
         "f.toml:2:1: error: \"port\" is no key of [tunnel.a]\n  write \"monitor\"\n"},
        {"[tunnel.a]\nlog-file = 'x'\n",
         "f.toml:2:1: error: \"log-file\" is no key of [tunnel.a]\n"
         "  it is of the whole process: write it into [log], or give it on the "
         "command line\n"},
        {"[fleet]\nstate-directory = ''\n[tunnel.a]\n",
         "f.toml:2:19: error: state-directory: the path of a directory is expected, not \"\"\n"},
        {"[fleet]\nstate-directory = 3\n[tunnel.a]\n",
         "f.toml:2:19: error: state-directory: the path of a directory is expected, not 3\n"},
        {"[fleet]\nledger-size = '1000K'\n[tunnel.a]\n",
         "f.toml:2:15: error: ledger-size: a size from \"1M\" on, such as \"64M\", is expected, not "
         "\"1000K\"\n"},
        {"[fleet]\nledger-size = '64MB'\n[tunnel.a]\n", "f.toml:2:15: error: ledger-size: a size from \"1M\" "
                                                        "on, such as \"64M\", is expected, not \"64MB\"\n"},
        {"[fleet]\nledger-size = '9999999999G'\n[tunnel.a]\n",
         "f.toml:2:15: error: ledger-size: a size from \"1M\" on, such as \"64M\", is expected, not "
         "\"9999999999G\"\n"},
        {"[log]\nlevle = 3\n[tunnel.a]\n",
         "f.toml:2:1: error: unknown key \"levle\" in [log]\n  did you mean \"level\"?\n"},
        {"[log]\nlevel = 9\n[tunnel.a]\n", "f.toml:2:9: error: level: invalid log level \"9\"\n"},
        {"[log]\nlevel = '6'\n[tunnel.a]\n",
         "f.toml:2:9: error: level: a number from 0 to 7 is expected, not \"6\"\n"},
        {"[log]\nformat = 'xml'\n[tunnel.a]\n",
         "f.toml:2:10: error: format: invalid log format \"xml\" (text, json)\n"},
        {"[log]\nfile = ''\n[tunnel.a]\n", "f.toml:2:8: error: file: : No such file or directory\n"},
        {"log = 3\n[tunnel.a]\n", "f.toml:1:7: error: log: a table is expected, not 3\n"},
        {"[tunnel.a]\nsecret-prompt = true\n",
         "f.toml:2:1: error: \"secret-prompt\" is no key of [tunnel.a]\n  nobody is at the terminal of a "
         "fleet: use secret-file, secret-command or secret-credential\n"},
        {"[tunnel.a]\nsecret-for = ['a=prompt']\n",
         "f.toml:2:14: error: secret-for: nobody is at the terminal of a fleet\n"
         "  use file:, command: or credential:\n"},
        {"[range.a]\nvars = { n = '1..2' }\nname = 'n{n}'\n[template.t]\ntemplate = 'u'\n",
         "f.toml:5:1: error: unknown key \"template\" in [template.t]\n"},
    });
}

TEST_CASE("Mistakes in the file: an option's own words say what is wrong with its value")
{
    CHECK(complaints_of("[tunnel.a]\nexit-on = ['rain']\n")
              .starts_with("f.toml:2:11: error: exit-on: invalid failure class \"rain\" ("));
}

TEST_CASE("Mistakes in the file: what TOML does not allow")
{
    check_complaints({
        {"[tunnel.a]\nlocal = { a = 'b',\n c = 'd' }\n",
         "f.toml:2:19: error: an inline table must stand on one line\n"
         "  write a table with a header, such as [tunnel.a.local], and a line for each\n"},
        {"[tunnel.a]\n[tunnel.a]\n",
         "f.toml:2:1: error: Error while parsing table header: cannot redefine existing table 'tunnel.a'\n"},
        {"tunnel = 3\n", "f.toml:1:10: error: tunnel: a table is expected, not 3\n"},
        {"[tunnel]\ndb = 3\n", "f.toml:2:6: error: db: a table is expected, not 3\n  write [tunnel.NAME]\n"},
        {"", "f.toml:1:1: error: there is no tunnel in the file\n"
             "  write [tunnel.NAME]: that alone is ssh -N NAME\n"},
    });
}

TEST_CASE("Mistakes in the file: forwards and words for ssh")
{
    check_complaints({
        {"[tunnel.a]\nlocal = [\"8080:web\"]\n",
         "f.toml:2:10: error: \"8080:web\" is no forward for -L: [BIND:]PORT:HOST:HOSTPORT or a socket's "
         "path\n"},
        {"[tunnel.a]\nlocal = { x = { need = 'wanted' } }\n",
         "f.toml:2:15: error: x: the forward has no spec\n"},
        {"[tunnel.a]\nlocal = { x = { spec = '1:a:1', neeed = 'wanted' } }\n",
         "f.toml:2:33: error: unknown key \"neeed\" in x\n  did you mean \"need\"?\n"},
        {"[tunnel.a]\nlocal = { x = { spec = '1:a:1', need = 'urgent' } }\n",
         "f.toml:2:40: error: need: \"required\", \"wanted\" or \"optional\" is expected, not \"urgent\"\n"},
        {"[tunnel.a]\nplain = true\nmonitor = 0\nlocal = { x = { spec = '1:a:1', need = 'required' }, y = "
         "'2:a:2' }\n",
         "f.toml:4:24: error: need: not all forwards of a plain tunnel are \"required\"\n"
         "  ssh ends for all of them or for none: give each the need \"required\", or leave plain or the "
         "need out\n"},
        {"[tunnel.a]\nlocal = { x = { spec = '%d/s:a:1', need = 'optional' } }\n",
         "f.toml:2:24: error: need: where \"%d/s:a:1\" listens is known to ssh alone\n"
         "  write its port as a number, or its path, without %, ${} and the name of a service\n"},
        {"[tunnel.a]\nlocal = { 'a shop' = '1:a:1' }\n",
         "f.toml:2:11: error: \"a shop\" is no name for a forward\n"
         "  a name has letters, digits and _.@+-\n"},
        {"[tunnel.a]\nmonitor = 'auto:x'\n",
         "f.toml:2:11: error: monitor: invalid echo service \"x\" (auto:PORT or auto:/PATH)\n"},
        {"[tunnel.a]\noptions = '-f'\n",
         "f.toml:2:11: error: options: -f would take ssh out of our sight; the fleet itself can have it: "
         "autossh -f --fleet\n"},
        {"[tunnel.a]\noptions = '-v host'\n",
         "f.toml:2:11: error: options: \"host\" is no option of ssh's\n"},
        {"[tunnel.a]\noptions = '-G'\n",
         "f.toml:2:11: error: options: -G makes ssh answer a question and end\n"},
        {"[tunnel.a]\noptions = '-vz'\n", "f.toml:2:11: error: options: ssh has no option -z\n"},
        {"[tunnel.a]\noptions = '-v -i'\n",
         "f.toml:2:11: error: options: the last option of \"-i\" has no value\n"},
        {"[tunnel.a]\noptions = '-i \"x'\n",
         "f.toml:2:11: error: options: a quote or a backslash is left open\n"},
        {"[tunnel.a]\noptions = '--poll 3'\n", "f.toml:2:11: error: options: \"--poll\" is no option of "
                                               "ssh's; one of autossh's is a key of its own\n"},
        {"[tunnel.a]\nhost = '-oProxyCommand=x'\n",
         "f.toml:2:8: error: host: \"-oProxyCommand=x\" is no destination\n"},
        {"[tunnel.a]\nmonitor = 'loud'\n", "f.toml:2:11: error: monitor: invalid port \"loud\"\n"},
        {"[tunnel.a]\nautossh = '-M 0'\n", "f.toml:2:11: error: no destination is given\n"},
        {"[tunnel.a]\nautossh = '-M 0 h'\nhost = 'h'\n",
         "f.toml:3:1: error: \"host\" beside \"autossh\", which is the whole command line\n"},
        {"[tunnel.a]\nautossh = '--log-file x h'\n", "f.toml:2:11: error: --log-file is of the whole "
                                                     "process: give it on the command line of the fleet\n"},
        {"[tunnel.a]\nautossh = '--version'\n",
         "f.toml:2:11: error: the words ask a question, and keep no tunnel\n"},
        {"[tunnel.a]\nplain = true\n", "f.toml:1:1: error: tunnel \"a\" is plain, and does not say how it is "
                                       "tested\n  write monitor = 0, or give it a port\n"},
    });
}

TEST_CASE("Mistakes in the file: two tunnels for one place, and two of one name")
{
    check_complaints({
        {"[tunnel.db]\nlocal = ['5432:a:1']\n[tunnel.web]\nlocal = ['localhost:5432:b:1']\n",
         "f.toml:4:10: error: tunnels \"db\" and \"web\" both listen on 127.0.0.1:5432 (the other at "
         "f.toml:2:10)\n"},
        {"[tunnel.a]\ndynamic = ['1080']\n[tunnel.b]\noptions = '-L *:1080:b:1'\n",
         "f.toml:4:11: error: tunnels \"a\" and \"b\" both listen on *:1080 (the other at f.toml:2:12)\n"},
        {"[tunnel.a]\nmonitor = 20000\n[tunnel.b]\nautossh = '-M 20000 b'\n",
         "f.toml:4:11: error: tunnels \"a\" and \"b\" both listen on 127.0.0.1:20000 (the other at "
         "f.toml:2:11)\n"},
        {"[tunnel.a]\nlocal = ['/s:a:1']\n[tunnel.b]\nlocal = ['/s:b:1']\n",
         "f.toml:4:10: error: tunnels \"a\" and \"b\" both listen on /s (the other at f.toml:2:10)\n"},
        {"[tunnel.a]\nlocal = ['1:a:1']\n[tunnel.b]\nlocal = ['1:b:1']\nenabled = false\n", ""},
        {"[tunnel.a]\nlocal = ['127.0.0.2:1:a:1']\n[tunnel.b]\nlocal = ['1:b:1']\n", ""},
        {"[range.a]\nname = 'n{n}'\nvars = { n = [1, 1] }\n",
         "f.toml:1:1: error: tunnel \"n1\" is there already, at f.toml:1:1\n"},
        {"[tunnel.\"a b\"]\n", "f.toml:1:1: error: \"a b\" is no name for a tunnel\n  a name has letters, "
                               "digits and _.@+-, no - at "
                               "its beginning, and at most 64 of them\n"},
    });
    FleetMachine machine{
        {{"f.toml", "include = ['d/*']\n[tunnel.db]\n"}, {"d/b.toml", "# again\n\n[tunnel.db]\n"}}};
    CHECK(machine.read().errors.text() ==
          "d/b.toml:3:1: error: tunnel \"db\" is there already, at f.toml:2:1\n");
}

TEST_CASE("Mistakes in the file: ranges, tables and templates")
{
    check_complaints({
        {"[range.a]\nname = 'a'\n", "f.toml:1:1: error: none of vars, table and hosts in [range.a]\n"
                                    "  give one of them: it says how many tunnels there are\n"},
        {"[range.a]\nvars = { n = '1..2' }\n",
         "f.toml:1:1: error: the tunnels of [range.a] have no names\n"
         "  give a pattern such as name = \"n{n}\", or a column \"name\"\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = '1..', m = '3..' }\n",
         "f.toml:3:8: error: vars: it is open how many there are\n"
         "  give one of the variables an end: \"1..10\"\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = '1..3', m = '3..4' }\n",
         "f.toml:3:26: error: m has 2 values, and others have 3\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = 'a..b' }\n",
         "f.toml:3:14: error: n: numbers such as \"001..150\" or \"20001..\", or a list, are expected, not "
         "\"a..b\"\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = '1..5000' }\n",
         "f.toml:3:8: error: 5000 tunnels, and there may be 1000\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = [1], port = [2] }\nlocal = ['{prot}:localhost:80']\n",
         "f.toml:4:10: error: {prot} in \"{prot}:localhost:80\": no such variable; there are n, name, "
         "port\n"},
        {"[range.a]\nname = 'n{n}'\nvars = { n = [1] }\nmessage = 'a {'\n",
         "f.toml:4:11: error: a brace stands alone in \"a {\"\n  write {{ for a brace\n"},
        {"[range.a]\nhosts = 'no-*'\n", "f.toml:2:9: error: no Host of ssh's configuration fits \"no-*\"\n"},
        {"[tunnel.a]\ntemplate = 'boxx'\n[template.box]\n",
         "f.toml:2:12: error: there is no template \"boxx\"\n  did you mean \"box\"?\n"},
    });
    FleetMachine machine{{{"f.toml", "[range.south]\ntable = 'south.csv'\n"},
                          {"south.csv", "name,address,port\na,b,c\nd,e\n"}}};
    CHECK(machine.read().errors.text() ==
          "south.csv:3:1: error: 2 fields, but the first line has 3 (name,address,port)\n");
    machine.files.erase("south.csv");
    CHECK(machine.read().errors.text() == "f.toml:2:9: error: cannot be read: No such file or directory\n");
}

TEST_CASE("Mistakes in the file: all of them at once, but at most 20")
{
    std::string text;
    for (int i = 0; i < 30; ++i)
        text += "[tunnel.t" + std::to_string(i) + "]\npol = 1\n";
    const std::string complaints = complaints_of(text);
    CHECK(complaints.starts_with("f.toml:2:1: error: unknown key \"pol\" in [tunnel.t0]\n"));
    CHECK(complaints.find("[tunnel.t19]") != std::string::npos);
    CHECK(complaints.find("[tunnel.t20]") == std::string::npos);
    CHECK(complaints.ends_with("and 10 more\n"));
    // Of the defaults, told once for all tunnels.
    CHECK(complaints_of("[defaults]\npoll = 'x'\n[tunnel.a]\n[tunnel.b]\n") ==
          "f.toml:2:8: error: poll: invalid poll time \"x\"\n");
}

TEST_CASE("Mistakes in the file: in a file that is included")
{
    FleetMachine machine{{{"f.toml", "include = ['*.conf', 'd/*', 'x.txt']\n[tunnel.a]\n"},
                          {"one.conf", "AUTOSSH_LOGFILE=x\n"},
                          {"d/a.toml", "[defaults]\npoll = 1\n"},
                          {"x.txt", ""}}};
    CHECK(machine.read().errors.text() ==
          "one.conf:1:1: error: AUTOSSH_LOGFILE is of the whole process\n"
          "  give --log-file on the command line of the fleet\n"
          "one.conf:1:1: error: the file sets no OPTIONS\n  the tunnel needs at least a destination\n"
          "d/a.toml:1:1: error: \"defaults\" in a file that is included\n"
          "  only tunnel, template and range may stand there\n"
          "f.toml:1:11: error: include: x.txt is neither .toml nor .conf\n");
}
