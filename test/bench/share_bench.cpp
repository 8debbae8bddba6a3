// What a shared connection saves: the same commands with a log-in of their own, over a master that a person
// has started, and over an autossh with --share. On loopback, in turns.
//   share_bench AUTOSSH
#include "e2e/support/sshd.hpp"
#include "support/process/process.hpp"

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace {

using namespace autossh_test;
namespace fs = std::filesystem;
using Words = std::vector<std::string>;

constexpr int rounds = 30;

/// In milliseconds. Throws where it fails.
double time_of(Words words)
{
    std::vector<char*> argv;
    for (std::string& word : words)
        argv.push_back(word.data());
    argv.push_back(nullptr);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    for (const int stream : {STDIN_FILENO, STDOUT_FILENO})
        posix_spawn_file_actions_addopen(&actions, stream, "/dev/null", O_RDWR, 0);
    const auto began = std::chrono::steady_clock::now();
    pid_t pid = 0;
    int status = -1;
    if (posix_spawnp(&pid, argv.front(), &actions, nullptr, argv.data(), environ) != 0 ||
        waitpid(pid, &status, 0) != pid || status != 0)
        throw std::runtime_error(fmt::format("{} fails", words.front()));
    posix_spawn_file_actions_destroy(&actions);
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began).count();
}

double median(std::vector<double> values)
{
    std::ranges::nth_element(values, values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2));
    return values[values.size() / 2];
}

/// The words that come before the destination for one kind of connection.
struct Column {
    const char* name;
    Words options;
};

void print_row(const std::string& name, const std::vector<Column>& columns, const std::string& program,
               const Words& words)
{
    std::vector<std::vector<double>> times(columns.size());
    for (int round = 0; round < rounds; ++round)
        for (std::size_t i = 0; i < columns.size(); ++i) {
            Words command{program};
            command.insert(command.end(), columns[i].options.begin(), columns[i].options.end());
            command.insert(command.end(), words.begin(), words.end());
            times[i].push_back(time_of(command));
        }
    std::string line = fmt::format("{:<28}", name);
    for (const auto& column : times)
        line += fmt::format("{:>14.0f} ms", median(column));
    fmt::print("{}\n", line);
}

void measure(const std::string& autossh)
{
    Sshd sshd;
    sshd.configure_server("Subsystem sftp internal-sftp\n");
    const auto at = [&](const char* name) { return (sshd.directory() / name).string(); };
    const std::string config = sshd.client_config();
    const std::string by_hand = at("by-hand");
    const std::string ours = at("ours");
    const Process master({.arguments = {"ssh", "-F", config, "-M", "-S", by_hand, "-N", "server"}});
    const Process tunnel({.arguments = {autossh, "-F", config, "--share=" + ours, "-N", "server"}});
    if (!wait_until([&] { return fs::exists(by_hand) && fs::exists(ours); }))
        throw std::runtime_error("no master: " + master.errors() + tunnel.errors());

    const auto with = [&](const std::string& path) {
        return Words{"-F", config, "-o", "ControlPath=" + path, "-o", "LogLevel=ERROR"};
    };
    const std::vector<Column> columns{
        {"log-in", with("none")}, {"by hand", with(by_hand)}, {"--share", with(ours)}};
    std::string head(28, ' ');
    for (const Column& column : columns)
        head += fmt::format("{:>17}", column.name);
    fmt::print("medians of {} rounds\n{}\n", rounds, head);
    write_file(at("file"), std::string(200, 'x'));
    print_row("ssh HOST true", columns, "ssh", {"server", "true"});
    print_row("ssh -s HOST sftp", columns, "ssh", {"-s", "server", "sftp"});
    print_row("scp of 200 bytes", columns, "scp", {"-q", at("file"), "server:" + at("copy")});
    tunnel.signal(SIGTERM);
    master.signal(SIGTERM);
    tunnel.wait_for_exit();
    master.wait_for_exit();
}

}  // namespace

int main(int argc, char** argv)
{
    try {
        if (argc != 2)
            throw std::runtime_error("usage: share_bench AUTOSSH");
        measure(argv[1]);
        return EXIT_SUCCESS;
    } catch (const std::exception& error) {
        fmt::print(stderr, "share_bench: {}\n", error.what());
        return EXIT_FAILURE;
    }
}
