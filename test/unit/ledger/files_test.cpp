#include "autossh/ledger/files.hpp"
#include "autossh/ledger/place.hpp"
#include "autossh/ledger/writer.hpp"

#include "autossh/base/errors.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/waiting.hpp"

#include <array>
#include <ctime>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

/// What is told in another thread.
class ToldLines {
public:
    void add(Level, const std::string& text)
    {
        const std::lock_guard lock(mutex_);
        text_ += text + '\n';
    }
    std::string text()
    {
        const std::lock_guard lock(mutex_);
        return text_;
    }

private:
    std::mutex mutex_;
    std::string text_;
};

std::string reason_against_place(const std::string& state)
{
    try {
        const LedgerPlace place(state);
    } catch (const ConfigError& error) {
        return error.what();
    }
    return "";
}

mode_t mode_of_path(const std::string& path)
{
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 ? status.st_mode & 07777U : 0;
}

}  // namespace

TEST_CASE("The ledger: files are those of months, and the oldest go first")
{
    CHECK(month_file(WallTime(std::chrono::seconds(1795940042))) == "2026-11.jsonl");
    struct Row {
        const char* what;
        std::vector<LedgerFile> files;
        std::vector<ExcessFile> wanted;
    };
    std::vector<LedgerFile> months;
    for (int month = 1; month <= 12; ++month)
        months.push_back(
            {std::string("2025-") + (month < 10 ? "0" : "") + std::to_string(month) + ".jsonl", 1});
    std::vector<LedgerFile> more = months;
    more.insert(more.end(), {{"2026-01.jsonl", 1}, {"2026-02.0001.jsonl", 1}, {"2026-02.jsonl", 1}});
    const std::vector<Row> rows{
        {"none", {}, {}},
        {"a year", months, {}},
        {"14 months", more, {{"2025-01.jsonl", true}}},
        {"too much",
         {{"2026-01.jsonl", 60}, {"2026-02.0001.jsonl", 60}, {"2026-02.jsonl", 30}},
         {{"2026-01.jsonl", false}}},
        {"too much in a month",
         {{"2026-02.0001.jsonl", 60}, {"2026-02.0002.jsonl", 60}, {"2026-02.jsonl", 30}},
         {{"2026-02.0001.jsonl", false}}},
        {"too much in the last one", {{"2026-02.jsonl", 1000}}, {}},
    };
    for (const Row& row : rows) {
        CAPTURE(row.what);
        CHECK(excess_files(row.files, 100) == row.wanted);
    }
}

TEST_CASE("The ledger: what is torn is passed over and counted")
{
    const TemporaryDirectory directory;
    const std::string line = R"({"v":1,"at":"2026-11-29T08:14:02Z","ev":"up","tunnel":"a"})";
    write_file(directory / "2026-10.jsonl", line + "\n");
    write_file(directory / "2026-11.0001.jsonl", line + "\n{\"v\":1,\"at\n\n" + line + "\n");
    write_file(directory / "2026-11.jsonl",
               line + "\n" + std::string(10'000, 'x') + "\n" + line.substr(0, 20));
    write_file(directory / "2026-12.jsonl.bak", "no file of ours\n");
    std::size_t entries = 0;
    const auto count = [&](const LedgerEntry&) { ++entries; };
    CHECK(read_ledger(directory.path(), WallTime(std::chrono::seconds(1795940042)), count).unreadable == 3);
    CHECK(entries == 3);
    entries = 0;
    CHECK(read_ledger(directory.path(), WallTime(), count).unreadable == 3);
    CHECK(entries == 4);
    entries = 0;  // the newest one always
    CHECK(read_ledger(directory.path(), WallTime(std::chrono::seconds(1895940042)), count).unreadable == 2);
    CHECK(entries == 1);
}

TEST_CASE("The ledger: its directory is ours alone, and one process has it")
{
    const TemporaryDirectory directory;
    const std::string state = directory / "a/b";
    {
        const LedgerPlace place(state);
        CHECK(place.directory() == state + "/ledger");
        CHECK_FALSE(place.last_seen().has_value());
        place.take_over();
        CHECK(mode_of_path(state) == 0700);
        CHECK(holder_of_ledger(place.directory()).lives);
        CHECK(reason_against_place(state) == "state directory " + state + ": another autossh (pid " +
                                                 std::to_string(::getpid()) + ") keeps its ledger there");
    }
    CHECK_FALSE(holder_of_ledger(state + "/ledger").lives);
    CHECK(LedgerPlace(state).last_seen().has_value());
    ::chmod(state.c_str(), 0777);
    CHECK(reason_against_place(state).find("can be written by others (mode 0777)") != std::string::npos);
    write_file(directory / "file", "");
    CHECK(reason_against_place(directory / "file") ==
          "state directory " + std::string(directory / "file") + ": Not a directory");
    CHECK(reason_against_place(directory / "file/below").ends_with("/file/below: Not a directory"));
}

TEST_CASE("The ledger: whoever reads it yet has the pid there, and leaves the times of the one before")
{
    const TemporaryDirectory directory;
    const std::string state = directory / "state";
    const std::string alive = state + "/ledger/alive";
    const std::string pid = std::to_string(::getpid());
    for (const std::string& life : {std::string("123456789\n"), std::string()}) {
        CAPTURE(life);
        LedgerPlace(state).take_over();
        write_file(alive, "1234567\n" + life);
        const WallTime before(std::chrono::seconds(1795940042) + std::chrono::milliseconds(250));
        const std::array<timespec, 2> times{timespec{1795940042, 250'000'000},
                                            timespec{1795940042, 250'000'000}};
        REQUIRE(::utimensat(AT_FDCWD, alive.c_str(), times.data(), 0) == 0);
        const LedgerPlace place(state);
        place.tell_pid();
        CHECK(read_file(alive) == pid + "\n" + life);
        CHECK(reason_against_place(state).find("(pid " + pid + ")") != std::string::npos);
        CHECK(holder_of_ledger(place.directory()).last_seen == before);
        place.take_over();
        CHECK(holder_of_ledger(place.directory()).last_seen != before);
    }
    CHECK(LedgerPlace(directory / "new").last_seen() == std::nullopt);
    LedgerPlace(directory / "new").tell_pid();
    CHECK(read_file(directory / "new/ledger/alive").starts_with(pid + "\n"));
}

TEST_CASE("The ledger: the default place is the service manager's, or the user's")
{
    struct Row {
        std::map<std::string, std::string, std::less<>> environment;
        std::string wanted;
    };
    const std::vector<Row> rows{
        {{}, ""},
        {{{"HOME", "/h"}}, "/h/.local/state/autossh/lab"},
        {{{"HOME", "/h"}, {"XDG_STATE_HOME", "relative"}}, "/h/.local/state/autossh/lab"},
        {{{"HOME", "/h"}, {"XDG_STATE_HOME", "/x"}}, "/x/autossh/lab"},
        {{{"HOME", "/h"}, {"XDG_STATE_HOME", "/x"}, {"STATE_DIRECTORY", "/v/a:/v/b"}}, "/v/a/lab"},
    };
    for (const Row& row : rows) {
        const auto variable = [&](std::string_view name) {
            const auto found = row.environment.find(name);
            return found == row.environment.end() ? std::nullopt : std::optional(found->second);
        };
        CHECK(default_state_directory(variable, "lab") == row.wanted);
    }
}

TEST_CASE("The ledger: lines are written whole, behind what was torn, and in parts of a month")
{
    const TemporaryDirectory directory;
    ToldLines told;
    const auto tell = [&](Level level, const std::string& text) { told.add(level, text); };
    ::mkdir((directory / "ledger").c_str(), 0700);
    write_file(directory / "ledger/2026-11.jsonl", "torn");
    {
        LedgerWriter writer(LedgerPlace(directory.path()), 100, tell);
        writer.add("2026-11.jsonl", "one\n");
        writer.add("2026-11.jsonl", "two\n");
        writer.add("2026-11.jsonl", "three\n", true);
        writer.add("2026-12.jsonl", std::string(99, 'x') + "\n");
        writer.add("2026-12.jsonl", "five\n", true);
        CHECK(writer.finish() == 0);
    }
    CHECK(mode_of_path(directory / "ledger/2026-12.jsonl") == 0640);
    CHECK(read_file(directory / "ledger/2026-12.jsonl") == "five\n");
    CHECK(ledger_files(directory / "ledger") ==
          std::vector<std::string>{"2026-12.0001.jsonl", "2026-12.jsonl"});
    CHECK(told.text() ==
          "2026-11.0001.jsonl of the ledger is removed: there is more than ledger-size allows\n"
          "2026-11.jsonl of the ledger is removed: there is more than ledger-size allows\n");
}

TEST_CASE("The ledger: what cannot be written is told once, and written later")
{
    const TemporaryDirectory directory;
    ToldLines told;
    LedgerWriter writer(LedgerPlace(directory.path()), 1 << 20,
                        [&](Level level, const std::string& text) { told.add(level, text); });
    const std::string file = directory / "ledger/2026-11.jsonl";
    ::mkdir(file.c_str(), 0700);  // in its place
    for (int i = 0; i < 1010; ++i)
        writer.add("2026-11.jsonl", std::to_string(i) + "\n");
    CHECK(wait_until([&] { return !told.text().empty(); }));
    ::rmdir(file.c_str());
    CHECK(wait_until([&] { return read_file(file).ends_with("\n1009\n"); }));
    CHECK(read_file(file).starts_with("10\n11\n"));
    CHECK(wait_until(
        [&] { return told.text().ends_with("the ledger is written again: 10 entries are lost\n"); }));
    CHECK(told.text().starts_with("the ledger cannot be written, its entries are kept for later: " + file +
                                  ": Is a directory\n"));
}
