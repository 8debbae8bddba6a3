// Manual, "Secrets": where a secret can come from, shown with keys that have a passphrase.
#include "e2e/support/secrets.hpp"
#include "support/process/pseudo_terminal.hpp"

#include <fstream>

using namespace autossh_test;

namespace {

constexpr const char* question = "autossh: passphrase or password for ssh: ";

/// One way to name a source, as an option and as a variable.
struct Source {
    std::string option;
    std::string variable;
    std::string value;
};

/// The option alone, or nothing where the variable says it.
std::vector<std::string> words_of(const Source& source, bool by_variable)
{
    return by_variable ? std::vector<std::string>{} : std::vector<std::string>{source.option, source.value};
}

Environment variables_of(const Source& source, bool by_variable)
{
    return by_variable ? Environment{{source.variable, source.value}} : Environment{};
}

/// It has logged in with the secret, does so again without help, and tells nobody what it is.
void check_it_lasts(const SecretTunnel& tunnel)
{
    INFO(tunnel.process().errors() << tunnel.log().text());
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.asked("passphrase of ") == 1);
    CHECK(tunnel.comes_back());
    CHECK(tunnel.asked("passphrase of ") == 2);
    CHECK(tunnel.log().count("answered from ") == 2);
    CHECK(tunnel.log().count(right_secret) == 0);
    CHECK(tunnel.end());
}

/// The words of a shell that runs a program with the file's contents in a pipe, as descriptor 3.
std::vector<std::string> with_pipe(const std::string& file)
{
    return {"sh", "-c", "file=$1; shift; exec \"$@\" 3<<END\n$(cat \"$file\")\nEND", "sh", file};
}

}  // namespace

TEST_CASE("Secrets: a key's passphrase from a file, at the first start and at every other")
{
    SKIP_WITHOUT_SSHD();
    const std::string type = GENERATE("ed25519", "rsa");
    const bool by_variable = GENERATE(false, true);
    INFO(type << (by_variable ? " by variable" : " by option"));
    Sshd sshd;
    const std::string key = use_locked_key(sshd, type);
    const Source file{"--secret-file", "AUTOSSH_SECRETFILE", secret_file(sshd, right_secret)};
    const SecretTunnel tunnel(sshd, words_of(file, by_variable),
                              {.changes = variables_of(file, by_variable)});
    REQUIRE(tunnel.comes_up());
    CHECK(tunnel.log().count(fmt::format("ssh asks for the passphrase of {}: answered from the file {}\n",
                                         key, file.value)) == 1);
    check_it_lasts(tunnel);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: from a descriptor, which is read once")
{
    SKIP_WITHOUT_SSHD();
    const bool by_variable = GENERATE(false, true);
    Sshd sshd;
    use_locked_key(sshd);
    const std::string file = secret_file(sshd, right_secret);
    const Source descriptor{"--secret-fd", "AUTOSSH_SECRETFD", "3"};
    const SecretTunnel tunnel(
        sshd, words_of(descriptor, by_variable),
        {.arguments = with_pipe(file), .changes = variables_of(descriptor, by_variable)});
    REQUIRE(tunnel.comes_up());
    std::filesystem::remove(file);
    check_it_lasts(tunnel);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: from a command, which is run at each start and not before")
{
    SKIP_WITHOUT_SSHD();
    const bool by_variable = GENERATE(false, true);
    Sshd sshd;
    use_locked_key(sshd);
    const CountedCommand command(sshd, secret_file(sshd, right_secret));
    const Source source{"--secret-command", "AUTOSSH_SECRETCOMMAND", command.path()};
    const SecretTunnel tunnel(sshd, words_of(source, by_variable),
                              {.changes = variables_of(source, by_variable)});
    REQUIRE(tunnel.comes_up());
    CHECK(command.runs() == 1);
    check_it_lasts(tunnel);
    CHECK(command.runs() == 2);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: from a credential of a systemd unit")
{
    SKIP_WITHOUT_SSHD();
    const bool by_variable = GENERATE(false, true);
    Sshd sshd;
    use_locked_key(sshd);
    secret_file(sshd, right_secret, "phrase");
    const Source credential{"--secret-credential", "AUTOSSH_SECRETCREDENTIAL", "phrase"};
    Environment changes = variables_of(credential, by_variable);
    changes["CREDENTIALS_DIRECTORY"] = sshd.directory();
    const SecretTunnel tunnel(sshd, words_of(credential, by_variable), {.changes = changes});
    check_it_lasts(tunnel);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: typed once at the start, in the foreground and with -f")
{
    SKIP_WITHOUT_SSHD();
    const bool by_variable = GENERATE(false, true);
    const bool in_background = GENERATE(false, true);
    INFO((by_variable ? "by variable" : "by option") << (in_background ? ", -f" : ""));
    Sshd sshd;
    use_locked_key(sshd);
    const PseudoTerminal terminal;
    std::vector<std::string> words;
    if (!by_variable)
        words.push_back("--secret-prompt");
    if (in_background)
        words.push_back("-f");
    const SecretTunnel tunnel(
        sshd, words,
        {.changes = by_variable ? Environment{{"AUTOSSH_SECRETPROMPT", "yes"}} : Environment{},
         .terminal = terminal.path()});
    REQUIRE(terminal.wait_for_text(question));
    CHECK(tunnel.starts() == 0);
    terminal.type(std::string(right_secret) + "\r");
    if (in_background)
        CHECK(tunnel.process().wait_for_exit() == exited(0));
    check_it_lasts(tunnel);
    const std::string shown = terminal.shown();
    CHECK(shown.find(question) == shown.rfind(question));
    CHECK(shown.find(right_secret) == std::string::npos);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: in the background, where there is no terminal, as in the foreground")
{
    SKIP_WITHOUT_SSHD();
    const std::string source = GENERATE("file", "relative file", "descriptor", "command", "credential");
    INFO(source);
    Sshd sshd;
    use_locked_key(sshd);
    const std::string file = secret_file(sshd, right_secret);
    const CountedCommand command(sshd, file);
    const std::map<std::string, std::vector<std::string>> words{
        {"file", {"--secret-file", file}},
        {"relative file", {"--secret-file", "secret"}},
        {"descriptor", {"--secret-fd", "3"}},
        {"command", {"--secret-command", command.path()}},
        {"credential", {"--secret-credential", "secret"}}};
    std::vector<std::string> options = words.at(source);
    options.push_back("-f");
    const SecretTunnel tunnel(
        sshd, options,
        {.arguments = source == "descriptor" ? with_pipe(file) : std::vector<std::string>{},
         .changes = {{"CREDENTIALS_DIRECTORY", sshd.directory()}},
         .working_directory = sshd.directory(),
         .new_session = true});
    CHECK(tunnel.process().wait_for_exit() == exited(0));
    check_it_lasts(tunnel);
    CHECK(command.runs() == (source == "command" ? 2 : 0));
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: each for its own key, by its path, also below the home directory")
{
    SKIP_WITHOUT_SSHD();
    const std::string pattern = GENERATE("~/locked_key", "*/locked_*", "{}/locked_key");
    INFO(pattern);
    Sshd sshd;
    use_locked_key(sshd);
    secret_file(sshd, right_secret);
    const std::string other = secret_file(sshd, wrong_secret, "other");
    const std::string for_key = fmt::format(fmt::runtime(pattern), sshd.directory().string());
    const SecretTunnel tunnel(
        sshd, {"--secret-for", for_key + "=file:~/secret", "--secret-file", other},
        {.changes = {
             {"HOME", sshd.directory()},
             {"AUTOSSH_SECRETFOR", fmt::format("/nowhere/key=file:{}\n*@nowhere=file:{}", other, other)}}});
    check_it_lasts(tunnel);
    check_nothing_left(sshd);
}
