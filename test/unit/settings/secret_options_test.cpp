// Manual, "Secrets": what the user says of them.
#include "autossh/settings/command_line.hpp"
#include "autossh/settings/secret_options.hpp"
#include "autossh/settings/table.hpp"

#include "support/catch.hpp"
#include "unit/base/variables.hpp"

#include <string>
#include <vector>

using namespace autossh;
using namespace autossh_test;

namespace {

using Kind = SecretSource::Kind;

Settings read(const Variables& variables, std::vector<std::string> options = {})
{
    Settings settings;
    read_environment(environment_of(variables), settings);
    options.emplace_back("host");
    read_command_line(options, settings);
    return settings;
}

std::string error_of(const Variables& variables, const std::vector<std::string>& options = {})
{
    try {
        read(variables, options);
        return "";
    } catch (const ConfigError& error) {
        return error.what();
    }
}

SecretSource file(const std::string& name)
{
    return {.kind = Kind::file, .name = name};
}

}  // namespace

TEST_CASE("Secrets: each source has an option, a variable and a place in --secret-for")
{
    struct Row {
        std::string variable;
        std::vector<std::string> options;
        std::string value;
        std::string source;
        SecretSource expected;
    };
    const std::vector<std::string> words{"pass", "show", "my tunnel"};
    const std::vector<Row> rows{
        {"AUTOSSH_SECRETFILE", {"--secret-file", "/a b"}, "/a b", "file:/a b", file("/a b")},
        {"AUTOSSH_SECRETFD", {"--secret-fd=3"}, "3", "fd:3", {.kind = Kind::descriptor, .fd = 3}},
        {"AUTOSSH_SECRETCOMMAND",
         {"--secret-command", "pass show 'my tunnel'"},
         "pass show 'my tunnel'",
         "command:pass show \"my tunnel\"",
         {.kind = Kind::command, .command = words}},
        {"AUTOSSH_SECRETCREDENTIAL",
         {"--secret-credential", "key"},
         "key",
         "credential:key",
         {.kind = Kind::credential, .name = "key"}},
        {"AUTOSSH_SECRETPROMPT", {"--secret-prompt"}, "yes", "prompt", {.kind = Kind::prompt}},
    };
    for (const Row& row : rows) {
        INFO(row.variable);
        const std::vector<SecretRule> expected{{"", row.expected}};
        CHECK(read({{row.variable, row.value}}).tunnel.secrets == expected);
        CHECK(read({}, row.options).tunnel.secrets == expected);
        const std::vector<SecretRule> for_pattern{{"a@b", row.expected}};
        CHECK(read({}, {"--secret-for", "a@b=" + row.source}).tunnel.secrets == for_pattern);
        CHECK(read({{"AUTOSSH_SECRETFOR", "a@b=" + row.source}}).tunnel.secrets == for_pattern);
    }
    CHECK(read({{"AUTOSSH_SECRETPROMPT", "no"}}).tunnel.secrets.empty());
    CHECK(read({}).tunnel.secrets.empty());
}

TEST_CASE("Secrets: a pattern may hold an =, and ends where a source begins")
{
    CHECK(secret_rule_from("k=v=file:x=y") == SecretRule{"k=v", file("x=y")});
    CHECK(secret_rule_from("u@h Code=?=file:x=prompt") == SecretRule{"u@h Code=?", file("x=prompt")});
    CHECK(secret_rule_from("*/id=prompt") == SecretRule{"*/id", {.kind = Kind::prompt}});
}

TEST_CASE("Secrets: the last pattern stands first, and the secret without one last")
{
    const Settings settings =
        read({{"AUTOSSH_SECRETFOR", "a=file:1\nb=file:2\n"}, {"AUTOSSH_SECRETFILE", "5"}},
             {"--secret-for", "c=file:3", "--secret-for", "d=file:4"});
    CHECK(settings.tunnel.secrets ==
          std::vector<SecretRule>{
              {"d", file("4")}, {"c", file("3")}, {"b", file("2")}, {"a", file("1")}, {"", file("5")}});
}

TEST_CASE("Secrets: an option beats a variable, and two of a kind are a mistake")
{
    CHECK(read({{"AUTOSSH_SECRETFD", "3"}}, {"--secret-file", "f"}).tunnel.secrets ==
          std::vector<SecretRule>{{"", file("f")}});
    CHECK(read({{"AUTOSSH_SECRETFILE", "e"}}, {"--secret-file", "f"}).tunnel.secrets ==
          std::vector<SecretRule>{{"", file("f")}});
    const std::string advice =
        ": only one secret can be without a pattern; say with --secret-for what each is for";
    CHECK(error_of({}, {"--secret-file", "f", "--secret-fd", "3"}) ==
          "--secret-fd and --secret-file" + advice);
    CHECK(error_of({{"AUTOSSH_SECRETFILE", "f"}, {"AUTOSSH_SECRETPROMPT", "yes"}}) ==
          "AUTOSSH_SECRETFILE and AUTOSSH_SECRETPROMPT" + advice);
}

TEST_CASE("Secrets: what is no source is told, without what may be the secret itself")
{
    const std::vector<std::pair<std::vector<std::string>, std::string>> rows{
        {{"--secret-file", ""}, "the secret file has no name"},
        {{"--secret-fd", "x"}, "invalid secret file descriptor \"x\""},
        {{"--secret-fd", "-1"}, "invalid secret file descriptor \"-1\""},
        {{"--secret-fd", "1000001"}, "invalid secret file descriptor \"1000001\""},
        {{"--secret-fd", "2"}, "a secret cannot be read from file descriptor 2, which is for output"},
        {{"--secret-command", " \t"}, "the secret command is empty"},
        {{"--secret-command", "'' x"}, "the secret command is empty"},
        {{"--secret-command", "a 'b"}, "the secret command has a quote or a backslash that is left open"},
        {{"--secret-command", "a \\"}, "the secret command has a quote or a backslash that is left open"},
        {{"--secret-credential", "a/b"},
         "invalid credential name \"a/b\" (the ID of LoadCredential=, no path)"},
        {{"--secret-credential", ".."},
         "invalid credential name \"..\" (the ID of LoadCredential=, no path)"},
        {{"--secret-for", "=file:x"}, "a secret is for nothing: PATTERN=SOURCE needs a pattern"},
        {{"--secret-for", "a@b=hunter2"},
         "invalid secret for \"a@b\": PATTERN=SOURCE is wanted, SOURCE one of file:PATH, fd:N, command:CMD, "
         "credential:NAME, prompt"},
        {{"--secret-for", "a=prompt2"},
         "invalid secret for \"a\": PATTERN=SOURCE is wanted, SOURCE one of file:PATH, fd:N, command:CMD, "
         "credential:NAME, prompt"},
    };
    for (const auto& [options, message] : rows)
        CHECK(error_of({}, options) == message);
    CHECK(error_of({{"AUTOSSH_SECRETPROMPT", "1"}}) == "invalid secret prompt setting \"1\"");
    CHECK_FALSE(error_of({{"AUTOSSH_SECRETFOR", ""}}).empty());
}

TEST_CASE("Secrets: a source in words")
{
    CHECK(in_words(file("/f")) == "the file /f");
    CHECK(in_words({.kind = Kind::descriptor, .fd = 3}) == "file descriptor 3");
    CHECK(in_words({.kind = Kind::command, .command = {"pass", "a b"}}) == "the command pass");
    CHECK(in_words({.kind = Kind::credential, .name = "n"}) == "the credential n");
    CHECK(in_words({.kind = Kind::prompt}) == "what was typed at the start");
}
