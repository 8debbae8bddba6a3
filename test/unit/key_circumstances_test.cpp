#include "autossh/key_circumstances.hpp"

#include "autossh/unique_fd.hpp"
#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>
#include <vector>

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;

namespace {

const std::string encrypted = "-----BEGIN ENCRYPTED PRIVATE KEY-----\n";
const std::string plain = "-----BEGIN PRIVATE KEY-----\n";

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
        CHECK(key_circumstances(none, {}) == KeyCircumstances{});
    const KeyCircumstances gone{true, false, {}};
    CHECK(key_circumstances(socket, {}) == gone);
    CHECK(key_circumstances(std::string(200, 'x'), {}) == gone);
    {
        const UniqueFd agent = listen_on(socket);
        // Also when it takes nothing in: nobody waits for it.
        for (int i = 0; i < 5; ++i)
            CHECK(key_circumstances(socket, {}) == KeyCircumstances{true, true, {}});
    }
    CHECK(key_circumstances(socket, {}) == gone);  // the file is still there
}

TEST_CASE("Diagnostics: the first key file that needs a passphrase is named")
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
    CHECK(key_circumstances("", files) == KeyCircumstances{false, false, first});
    const std::vector<std::string> none{open, "/dev/zero", ""};
    CHECK(key_circumstances("", none).encrypted_key.empty());
}

TEST_CASE("Diagnostics: a key file is looked for in the home directory")
{
    const TemporaryDirectory directory;
    write_file(directory / "key", encrypted);
    const char* const old = std::getenv("HOME");
    const std::string home = old == nullptr ? "/" : old;
    ::setenv("HOME", directory.path().c_str(), 1);
    const std::vector<std::string> files{"~/none", "~/key"};
    CHECK(key_circumstances("", files).encrypted_key == "~/key");
    ::setenv("HOME", home.c_str(), 1);
}

TEST_CASE("Key circumstances: an agent that is named by a variable, set or not")
{
    const TemporaryDirectory directory;
    const std::string gone = directory / "gone";
    for (const char* configured : {"SSH_AUTH_SOCK", "$SSH_AUTH_SOCK"}) {
        ::unsetenv("SSH_AUTH_SOCK");
        CHECK_FALSE(key_circumstances(configured, {}).agent_expected);
        ::setenv("SSH_AUTH_SOCK", gone.c_str(), 1);
        CHECK(key_circumstances(configured, {}).agent_expected);
        CHECK_FALSE(key_circumstances(configured, {}).agent_reachable);
        ::unsetenv("SSH_AUTH_SOCK");
    }
}
