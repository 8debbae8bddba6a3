// Manual, "Secrets": a source that cannot be right is told before anything is started.
#include "e2e/support/secrets.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>

using namespace autossh_test;

namespace {

struct Mistake {
    std::vector<std::string> options;
    std::string complaint;  ///< in it, HERE is the server's directory
    Environment changes = {};
};

std::string in_directory(std::string text, const Sshd& sshd)
{
    for (auto at = text.find("HERE"); at != std::string::npos; at = text.find("HERE", at))
        text.replace(at, 4, sshd.directory());
    return text;
}

/// It says so, and ends with 1, without an ssh.
void check_refusal(const Sshd& sshd, const Mistake& mistake)
{
    std::vector<std::string> options;
    for (const std::string& option : mistake.options)
        options.push_back(in_directory(option, sshd));
    Environment changes;
    for (const auto& [name, value] : mistake.changes)
        changes[name] = in_directory(value, sshd);
    for (const bool in_background : {false, true}) {
        if (in_background)
            options.insert(options.begin(), "-f");
        const SecretTunnel tunnel(sshd, options, {.changes = changes, .new_session = true});
        const auto exit = tunnel.process().wait_for_exit();
        INFO(tunnel.process().errors());
        CHECK(exit == exited(1));
        CHECK(tunnel.process().errors().find(in_directory(mistake.complaint, sshd)) != std::string::npos);
        CHECK(tunnel.process().errors().find(right_secret) == std::string::npos);
        CHECK(tunnel.log().count(right_secret) == 0);
        CHECK(tunnel.starts() == 0);
        CHECK(tunnel.process().wait_until_nothing_left());
    }
}

/// An ssh that says it is of this version, and notes whether it is run for anything else.
std::string write_ssh(const Sshd& sshd, const std::string& version)
{
    const std::string directory = sshd.directory() / "bin";
    std::filesystem::create_directory(directory);
    return script_file(
        sshd, "bin/ssh",
        fmt::format("[ \"$*\" = -V ] || echo \"$*\" >>{}/started\necho '{}' >&2\n", directory, version));
}

}  // namespace

TEST_CASE("Secrets: a source that gives none is told at the start, and no ssh is started")
{
    SKIP_WITHOUT_SSHD();
    const auto mistake = GENERATE(values<Mistake>(
        {{{"--secret-file", "HERE/open"}, "\"HERE/open\" can be read by others (mode 0644): chmod 600 it"},
         {{"--secret-file", "HERE/missing"}, "\"HERE/missing\": No such file or directory"},
         {{"--secret-file", "HERE/empty"}, "\"HERE/empty\" is empty"},
         {{"--secret-file", "HERE"}, "\"HERE\" is not a regular file"},
         {{"--secret-file", ""}, "the secret file has no name"},
         {{"--secret-fd", "9"}, "file descriptor 9 is not open"},
         {{"--secret-fd", "3"}, "file descriptor 3 is not open"},  // autossh has files of its own there
         {{"--secret-fd", "4", "--log-file", "HERE/log"}, "file descriptor 4 is not open"},
         {{"--secret-fd", "0"}, "the secret on file descriptor 0 is empty"},
         {{"--secret-fd", "1"}, "file descriptor 1"},
         {{"--secret-fd", "three"}, "invalid secret file descriptor \"three\""},
         {{"--secret-command", "no-such-program now"}, "\"no-such-program\" is no program that can be run"},
         {{"--secret-command", "echo 'open"}, "left open"},
         {{"--secret-credential", "phrase"}, "CREDENTIALS_DIRECTORY is not set"},
         {{"--secret-credential", "../secret"}, "invalid credential name \"../secret\""},
         {{"--secret-credential", "phrase"},
          "there is no file \"HERE/phrase\"",
          {{"CREDENTIALS_DIRECTORY", "HERE"}}},
         {{"--secret-prompt"}, "--secret-prompt needs somebody at a terminal"},
         {{"--secret-for", "*=vault:tunnel"}, "PATTERN=SOURCE is wanted"},
         {{"--secret-for", "file:HERE/secret"}, "PATTERN=SOURCE is wanted"},
         {{"--secret-for", "tunnel@server=file:HERE/missing"}, "No such file or directory"},
         {{"--secret-file", "HERE/secret", "--secret-command", "cat HERE/secret"},
          "--secret-command and --secret-file: only one secret can be without a pattern"},
         {{},
          "AUTOSSH_SECRETCOMMAND and AUTOSSH_SECRETFILE: only one secret can be without a pattern",
          {{"AUTOSSH_SECRETFILE", "HERE/secret"}, {"AUTOSSH_SECRETCOMMAND", "cat HERE/secret"}}}}));
    INFO(fmt::format("{}", fmt::join(mistake.options, " ")));
    Sshd sshd;
    secret_file(sshd, right_secret);
    secret_file(sshd, "", "empty");
    write_file(sshd.directory() / "open", right_secret);
    std::filesystem::permissions(sshd.directory() / "open", static_cast<std::filesystem::perms>(0644));
    check_refusal(sshd, mistake);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: none for an ssh of which nothing is known")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    secret_file(sshd, right_secret);
    check_refusal(sshd,
                  {{"--plain", "--secret-file", "HERE/secret"}, "secrets cannot be given with --plain"});
    const std::string nobody_knows = script_file(sshd, "connect", "echo run >>\"$0.started\"\n");
    check_refusal(sshd, {{"--secret-file", "HERE/secret"},
                         "HERE/connect is not known to be it; if it is, set AUTOSSH_PLAIN=no",
                         {{"AUTOSSH_PATH", nobody_knows}}});
    CHECK_FALSE(std::filesystem::exists(nobody_knows + ".started"));
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: none for an OpenSSH that cannot be made to ask us")
{
    SKIP_WITHOUT_SSHD();
    const auto [version, complaint] = GENERATE(table<std::string, std::string>(
        {{"OpenSSH_8.2p1 Ubuntu-4ubuntu0.5, OpenSSL 1.1.1f  31 Mar 2020",
          "HERE/bin/ssh is OpenSSH 8.2, which cannot be made to ask autossh for a secret"},
         {"dropbear v2022.83", "HERE/bin/ssh -V does not say which it is"}}));
    Sshd sshd;
    secret_file(sshd, right_secret);
    check_refusal(sshd, {{"--secret-file", "HERE/secret"},
                         complaint,
                         {{"AUTOSSH_PATH", write_ssh(sshd, version)}, {"AUTOSSH_PLAIN", "no"}}});
    CHECK_FALSE(std::filesystem::exists(sshd.directory() / "bin/started"));
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: an ssh that cannot be looked at for want of descriptors is not called another client")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(!tested_autossh_has_address_sanitizer(), "UBSan needs a pipe of its own to look at a type");
    Sshd sshd;
    use_locked_key(sshd);
    const std::string secret = secret_file(sshd, right_secret);
    int wanting = 0;
    for (int descriptors = 8; descriptors <= 16; ++descriptors) {
        CAPTURE(descriptors);
        const std::string limited = fmt::format("ulimit -n {}; exec \"$@\"", descriptors);
        const SecretTunnel tunnel(sshd, {"--secret-file", secret},
                                  {.arguments = {"/bin/sh", "-c", limited, "sh"}});
        const auto said = [&] { return tunnel.log().text() + tunnel.process().errors(); };
        CHECK(wait_until([&] {
            return tunnel.process().exit_result() ||
                   said().find("so it is not started") != std::string::npos ||
                   said().find("]: ssh child pid is ") != std::string::npos;
        }));
        CHECK(said().find("is not known to be OpenSSH's ssh") == std::string::npos);
        wanting += said().find("cannot read /usr/bin/ssh: Too many open files") != std::string::npos ? 1 : 0;
        tunnel.process().signal(SIGTERM);
        CHECK(tunnel.process().wait_for_exit());
    }
    CHECK(wanting > 0);
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: an option takes the place of the variable")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-command", "cat " + secret_file(sshd, right_secret)},
                              {.changes = {{"AUTOSSH_SECRETFILE", sshd.directory() / "missing"}}});
    CHECK(tunnel.comes_up());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a source that gives none later is told as that, and used again when it is mended")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const std::string file = secret_file(sshd, right_secret);
    const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = default_times()});
    REQUIRE(tunnel.comes_up());
    std::filesystem::rename(file, file + ".away");
    CHECK(process_table::send(tunnel.log().ssh_pid(), SIGKILL));
    REQUIRE(tunnel.waits_because(
        fmt::format("cannot read the secret file \"{}\": No such file or directory", file)));
    CHECK(tunnel.log().wait_for("]: remedy: try the source of the secret by hand, "));
    CHECK(tunnel.log().count("]: remedy: try the source of the secret by hand, ") == 1);
    CHECK(tunnel.starts() == 2);
    std::filesystem::rename(file + ".away", file);
    CHECK(tunnel.log().wait_for("]: up again "));
    CHECK(tunnel.log().count(file + " has changed\n") == 1);
    CHECK(tunnel.starts() == 3);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
