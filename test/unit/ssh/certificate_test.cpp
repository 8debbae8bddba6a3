#include "autossh/ssh/certificate.hpp"

#include "autossh/ssh/key_circumstances.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/process/process.hpp"

#include <algorithm>
#include <filesystem>
#include <fmt/core.h>
#include <string>
#include <vector>

using namespace autossh;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

constexpr std::uint64_t first_second = 1'600'000'000;  // 2020-09-13 12:26:40 UTC
constexpr std::uint64_t last_second = 1'600'086'400;
constexpr const char* validity = "20200913122640Z:20200914122640Z";

/// A key of that type, and its certificate for that time. Gives the certificate's path.
std::string certified(const TemporaryDirectory& directory, const std::string& type, const std::string& when)
{
    const std::string ca = directory / "ca";
    const std::string key = directory / ("key_" + type);
    const auto keygen = [](std::vector<std::string> words) {
        words.insert(words.begin(), {"ssh-keygen", "-q"});
        REQUIRE(autossh_test::Process({.arguments = words}).wait_for_exit() == autossh_test::exited(0));
    };
    for (const std::string& file : {ca, key}) {
        std::filesystem::remove(file);
        keygen({"-t", file == ca ? "ed25519" : type, "-N", "", "-f", file});
    }
    keygen({"-s", ca, "-I", "somebody", "-n", "one,two", "-V", when, "-O", "no-pty", key + ".pub"});
    return key + "-cert.pub";
}

KeyCircumstances with(const ConfiguredKeys& keys, std::uint64_t now)
{
    return key_circumstances("", keys, now);
}

bool has(const std::vector<std::string>& files, const std::string& file)
{
    return std::ranges::find(files, file) != files.end();
}

}  // namespace

TEST_CASE("Certificate: the time in which it is valid, of each type of key")
{
    const TemporaryDirectory directory;
    for (const std::string type : {"ed25519", "ecdsa", "rsa"}) {
        CAPTURE(type);
        const auto found = validity_of(read_file(certified(directory, type, validity)));
        REQUIRE(found);
        CHECK(found->begin == first_second);
        CHECK(found->end == last_second);
    }
    CHECK(validity_of(read_file(certified(directory, "ed25519", "always:forever"))) ==
          Validity{0, UINT64_MAX});
}

TEST_CASE("Certificate: what is none, or not whole, has no time")
{
    const TemporaryDirectory directory;
    const std::string text = read_file(certified(directory, "ed25519", validity));
    for (std::size_t length = 0; length < text.find("AAAA") + 200; ++length)
        CHECK_FALSE(validity_of(text.substr(0, length)));
    CHECK_FALSE(validity_of(read_file(directory / "key_ed25519.pub")));
    CHECK_FALSE(validity_of("ssh-rsa-cert-v01@openssh.com " + text.substr(text.find("AAAA"))));
    CHECK_FALSE(validity_of("ssh-ed25519-cert-v01@openssh.com //////////////////////////8="));
}

TEST_CASE("Diagnostics: a certificate that cannot be used is named with its time, unless another one can")
{
    const TemporaryDirectory directory;
    const std::string old = certified(directory, "ed25519", validity);
    const std::string key = directory / "key_ed25519";
    const std::string good = certified(directory, "ecdsa", "always:forever");
    const std::string ran_out = "the certificate " + old + " ran out at 2020-09-1";

    CHECK(with({.files = {key}}, last_second).useless_certificate.starts_with(ran_out));
    CHECK(with({.given = {key}}, last_second).useless_certificate.starts_with(ran_out));
    CHECK(with({.certificates = {old}}, last_second).useless_certificate.starts_with(ran_out));
    CHECK(with({.files = {key}}, last_second - 1).useless_certificate.empty());
    CHECK(with({.files = {key}}, first_second).useless_certificate.empty());
    CHECK(with({.files = {key}}, first_second - 1)
              .useless_certificate.starts_with("the certificate " + old + " is valid only from 2020-09-1"));
    CHECK(with({.files = {key}, .certificates = {good}}, last_second).useless_certificate.empty());
    CHECK(with({.files = {directory / "missing"}}, last_second).useless_certificate.empty());
}

TEST_CASE("Log-in: the files that may mend it, also those that are not there yet")
{
    SshPlan::Login login;
    login.agent_socket = "/agent";
    login.keys = {.path_tokens = {{'h', "server"}},
                  .files = {"/key", "/%h/other"},
                  .certificates = {"/key-cert.pub", "/ca/user.pub"},
                  .given = {"/stick/key", "/key"}};
    login.known_hosts = {"/known_hosts"};
    CHECK(files_of_login(login) == std::vector<std::string>{"/agent", "/key", "/server/other", "/stick/key",
                                                            "/known_hosts", "/key-cert.pub", "/ca/user.pub",
                                                            "/server/other-cert.pub", "/stick/key-cert.pub"});
    login.keys.tickets = true;
    struct Row {
        const char* name;
        const char* file;
    };
    for (const Row& row : {Row{"/t", "/t"}, Row{"FILE:/t", "/t"}, Row{"DIR:/t", "/t"}}) {
        CAPTURE(row.name);
        ::setenv("KRB5CCNAME", row.name, 1);
        CHECK(has(files_of_login(login), row.file));
    }
    ::setenv("KRB5CCNAME", "KEYRING:persistent:0", 1);
    const std::size_t without = files_of_login(login).size();
    ::unsetenv("KRB5CCNAME");
    CHECK(has(files_of_login(login), fmt::format("/tmp/krb5cc_{}", ::getuid())));
    CHECK(files_of_login(login).size() == without + 1);
}
