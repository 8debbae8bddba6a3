// The ledger of outages, with the real ssh and sshd: autossh-fleet(5), "The ledger".
#include "e2e/support/autossh.hpp"
#include "e2e/support/fleet_folder.hpp"
#include "support/tested_autossh.hpp"

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// What stands in the files, in their order.
class LedgerText {
public:
    explicit LedgerText(std::filesystem::path state) : directory_(std::move(state) / "ledger") {}

    std::string text() const
    {
        std::vector<std::filesystem::path> files;
        std::error_code error;
        for (const auto& file : std::filesystem::directory_iterator(directory_, error))
            if (file.path().extension() == ".jsonl")
                files.push_back(file.path());
        std::ranges::sort(files);
        std::string text;
        for (const auto& file : files)
            text += read_file(file);
        return text;
    }

    /// Whole lines, in their order.
    std::vector<std::string> lines() const
    {
        std::vector<std::string> found;
        std::string text = this->text();
        for (std::size_t end = text.find('\n'); end != std::string::npos; end = text.find('\n')) {
            found.push_back(text.substr(0, end));
            text.erase(0, end + 1);
        }
        return found;
    }

    /// Until so many of a kind are there; then the last of them.
    std::string wait_for(const std::string& event, std::size_t times = 1) const
    {
        const std::string member = fmt::format("\"ev\":\"{}\"", event);
        std::vector<std::string> found;
        CHECK(wait_until([&] {
            found = lines();
            std::erase_if(found, [&](const auto& line) { return !has_words(line, member); });
            return found.size() >= times;
        }));
        return found.empty() ? std::string() : found.back();
    }

    static bool has_words(const std::string& line, const std::string& words)
    {
        return line.find(words) != std::string::npos;
    }

    /// Of a line; 0: it is not there.
    static double number(const std::string& line, const std::string& name)
    {
        const std::string member = fmt::format("\"{}\":", name);
        const std::size_t at = line.find(member);
        return at == std::string::npos ? 0 : std::stod(line.substr(at + member.size()));
    }

private:
    std::filesystem::path directory_;
};

}  // namespace

TEST_CASE("The ledger: an outage of a tunnel is recorded, with what has shown it and its length")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory state;
    const LedgerText ledger(state.path());
    const Autossh autossh(sshd, {"--state-directory", state.path(), "-M", "0", "-N"});
    ledger.wait_for("up");
    process_table::send(autossh.log().ssh_pid(), SIGKILL);
    const auto killed = ledger.wait_for("down");
    INFO(killed);
    CHECK(LedgerText::has_words(killed, R"("tunnel":"server","n":1,"class":null,)"
                                        R"("cause":"ssh was killed by signal 9","by":"exit","up_s":)"));
    CHECK(LedgerText::number(killed, "up_s") > 0);
    const auto again = ledger.wait_for("up", 2);
    INFO(again);
    CHECK(LedgerText::number(again, "n") == 1);
    CHECK(LedgerText::number(again, "lasted_s") > 0);
    CHECK(LedgerText::number(again, "tries") >= 1);

    autossh.process().signal(SIGUSR1);
    CHECK(LedgerText::has_words(ledger.wait_for("down", 2), R"("by":"request")"));
    ledger.wait_for("up", 3);
    CHECK(autossh.end().has_value());
    CHECK(LedgerText::has_words(ledger.lines().front(), R"("ev":"daemon","is":"start")"));
    CHECK(LedgerText::has_words(ledger.lines().back(), R"("ev":"daemon","is":"stop","lived_s":)"));
    const auto unwatched = ledger.wait_for("unwatched");
    CHECK(LedgerText::has_words(unwatched, R"("tunnel":"server")"));
    CHECK(LedgerText::number(unwatched, "up_s") > 0);
    CHECK(LedgerText::number(ledger.lines().back(), "lived_s") > LedgerText::number(unwatched, "up_s"));
    check_nothing_left(sshd);
}

TEST_CASE("The ledger: a daemon that is killed loses nothing that is older than a second")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory state;
    const LedgerText ledger(state.path());
    {
        const Autossh autossh(sshd, {"--state-directory", state.path(), "-M", "0", "-N"});
        ledger.wait_for("up");
        sshd.stop();
        ledger.wait_for("down");
        autossh.process().signal(SIGKILL);
        CHECK(autossh.process().wait_for_exit() == killed_by(SIGKILL));
    }
    // As a power failure leaves it.
    for (const auto& file : std::filesystem::directory_iterator(state / "ledger"))
        if (file.path().extension() == ".jsonl")
            write_file(file.path(), read_file(file.path()) + R"({"v":1,"at":"2026-)");
    sshd.start();
    const Autossh autossh(sshd, {"--state-directory", state.path(), "-M", "0", "-N"});
    CHECK(LedgerText::has_words(ledger.wait_for("daemon", 2), R"("is":"start","last_seen":")"));
    ledger.wait_for("up", 2);
    CHECK(autossh.log().wait_for("lines of the ledger cannot be read, and are passed over: 1"));
    process_table::send(autossh.log().ssh_pid(), SIGKILL);
    CHECK(LedgerText::number(ledger.wait_for("down", 2), "n") == 2);  // after the first one, which is known
    CHECK(autossh.end().has_value());
    check_nothing_left(sshd);
}

TEST_CASE("The ledger: two processes never have the same, and no stranger may write there")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const TemporaryDirectory state;
    const Autossh autossh(sshd, {"--state-directory", state.path(), "-M", "0", "-N"});
    LedgerText(state.path()).wait_for("up");
    const auto refusal_at = [&](const std::string& directory) {
        const Autossh other(sshd, {"--state-directory", directory, "-M", "0", "-N"});
        CHECK(other.process().wait_for_exit() == exited(1));
        CHECK(other.log().count("starting ssh") == 0);
        return other.log().text();
    };
    CHECK(refusal_at(state.path())
              .find(fmt::format("another autossh (pid {}) keeps its ledger there",
                                autossh.process().pid())) != std::string::npos);
    const TemporaryDirectory open;
    ::chmod(open.path().c_str(), 0777);
    CHECK(refusal_at(open.path()).find("can be written by others (mode 0777)") != std::string::npos);
    CHECK(refusal_at("/proc/no/such").find("state directory /proc/no/such: ") != std::string::npos);

    // Of a fleet the file says where; without a word there it is no reason not to start.
    const std::string tunnel = fmt::format("[tunnel.a]\nhost = \"server\"\noptions = [\"-F\", \"{}\"]\n",
                                           sshd.client_config().string());
    const FleetFolder given(fmt::format("[fleet]\nstate-directory = \"{}\"\n", state.path().string()) +
                            tunnel);
    const Process fleet(given.options());
    CHECK(fleet.wait_for_exit() == exited(65));
    CHECK(fleet.errors().starts_with(given.path().string() + ":2:19: error: state directory "));
    const FleetFolder defaulted(tunnel);
    ProcessOptions options = defaulted.options();
    options.changes = {{"XDG_STATE_HOME", "/proc/no"}};
    const Process started(options);
    CHECK(defaulted.wait_for("]: a: up: "));
    CHECK(defaulted.count("no ledger is kept: state directory /proc/no/autossh/lab: ") == 1);
}

TEST_CASE("The ledger: a full disk is told once, and what was kept is written when there is room")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(::geteuid() == 0, "only root can mount a small disk");
    Sshd sshd;
    const TemporaryDirectory place;
    const LogFile log;
    ProcessOptions options{.arguments = {"unshare", "-m", "sh", "-c",
                                         "mount -t tmpfs -o size=64k,mode=0700 none \"$0\" || exit 99\n"
                                         "exec \"$@\"",
                                         place.path()},
                           .changes = quick(log)};
    for (const std::string& word : command_line(sshd, {"--state-directory", place.path(), "-M", "0", "-N"}))
        options.arguments.push_back(word);
    const Process autossh(options);
    const std::filesystem::path disk = fmt::format("/proc/{}/root{}", autossh.pid(), place.path().string());
    const LedgerText ledger(disk);
    ledger.wait_for("up");
    std::ofstream(disk / "fill") << std::string(100'000, 'x');  // as much as there is room for
    // The last page of the file may have room for a line or two.
    int outages = 0;
    while (log.count("the ledger cannot be written") == 0 && outages < 40) {
        const pid_t ssh = log.ssh_pid();
        process_table::send(ssh, SIGUSR1);
        autossh.signal(SIGUSR1);
        ++outages;
        CHECK(wait_until([&] { return log.ssh_pid() != ssh && log.count("]: up") > outages; }));
    }
    CHECK(log.count("the ledger cannot be written, its entries are kept for later: ") == 1);
    CHECK(log.count(": No space left on device") == 1);
    std::filesystem::remove(disk / "fill");
    CHECK(log.wait_for("the ledger is written again\n"));
    ledger.wait_for("up", static_cast<std::size_t>(outages) + 1);
    CHECK(log.count("the ledger cannot be written") == 1);
    CHECK(log.count("cannot be read") == 0);
}
