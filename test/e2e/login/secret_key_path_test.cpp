// Manual, "Secrets": no server gets the passphrase of a key, in whatever way its path is written.
#include "e2e/support/password_sshd.hpp"
#include "e2e/support/secrets.hpp"
#include "support/process/process_table.hpp"

#include <csignal>
#include <filesystem>

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

struct Written {
    std::string
        lines;       ///< of ssh_config(5); in them, HERE is the key's directory, HOME the way from home to /
    std::string of;  ///< "the passphrase of FILE", with HERE
    Environment changes = {};
};

std::string replaced(std::string text, const std::string& what, const std::string& by)
{
    for (auto at = text.find(what); at != std::string::npos; at = text.find(what, at + by.size()))
        text.replace(at, what.size(), by);
    return text;
}

/// "/../../.." for as many directories as are above the home directory of our user.
std::string way_up_from_home()
{
    const passwd* const own = ::getpwuid(::getuid());
    std::string up;
    for (const auto& part : std::filesystem::path(own == nullptr ? "/" : own->pw_dir))
        if (part != "/")
            up += "/..";
    return up;
}

}  // namespace

TEST_CASE(
    "Secrets: a passphrase goes to no server that asks for a password, however the key's path is written")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", "another");
    sshd.configure_server("PubkeyAuthentication no\nPasswordAuthentication yes");
    const std::string here = sshd.directory();
    make_locked_key(sshd, "ed25519", right_secret, "tunnel_key");
    const std::string file = secret_file(sshd, right_secret);
    const std::string up = way_up_from_home();

    const std::string in_here = "the passphrase of HERE/tunnel_key";
    const Written ways[] = {
        {"IdentityFile HERE/tunnel_key", in_here},
        {"IdentityFile \"HERE/tunnel_key\"", in_here},
        {"IdentityFile HERE/%r_key", in_here},
        {"IdentityFile ${KEYS}/tunnel_key", in_here, {{"KEYS", here}}},
        {"IdentityFile ~HOMEHERE/tunnel_key", "tunnel_key", {{"HOME", "/nonexistent"}}},
        {"IdentityFile %dHOMEHERE/%r_key", "tunnel_key"},
        {"IdentityFile ~rootHOMEHERE/tunnel_key", "tunnel_key"},
        {"Include HERE/included", in_here},
        {"Match exec true\nIdentityFile HERE/tunnel_key", in_here},
        {"IdentityFile HERE/not_there", "the passphrase of HERE/not_there"},
        {"IdentityFile HERE/%C", "the passphrase of HERE/%C"},
        {"IdentityFile none\nCertificateFile HERE/tunnel_key-cert.pub", "the passphrase of HERE/tunnel_key"},
        {"IdentityFile none\nPKCS11Provider HERE/none.so", "the PIN of HERE/none.so"},
        {"IdentityFile HERE/secret_free\nIdentityFile HERE/tunnel_key", in_here},
    };
    std::filesystem::copy_file(key_of(sshd), here + "/secret_free");
    write_file(here + "/included", fmt::format("IdentityFile {}/tunnel_key\n", here));
    for (const Written& way : ways) {
        INFO(way.lines);
        const std::string config = read_file(sshd.client_config());
        sshd.configure_client(replaced(replaced(way.lines, "HOME", up), "HERE", here));
        const SecretTunnel tunnel(sshd, {"--secret-file", file}, {.changes = [&] {
                                      Environment changes = default_times();
                                      changes.insert(way.changes.begin(), way.changes.end());
                                      return changes;
                                  }()});
        CHECK(tunnel.log().wait_for("; trying again in 30 s\n"));
        INFO(tunnel.log().text());
        CHECK(tunnel.log().count(replaced(way.of, "HERE", here) + ", which no server may have; ") >= 1);
        CHECK(tunnel.log().count("answered from ") == 0);
        CHECK(sshd.has_wrong_tries("tunnel", 0));
        CHECK(tunnel.end());
        write_file(sshd.client_config(), config);
    }
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: a key that is configured while autossh runs is known at the next start of ssh")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", right_secret);
    sshd.configure_server("PubkeyAuthentication no\nPasswordAuthentication yes");
    use_identity(sshd, "none");
    make_locked_key(sshd, "ed25519", right_secret, "tunnel_key");
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)},
                              {.changes = default_times()});
    REQUIRE(tunnel.comes_up());
    sshd.configure_client("IdentityFile " + std::string(sshd.directory() / "tunnel_key"));
    REQUIRE(process_table::send(tunnel.log().ssh_pid(), SIGKILL));
    CHECK(tunnel.log().wait_for(", which no server may have; "));
    CHECK(tunnel.log().count("answered from ") == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Secrets: what may be the passphrase of a jump host's key goes to no server behind it")
{
    SKIP_WITHOUT_ACCOUNTS();
    PasswordSshd sshd;
    sshd.set_password("tunnel", "another");
    sshd.set_password("jump", wrong_secret);
    sshd.configure_server("PubkeyAuthentication no\nPasswordAuthentication yes");
    use_identity(sshd, "none");
    make_locked_key(sshd, "ed25519", right_secret, "jump_key");
    const std::string config = read_file(sshd.client_config());
    write_file(sshd.client_config(),
               fmt::format("Host jump\nIdentityFile {}/%r_key\n", sshd.directory().string()) + config);
    const SecretTunnel tunnel(sshd,
                              {"-J", "jump", "--secret-file", secret_file(sshd, right_secret), "--secret-for",
                               "jump@jump=file:" + secret_file(sshd, wrong_secret, "of_jump")},
                              {.changes = default_times()});
    CHECK(tunnel.log().wait_for("; trying again in 30 s\n"));
    INFO(tunnel.log().text());
    CHECK(tunnel.log().count(fmt::format("the passphrase of {}/jump_key, which no server may have; ",
                                         sshd.directory().string())) >= 1);
    CHECK(tunnel.log().count("answered from ") == 1);
    CHECK(sshd.has_wrong_tries("tunnel", 0));
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}
