// Manual, "Backoff": after a log-in that was refused, the files that may mend it end the wait.
#include "e2e/support/secrets.hpp"

#include <filesystem>
#include <pwd.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// The words of autossh do.
void name_no_key_in_configuration(const Sshd& sshd)
{
    std::string text = read_file(sshd.client_config());
    const std::size_t begin = text.find("IdentityFile ");
    REQUIRE(begin != std::string::npos);
    write_file(sshd.client_config(), text.erase(begin, text.find('\n', begin) + 1 - begin));
}

std::string name_of_user()
{
    const passwd* const user = getpwuid(getuid());
    REQUIRE(user != nullptr);
    return user->pw_name;
}

}  // namespace

TEST_CASE("Log-in files: a certificate that has run out is named, and a new one is tried at once")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    name_no_key_in_configuration(sshd);
    const std::string ca = sshd.directory() / "ca";
    const std::string key = sshd.directory() / "certified";
    const auto sign = [&](const std::string& validity) {
        run({"ssh-keygen", "-q", "-s", ca, "-I", "test", "-n", name_of_user(), "-V", validity, key + ".pub"});
    };
    for (const std::string& file : {ca, key})
        run({"ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", file});
    sshd.configure_server("AuthorizedKeysFile none\nTrustedUserCAKeys " + ca + ".pub\n");
    sign("20200101:20200102");

    const Autossh autossh(sshd, {"-M", "0", "-N", "-i", key}, default_times());
    REQUIRE(autossh.log().wait_for("]: not up after "));
    REQUIRE(
        autossh.log().wait_for(": the certificate " + key + "-cert.pub ran out at 2020-01-02 00:00:00; "));
    sign("always:forever");
    CHECK(autossh.log().wait_for("]: " + key + "-cert.pub has changed\n"));
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().count("starting ssh (") == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}

TEST_CASE("Log-in files: a key of -i that was not there is tried when it comes")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    name_no_key_in_configuration(sshd);
    const fs::path there = sshd.directory() / "user_key";
    REQUIRE(fs::exists(there));
    const std::string stick = sshd.directory() / "stick";
    fs::create_directory(stick);
    const Autossh autossh(sshd, {"-M", "0", "-N", "-i", stick + "/key"}, default_times());
    REQUIRE(autossh.log().wait_for("]: not up after "));
    fs::copy_file(there, stick + "/key");
    CHECK(autossh.log().wait_for("]: " + stick + "/key has changed\n"));
    CHECK(autossh.log().wait_for("]: up: "));
    CHECK(autossh.log().count("starting ssh (") == 2);
    CHECK(autossh.end() == exited(1));
    check_nothing_left(sshd);
}
