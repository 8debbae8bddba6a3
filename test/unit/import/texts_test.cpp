// autosshctl(1), "Import": how lines of a shell, of systemd and of YAML are read.
#include "autossh/import/command.hpp"
#include "autossh/import/shell_line.hpp"
#include "autossh/import/unit_words.hpp"
#include "autossh/import/yaml.hpp"
#include "support/catch.hpp"

#include <optional>
#include <string>
#include <variant>
#include <vector>

using namespace autossh;

namespace {

std::optional<std::string> known_variable(std::string_view name)
{
    if (name == "HOME")
        return "/home/me";
    if (name == "OPTS")
        return "-N -p 22";
    return std::nullopt;
}

std::string shell_line_in_words(const std::string& line)
{
    const auto commands = read_shell_line(line, known_variable);
    if (!commands)
        return "open";
    std::string text;
    for (const ShellCommand& command : *commands) {
        for (const std::string& word : command.words)
            text += "<" + word + ">";
        text += command.unknown.empty() ? "" : " unknown " + command.unknown;
        text += command.is_redirected ? " redirected;" : ";";
    }
    return text;
}

std::string yaml_in_words(const std::string& text)
{
    const auto read = read_yaml(text);
    if (const auto* const error = std::get_if<YamlError>(&read))
        return error->text;
    return to_toml(std::get<TomlValue>(read));
}

}  // namespace

TEST_CASE("autosshctl, import: a line of a shell has the words that it would make")
{
    struct Row {
        std::string line, words;
    };
    const std::vector<Row> rows{
        {"a  b\tc", "<a><b><c>;"},
        {"a 'b c' \"d $HOME\" e\\ f '' ", "<a><b c><d /home/me><e f><>;"},
        {"a ~ ~/x x~ '~'", "<a></home/me></home/me/x><x~><~>;"},
        {"a $OPTS \"$OPTS\" ${HOME}/x $", "<a><-N><-p><22><-N -p 22></home/me/x><$>;"},
        {"a >/dev/null 2>&1; b &", "<a> redirected;<b>;"},
        {"a && b || c | d", "<a>;<b>;<c>;<d>;"},
        {"a $(b c) d", "<a><><d> unknown $(b c);"},
        {"a `b` $NO ${HOME:-x}", "<a><><><> unknown `b`;"},
        {"a \"$@\"; b $#", "<a><> unknown $@;<b><> unknown $#;"},
        {"a # b", "<a>;"},
        {"a#b", "<a#b>;"},
        {"a 'b", "open"},
        {"a \"b", "open"},
        {"a \\", "open"},
    };
    for (const auto& [line, words] : rows) {
        CAPTURE(line);
        CHECK(shell_line_in_words(line) == words);
    }
}

TEST_CASE("autosshctl, import: an autossh is found behind what runs it")
{
    struct Row {
        std::string line;
        std::size_t tunnels;
        std::string first;
    };
    const std::vector<Row> rows{
        {"autossh -N h", 1, "-N h "},
        {"/usr/bin/autossh -N h", 1, "-N h "},
        {"A=1 env B=2 nohup nice -n 5 autossh -N h", 1, "-N h "},
        {"sudo -u me -- autossh -N h", 1, "-N h "},
        {"sshpass -p x autossh -N h", 1, "-N h "},
        {"timeout 30 autossh -N h", 1, "-N h "},
        {"screen -dmS name autossh -N h", 1, "-N h "},
        {"su - me -c 'autossh -N h'", 1, "-N h "},
        {"bash -lc 'sleep 3; exec autossh -N h'", 1, "-N h "},
        {"autossh -N h & autossh -N g", 2, "-N h "},
        {"pgrep autossh || autossh -N h", 1, "-N h "},
        {"pkill autossh", 0, ""},
        {"start-stop-daemon --start --background --exec /usr/bin/autossh -- -M 0 -N h", 1, "-M 0 -N h "},
        {"start-stop-daemon -Sbm -p /run/a -c me -x /usr/bin/autossh -- -N h", 1, "-N h "},
        {"start-stop-daemon --start --exec=/usr/bin/other --startas /usr/bin/env -- A=1 autossh -N h", 1,
         "-N h "},
        {"start-stop-daemon --start -a /bin/sh -- -c 'exec autossh -N h'", 1, "-N h "},
        {"start-stop-daemon --stop --exec /usr/bin/autossh", 0, ""},
        {"tmux new-session -d -s x 'autossh -N h'", 1, "-N h "},
        {"tmux -L a neww -n x autossh -N h", 1, "-N h "},
        {"if true; then autossh -N h; fi", 1, "-N h "},
        {"while :; do autossh -N h; sleep 5; done", 1, "-N h "},
        {"case x in a) true;; *) autossh -N h;; esac", 1, "-N h "},
        {"runuser -l bob -c 'autossh -N h'", 1, "-N h "},
        {"runuser -u bob -- autossh -N h", 1, "-N h "},
        {"su bob -s /bin/sh --command='autossh -N h'", 1, "-N h "},
        {"ssh-agent -t 60 autossh -N h", 1, "-N h "},
        {"systemd-run --user --unit x -p Restart=always autossh -N h", 1, "-N h "},
        {"eval 'autossh -N' h", 1, "-N h "},
        {"gosu me autossh -N h", 1, "-N h "},
        {"$(which autossh) -N h", 1, "-N h "},
        {"[ -n \"$(pgrep autossh)\" ] || autossh -N h", 1, "-N h "},
        {"X=$(pidof autossh); autossh -N h", 1, "-N h "},
        {"f() { autossh -N h; }; f", 1, "-N h "},
        {"trap 'pkill autossh' EXIT; autossh -N h", 1, "-N h "},
    };
    for (const auto& [line, tunnels, first] : rows) {
        CAPTURE(line);
        const Imported found = tunnels_of_shell_line(line, {.source = "test"}, known_variable);
        CHECK(found.errors.empty());
        REQUIRE(found.tunnels.size() == tunnels);
        std::string words;
        if (tunnels > 0)
            for (const std::string& word : found.tunnels.front().words)
                words += word + " ";
        CHECK(words == first);
    }
    const Imported found =
        tunnels_of_shell_line("sshpass -p geheim autossh -N $(x)", {.source = "test:1"}, known_variable);
    CHECK(found.tunnels.empty());
    CHECK(found.errors ==
          std::vector<std::string>{
              "test:1: what a command in the line stands for only the shell knows: write it out"});
}

TEST_CASE("autosshctl, import: a command with autossh in it that is not understood is told")
{
    struct Row {
        std::string line, program;
    };
    const std::vector<Row> rows{
        {"ssh h autossh -N g", "ssh"},
        {"autossh-x -N h", "autossh-x"},
        {"/home/me/bin/start-autossh.sh", "start-autossh.sh"},
        {"A=geheim ip netns exec x autossh -N h", "ip"},
        {"systemctl start autossh@home", "systemctl"},
        {". /etc/default/autossh", "."},
        {"tmux send-keys 'autossh -N h' Enter", "tmux"},
        {"X=$(autossh -f -N h)", "a command in the line"},
        {"su - bob -c 'at now autossh'", "at"},
    };
    for (const auto& [line, program] : rows) {
        CAPTURE(line);
        const Imported found = tunnels_of_shell_line(line, {.source = "test:1"}, known_variable);
        CHECK(found.tunnels.empty());
        CHECK(found.errors ==
              std::vector<std::string>{"test:1: a command with autossh in it is not understood: " + program +
                                       ": write it out as autossh WORDS"});
    }
}

TEST_CASE("autosshctl, import: cd and variables count for the commands behind them")
{
    struct Row {
        std::string line, directory;
        ImportedVariables environment;
    };
    const std::vector<Row> rows{
        {"autossh -N h", "/home/me", {}},
        {"cd /srv/x && autossh -N h", "/srv/x", {}},
        {"cd sub; cd ../y; autossh -N h", "/home/me/y", {}},
        {"cd /x; cd; autossh -N h", "/home/me", {}},
        {"cd $WHERE; autossh -N h", "", {}},
        {"cd -; autossh -N h", "", {}},
        {"(cd /x; true); autossh -N h", "/home/me", {}},
        {"if true; then cd /x; fi; autossh -N h", "", {}},
        {"if true; then cd /x; autossh -N h; fi", "/x", {}},
        {"export A=77 B=8; A=78; C=9; autossh -N h", "/home/me", {{"A", "78"}, {"B", "8"}}},
        {"A=1; export A; unset A; B=2; export B; autossh -N h", "/home/me", {{"B", "2"}}},
        {"set -a; A=1; set +a; B=2; autossh -N h", "/home/me", {{"A", "1"}}},
        {"declare -x A=1; export -n A; autossh -N h", "/home/me", {}},
        {"export A=1; A=2 sh -c 'B=3 autossh -N h'", "/home/me", {{"A", "2"}, {"B", "3"}}},
        {"(cd /opt; autossh -N h)", "/opt", {}},
        {"export A=1 B=2; env -u A autossh -N h", "/home/me", {{"B", "2"}}},
        {"export A=1; env -i B=2 autossh -N h", "/home/me", {{"B", "2"}}},
        {"export A=1; env -C sub autossh -N h", "/home/me/sub", {{"A", "1"}}},
        {"export A=1; su - bob -c 'B=2 autossh -N h'", "", {{"B", "2"}}},
        {"export A=1; su bob -c 'autossh -N h'", "/home/me", {{"A", "1"}}},
        {"export A=1; sudo -u bob B=2 autossh -N h", "/home/me", {{"B", "2"}}},
        {"export A=1; sudo -E autossh -N h", "/home/me", {{"A", "1"}}},
        {"start-stop-daemon --start --exec /usr/bin/autossh -- -N h", "", {}},
        {"systemd-run --setenv=A=1 -E B=2 autossh -N h", "", {{"A", "1"}, {"B", "2"}}},
    };
    for (const auto& [line, directory, environment] : rows) {
        CAPTURE(line);
        const Imported found =
            tunnels_of_shell_line(line, {.source = "test", .directory = "/home/me"}, known_variable);
        CHECK(found.errors.empty());
        REQUIRE(found.tunnels.size() == 1);
        CHECK(found.tunnels.front().directory == directory);
        CHECK(found.tunnels.front().environment == environment);
    }
    const Imported words = tunnels_of_shell_line("H=host; autossh -N $H; H=g; autossh -N $H",
                                                 {.source = "test"}, known_variable);
    REQUIRE(words.tunnels.size() == 2);
    CHECK(words.tunnels.front().words.back() == "host");
    CHECK(words.tunnels.back().words.back() == "g");
    for (const std::string line :
         {"if true; then export AUTOSSH_POLL=1; fi; autossh -N h", "export AUTOSSH_POLL=$(x); autossh -N h"})
        CHECK(tunnels_of_shell_line(line, {.source = "test"}, known_variable).errors ==
              std::vector<std::string>{
                  "test: what $AUTOSSH_POLL stands for only the shell knows: write it out"});
}

TEST_CASE("autosshctl, import: a line of a unit has systemd's words")
{
    struct Row {
        std::string line;
        std::vector<std::string> words;
    };
    const std::vector<Row> rows{
        {"a \"b c\" 'd e'f", {"a", "b c", "d ef"}},
        {"a\\x20b \\sc \"\\\"\" \\101", {"a b", " c", "\"", "A"}},
        {"$OPTS ${OPTS} x$OPTS $$HOME ${NO}", {"-N", "-p", "22", "-N -p 22", "x$OPTS", "$HOME", ""}},
    };
    for (const auto& [line, words] : rows) {
        CAPTURE(line);
        const auto read = unit_words(line);
        REQUIRE(read);
        CHECK(with_unit_variables(*read, known_variable) == words);
    }
    CHECK(!unit_words("a 'b"));
    std::string unknown;
    CHECK(with_specifiers("%i-%%-%i%", {{'i', "x"}}, unknown) == "x-%-x%");
    CHECK(unknown.empty());
    with_specifiers("%H %Z", {}, unknown);
    CHECK(unknown == "%H");
}

TEST_CASE("autosshctl, import: YAML is read as far as compose files use it, and is no guess beyond")
{
    struct Row {
        std::string text, value;
    };
    const std::vector<Row> rows{
        {"a: b\nc:\n  - d\n  - e: f\n    g: h\n", R"({ a = "b", c = ["d", { e = "f", g = "h" }] })"},
        {"a:\n- b\n- c\nd: e # f\n", R"({ a = ["b", "c"], d = "e" })"},
        {"a: \"b # \\\"c\\\"\"\nd: 'it''s'\ne: x#y:z\n", R"({ a = "b # \"c\"", d = "it's", e = "x#y:z" })"},
        {"a: [b, \"c, d\", {e: f}]\ng: {h: 1, i: [j]}\nk: []\n",
         R"({ a = ["b", "c, d", { e = "f" }], g = { h = "1", i = ["j"] }, k = [] })"},
        {"a: [b,\n  c]\nd: e\n  f\n", R"({ a = ["b", "c"], d = "e f" })"},
        {"a: >-\n  b\n  c\nd: |\n  e\n   f\n", R"({ a = "b c", d = "e\n f\n" })"},
        {"x: &x\n  a: 1\n  b: 2\ny:\n  <<: *x\n  b: 3\nz: *x\n",
         R"({ x = { a = "1", b = "2" }, y = { a = "1", b = "3" }, z = { a = "1", b = "2" } })"},
        {"---\n# c\na:\nb: ~\n", R"({ a = "", b = "" })"},
        {"- - a\n  - b\n-\n  c\n", R"([["a", "b"], "c"])"},
        {"a: !x b\n", "1: a tag (!) is not understood"},
        {"a: *b\n", "1: there is no anchor &b"},
        {"a: b\n\tc: d\n", "2: a tab is no indent"},
        {"a: [b\n", "1: this value is not understood"},
        {"a: \"b\n", "1: this value is not understood"},
        {"a: b\nc\n", "2: a key with a value is expected"},
        {"  a: b\nc: d\n", "2: it does not belong to what stands before it"},
    };
    for (const auto& [text, value] : rows) {
        CAPTURE(text);
        CHECK(yaml_in_words(text) == value);
    }
    CHECK(yaml_in_words("a: " + std::string(100'000, '[')) == "1: this value is not understood");
    CHECK(yaml_in_words(std::string(100'000, ' ') + "a: b") == "{ a = \"b\" }");
    std::string stairs;
    for (int i = 0; i < 100; ++i)
        stairs += std::string(static_cast<std::size_t>(i), ' ') + "a:\n";
    CHECK(yaml_in_words(stairs).ends_with(": it is nested too deeply"));
    std::string bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
    for (int i = 1; i < 12; ++i) {
        const std::string before = "*a" + std::to_string(i - 1);
        bomb += "a" + std::to_string(i) + ": &a" + std::to_string(i) + "\n";
        for (int k = 0; k < 10; ++k)
            bomb += "  - " + before + "\n";
    }
    CHECK(yaml_in_words(bomb).find("its anchors are used too often") != std::string::npos);
}
