// Manual, "Secrets": who asks for a secret without being an askpass program of our ssh gets none.
#include "e2e/support/secrets.hpp"
#include "support/process/forked.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

constexpr uid_t stranger = 65534;

std::string askpass_of(const SecretTunnel& tunnel)
{
    return variable_of(tunnel.log().ssh_pid(), "SSH_ASKPASS");
}

std::string socket_of(const SecretTunnel& tunnel)
{
    return variable_of(tunnel.log().ssh_pid(), "AUTOSSH_ASKPASS_SOCKET");
}

std::string token_of(const SecretTunnel& tunnel)
{
    return variable_of(tunnel.log().ssh_pid(), "AUTOSSH_ASKPASS_TOKEN");
}

/// What becomes of a stranger who connects and asks: an errno; 0: they get no answer; 200: they get one.
int ask_as_stranger(const std::string& socket_path)
{
    const Forked asker([&](const Forked::Step&) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strncpy(address.sun_path, socket_path.c_str(), sizeof address.sun_path - 1);
        const int client = socket(AF_UNIX, SOCK_STREAM, 0);
        if (setgid(stranger) < 0 || setuid(stranger) < 0 || client < 0)
            return 201;
        if (connect(client, reinterpret_cast<const sockaddr*>(&address), sizeof address) < 0)
            return errno;
        send(client, "x", 1, MSG_NOSIGNAL);
        shutdown(client, SHUT_WR);
        char answer = 0;
        return read(client, &answer, 1) > 0 ? 200 : 0;
    });
    const auto result = asker.wait_for_exit();
    return result && result->code ? *result->code : -1;
}

/// The errno with which a process of that user fails to look into another; 0: it does not.
int error_of_looking(uid_t user, pid_t process)
{
    const Forked looker([&](const Forked::Step&) {
        if (setgid(user) < 0 || setuid(user) < 0)
            return 201;
        for (const char* file : {"mem", "environ", "maps"})
            if (open(fmt::format("/proc/{}/{}", process, file).c_str(), O_RDONLY) >= 0)
                return 0;
        return ptrace(PTRACE_SEIZE, process, nullptr, nullptr) < 0 ? errno : 0;
    });
    const auto result = looker.wait_for_exit();
    return result && result->code ? *result->code : -1;
}

uid_t owner_of(const std::string& path)
{
    struct stat status {};
    return stat(path.c_str(), &status) == 0 ? status.st_uid : static_cast<uid_t>(-1);
}

}  // namespace

TEST_CASE("Strangers: another user cannot reach the socket, nor ask where the directory is left open")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(getuid() == 0, "only root can be another user");
    Sshd sshd;
    use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.comes_up());
    const std::string socket = socket_of(tunnel);
    CHECK(ask_as_stranger(socket) == EACCES);
    CHECK(tunnel.log().count("was refused") == 0);

    for (const auto& path : {std::filesystem::path(socket).parent_path(), std::filesystem::path(socket)})
        std::filesystem::permissions(path, std::filesystem::perms::all);
    CHECK(ask_as_stranger(socket) != 200);
    CHECK(tunnel.log().wait_for(fmt::format(
        "]: a question for a secret was refused: it comes from another user (uid {}, ", stranger)));
    CHECK(tunnel.comes_back());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Strangers: a process of ours that is not of our ssh's family gets nothing, token or not")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string key = use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.comes_up());
    const std::string askpass = askpass_of(tunnel);
    REQUIRE(token_of(tunnel).size() == 64);
    // Whoever runs it is taken for an ssh, which must not go on without an answer.
    const Process asker({.arguments = {"sh", "-c", "\"$@\"; echo \"exit $?\"", "sh", askpass,
                                       fmt::format("Enter passphrase for key '{}': ", key)},
                         .changes = {{"AUTOSSH_ASKPASS_TOKEN", token_of(tunnel)},
                                     {"AUTOSSH_ASKPASS_SOCKET", socket_of(tunnel)}}});
    CHECK(asker.wait_for_exit() == killed_by(SIGTERM));
    CHECK(asker.output().empty());
    CHECK(asker.errors().find(right_secret) == std::string::npos);
    CHECK(tunnel.log().wait_for("]: a question for a secret was refused: process "));
    CHECK(tunnel.log().count(" was not started by our ssh\n") == 1);
    CHECK(tunnel.asked("") == 1);
    CHECK(tunnel.comes_back());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Strangers: each start of ssh has a token of its own, which only it has")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    use_locked_key(sshd);
    const SecretTunnel tunnel(sshd, {"--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.comes_up());
    std::vector<std::string> tokens{token_of(tunnel)};
    for (int i = 0; i < 2; ++i) {
        REQUIRE(tunnel.comes_back());
        tokens.push_back(token_of(tunnel));
    }
    for (const std::string& token : tokens) {
        CHECK(token.size() == 64);
        CHECK(token.find_first_not_of("0123456789abcdef") == std::string::npos);
        CHECK(std::count(tokens.begin(), tokens.end(), token) == 1);
        CHECK(tunnel.log().count(token) == 0);
    }
    CHECK(variable_of(tunnel.process().pid(), "AUTOSSH_ASKPASS_TOKEN").empty());
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Strangers: a program that ssh runs gets nothing without the token of this start")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string key = use_locked_key(sshd);
    const std::string answers = sshd.directory() / "answers";
    const std::string proxy = script_file(
        sshd, "proxy",
        fmt::format("for token in '' {1:0>64} \"$AUTOSSH_ASKPASS_TOKEN\"; do\n"
                    "    AUTOSSH_ASKPASS_TOKEN=$token sh -c '\"$SSH_ASKPASS\" \"$1\"; echo \" exit $?\"' \\\n"
                    "        sh \"Enter passphrase for key '{2}': \" || echo ended\n"
                    "done >{0}.part\n"
                    "mv {0}.part {0}\n"
                    "exec sleep 600\n",
                    answers, 0, key));
    const SecretTunnel tunnel(
        sshd, {"-o", "ProxyCommand=" + proxy, "--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(wait_until([&] { return std::filesystem::exists(answers); }));
    CHECK(read_file(answers) == fmt::format("ended\nended\n{} exit 0\n", right_secret));
    CHECK(tunnel.log().count(
              "]: a question for a secret was refused: it does not know the token of this start\n") == 2);
    CHECK(tunnel.asked("") == 1);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Strangers: who says what is no question, too much or nothing at all does not disturb the others")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const std::string key = use_locked_key(sshd);
    sshd.configure_server(fmt::format("AuthorizedKeysFile {}.pub {}.pub", key, key_of(sshd)));
    const std::string proxy =
        script_file(sshd, "proxy",
                    fmt::format("for manner in silence garbage flood; do\n"
                                "    {} \"$AUTOSSH_ASKPASS_SOCKET\" $manner </dev/null >/dev/null &\n"
                                "done\n"
                                "exec ssh -F {} -i {} -o BatchMode=yes -W 127.0.0.1:{} server\n",
                                ASK_RUDELY_PATH, sshd.client_config().string(), key_of(sshd), sshd.port()));
    const SecretTunnel tunnel(
        sshd, {"-o", "ProxyCommand=" + proxy, "--secret-file", secret_file(sshd, right_secret)});
    REQUIRE(tunnel.comes_up());
    const std::string refusal = "]: a question for a secret was refused: it is none that we understand\n";
    CHECK(tunnel.log().wait_for(refusal, 2));
    CHECK(tunnel.comes_back());
    CHECK(tunnel.log().wait_for(refusal, 4));
    CHECK(tunnel.asked("passphrase of ") == 2);
    CHECK(tunnel.end());
    check_nothing_left(sshd);
}

TEST_CASE("Strangers: an ordinary user's processes cannot look into that user's autossh")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(getuid() == 0, "only root can be another user");
    SKIP_UNLESS(can_run(stranger, tested_autossh()),
                "another user cannot run the program where it was built");
    const TemporaryDirectory home;
    const std::string secret = home / "secret";
    write_file(secret, right_secret);
    for (const auto& path : {home.path().string(), secret})
        REQUIRE(chown(path.c_str(), stranger, stranger) == 0);
    REQUIRE(chmod(secret.c_str(), 0600) == 0);
    const bool keeps_secret = GENERATE(true, false);
    ProcessOptions how{.arguments = as_user(stranger),
                       .changes = {{"AUTOSSH_LOGFILE", home / "log"}, {"TMPDIR", home.path()}}};
    how.arguments.insert(how.arguments.end(), {tested_autossh(), "-M", "0", "-N", "-F", "none"});
    if (keeps_secret)
        how.arguments.insert(how.arguments.end(), {"--secret-file", secret});
    how.arguments.insert(how.arguments.end(), {"-o", "ProxyCommand=sleep 600", "nowhere"});
    const Process autossh(how);
    REQUIRE(
        wait_until([&] { return read_file(home / "log").find("ssh child pid is ") != std::string::npos; }));
    CHECK(owner_of(fmt::format("/proc/{}/environ", autossh.pid())) == (keeps_secret ? 0 : stranger));
    CHECK(error_of_looking(stranger, autossh.pid()) == (keeps_secret ? EPERM : 0));
    autossh.signal(SIGTERM);
    CHECK(autossh.wait_for_exit() == exited(1));
    CHECK(autossh.wait_until_nothing_left());
}
