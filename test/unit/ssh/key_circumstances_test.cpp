#include "autossh/ssh/key_circumstances.hpp"

#include "autossh/base/unique_fd.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
#include <cstdlib>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

const std::string encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
const std::string plain = "-----BEGIN PRIVATE KEY-----\n";

constexpr std::uint64_t noon = 1700'000'000;

KeyCircumstances circumstances(const std::string& agent_socket, const std::vector<std::string>& files)
{
    return key_circumstances(agent_socket, {.files = files}, noon);
}

UniqueFd listen_on(const std::string& path)
{
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof address.sun_path - 1);
    UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM, 0));
    REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    REQUIRE(::listen(fd.get(), 0) == 0);
    return fd;
}

}  // namespace

TEST_CASE("Diagnostics: an agent is expected where a socket is named, and reachable where one listens")
{
    const TemporaryDirectory directory;
    const std::string socket = directory / "agent";
    for (const std::string none : {"", "none"})
        CHECK(circumstances(none, {}) == KeyCircumstances{});
    const KeyCircumstances gone{.agent_expected = true};
    CHECK(circumstances(socket, {}) == gone);
    CHECK(circumstances(std::string(200, 'x'), {}) == gone);
    {
        const UniqueFd agent = listen_on(socket);
        // Also when it takes nothing in: nobody waits for it.
        for (int i = 0; i < 5; ++i)
            CHECK(circumstances(socket, {}) ==
                  KeyCircumstances{.agent_expected = true, .agent_reachable = true});
    }
    CHECK(circumstances(socket, {}) == gone);  // the file is still there
}

TEST_CASE("Diagnostics: each key file that needs a passphrase is known")
{
    const TemporaryDirectory directory;
    const std::string open = directory / "open";
    const std::string first = directory / "first";
    const std::string second = directory / "second";
    const std::string fifo = directory / "fifo";
    write_file(open, plain);
    write_file(first, encrypted);
    write_file(second, encrypted);
    REQUIRE(::mkfifo(fifo.c_str(), 0600) == 0);

    const std::vector<std::string> files{directory / "missing", fifo, directory.path(), open, first, second};
    CHECK(circumstances("", files) == KeyCircumstances{.encrypted_keys = {first, second}});
    const std::vector<std::string> none{open, "/dev/zero", ""};
    CHECK(circumstances("", none).encrypted_keys.empty());
}

TEST_CASE("Key circumstances: an agent that is named by a variable, set or not")
{
    const TemporaryDirectory directory;
    const std::string gone = directory / "gone";
    for (const char* configured : {"SSH_AUTH_SOCK", "$SSH_AUTH_SOCK", "${SSH_AUTH_SOCK}"}) {
        ::unsetenv("SSH_AUTH_SOCK");
        CHECK_FALSE(circumstances(configured, {}).agent_expected);
        ::setenv("SSH_AUTH_SOCK", gone.c_str(), 1);
        CHECK(circumstances(configured, {}).agent_expected);
        CHECK_FALSE(circumstances(configured, {}).agent_reachable);
        ::unsetenv("SSH_AUTH_SOCK");
    }
}

TEST_CASE("Secrets: what a secret for nothing in particular may be, by every way to write a key's path")
{
    const TemporaryDirectory directory;
    const std::string key = directory / "key";
    const std::string open = directory / "open";
    const std::string odd = directory / "odd.ppk";
    write_file(key, encrypted);
    write_file(open, plain);
    write_file(odd, "PuTTY-User-Key-File-3: ssh-ed25519\n");
    ::setenv("KEYS_ARE_IN", directory.path().c_str(), 1);
    ::unsetenv("NOT_SET");
    const PathTokens tokens{{'h', "key"}, {'n', "open"}};
    const std::string where = directory.path();

    struct Row {
        std::string path;  ///< as ssh -G prints it
        std::string guarded;
    };
    const Row rows[] = {
        {key, key},
        {open, ""},
        {"none", ""},
        {where + "/%h", key},
        {where + "/%n", ""},
        {"${KEYS_ARE_IN}/key", key},
        {"${KEYS_ARE_IN}/%h", key},
        // In doubt: not there, no key, not to be read as a file, not to be resolved.
        {where + "/missing", where + "/missing"},
        {odd, odd},
        {where, where},
        {"${NOT_SET}/key", "${NOT_SET}/key"},
        {"${KEYS_ARE_IN/key", "${KEYS_ARE_IN/key"},
        {"~no_such_user_here/key", "~no_such_user_here/key"},
        {where + "/%C", where + "/%C"},
        {where + "/%", where + "/%"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.path);
        const auto guarded = guarded_keys({tokens, {row.path}, {}, ""});
        REQUIRE(guarded.size() == (row.guarded.empty() ? 0 : 1));
        if (!guarded.empty())
            CHECK(guarded.front().key == row.guarded);
    }
}

TEST_CASE("Secrets: of several keys each counts, certificates and tokens too, but not ssh's defaults that "
          "are missing")
{
    const TemporaryDirectory directory;
    const std::string key = directory / "key";
    const std::string other = directory / "other";
    write_file(key, encrypted);
    write_file(other, encrypted);
    write_file(key + "-cert.pub", "ssh-ed25519-cert-v01@openssh.com AAAA\n");
    const std::vector<std::string> keys{key, other};
    CHECK(guarded_keys({{}, keys, {}, ""}).size() == 2);
    CHECK(guarded_keys({{}, keys, {}, ""}).back().secret == "the passphrase of " + other);

    const std::vector<std::string> certificates{key + "-cert.pub"};
    REQUIRE(guarded_keys({{}, {}, certificates, "none"}).size() == 1);
    CHECK(guarded_keys({{}, {}, certificates, "none"}).front().key == key);
    REQUIRE(guarded_keys({{}, {}, {}, "/lib/token.so"}).size() == 1);
    CHECK(guarded_keys({{}, {}, {}, "/lib/token.so"}).front().secret == "the PIN of /lib/token.so");

    // As ssh -G prints them where none is named; whether they are there, in this account, is of no concern.
    std::vector<std::string> defaults;
    for (const char* name : {"rsa", "ecdsa", "ecdsa_sk", "ed25519", "ed25519_sk", "xmss", "dsa"})
        defaults.push_back(std::string("~/.ssh/id_") + name);
    const auto guarded = guarded_keys({{}, defaults, {}, ""});
    CHECK(std::ranges::all_of(guarded,
                              [](const GuardedKey& each) { return ::access(each.key.c_str(), F_OK) == 0; }));
    const std::vector<std::string> named{"~/.ssh/no_such_key"};
    CHECK(guarded_keys({{}, named, {}, ""}).size() == 1);
}
