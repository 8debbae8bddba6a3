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
        {"ssh h autossh -N g", 0, ""},
        {"pkill autossh", 0, ""},
        {"autossh-x -N h", 0, ""},
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
