// autossh-fleet(5), "The ledger": what is known while a long one is read.
#include "autossh/program/ledger_keeper.hpp"

#include "autossh/ledger/entry.hpp"
#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"
#include "support/occurrences.hpp"

#include <algorithm>
#include <string>
#include <vector>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <fmt/core.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

namespace {

/// Of one tunnel, an hour up and a minute down again and again.
std::string long_ledger(std::size_t size, std::uint64_t& outages)
{
    WallTime at = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                  std::chrono::hours(24 * 30);
    std::string text = to_line({.at = at, .event = LedgerEvent::daemon_start});
    for (outages = 0; text.size() < size; ++outages) {
        at += std::chrono::seconds(1);
        text += to_line({.at = at,
                         .event = LedgerEvent::down,
                         .tunnel = "a",
                         .number = outages + 1,
                         .failure_class = "refused",
                         .cause = std::string(200, 'x'),
                         .by = "exit"});
        text += to_line({.at = at,
                         .event = LedgerEvent::up,
                         .tunnel = "a",
                         .number = outages + 1,
                         .lasted = Seconds(60)});
    }
    return text + to_line({.at = at, .event = LedgerEvent::daemon_stop});
}

/// A long ledger of this month, and what a keeper of it needs.
struct LongLedger {
    TemporaryDirectory state;
    std::uint64_t number = 0;  ///< of its last outage
    LedgerPlace place{state / "state"};
    std::string file = place.directory() + "/" + month_file(std::chrono::system_clock::now());
    std::string alive = place.directory() + "/alive";
    std::string text = long_ledger(3'000'000, number);
    boost::asio::io_context io;
    Log log;

    LongLedger()
    {
        write_file(file, text);
        log.configure({.file = state / "log"});
    }
};

}  // namespace

TEST_CASE(
    "Ledger: a long one is read beside the tunnels, which do not wait, and no sums are known until then")
{
    LongLedger ledger;
    auto& [state, number, place, file, alive, text, io, log] = ledger;
    int looks = 0;
    {
        LedgerKeeper keeper(io.get_executor(), log, [&] { ++looks; });
        keeper.keep_in(std::move(place), 1 << 30, {"a"});
        CHECK(read_file(alive).starts_with(fmt::format("{}\n", ::getpid())));
        keeper.see("a", {.is = SeenTunnel::Is::up});
        TunnelFacts facts;
        facts.name = "a";
        keeper.fill(facts);
        CHECK_FALSE(facts.totals);
        CHECK(keeper.outages({}, {"a"}).is_cut);  // the files have them
        CHECK(keeper.outages({}, {"a"}).is_being_read);
        CHECK(looks == 0);
        const auto work = boost::asio::make_work_guard(io);
        for (int i = 0; i < 60 && looks == 0; ++i)
            io.run_one_for(std::chrono::seconds(1));
        REQUIRE(looks == 1);
        keeper.see("a", {.is = SeenTunnel::Is::up});
        keeper.fill(facts);
        CHECK_FALSE(keeper.outages({}, {"a"}).is_being_read);
        REQUIRE(facts.totals);
        REQUIRE(facts.totals->outages.size() == 1);
        CHECK(facts.totals->outages.front().number == number);
        CHECK(facts.totals->down == Seconds(60) * number);
        keeper.end();
    }
    CHECK(occurrences(read_file(file), "\"is\":\"stop\"") == 2);
    CHECK(occurrences(read_file(file), "\"is\":\"start\"") == 2);
}

TEST_CASE("Ledger: what is seen while a long one is read is told at once, and written behind it")
{
    LongLedger ledger;
    auto& [state, number, place, file, alive, before, io, log] = ledger;
    std::vector<LedgerEvent> told;
    bool is_read = false;
    {
        LedgerKeeper keeper(io.get_executor(), log, [&] { is_read = true; });
        keeper.listen([&](const LedgerEntry& entry) { told.push_back(entry.event); });
        keeper.keep_in(std::move(place), 1 << 30, {"a", "new"});
        const SeenTunnel up{.is = SeenTunnel::Is::up};
        const SeenTunnel down{.is = SeenTunnel::Is::down, .failure_class = "refused", .by = "exit"};
        for (const char* const tunnel : {"a", "new"}) {
            keeper.see(tunnel, up);
            keeper.see(tunnel, down);
        }
        keeper.see("a", up);
        CHECK(told == std::vector{LedgerEvent::up, LedgerEvent::down, LedgerEvent::up, LedgerEvent::down,
                                  LedgerEvent::up});
        CHECK(read_file(file) == before);
        const auto work = boost::asio::make_work_guard(io);
        for (int i = 0; i < 60 && !is_read; ++i)
            io.run_one_for(std::chrono::seconds(1));
        REQUIRE(is_read);
        keeper.see("new", up);
        keeper.see("new", down);
        CHECK(told.size() == 7);  // each once
        const OutagesFacts facts = keeper.outages({.back = std::chrono::hours(1)}, {"a", "new"});
        REQUIRE(facts.outages.size() == 3);
        CHECK(facts.outages[0].number == number + 1);
        CHECK(facts.outages[1].number == number + 2);
        CHECK(facts.outages[1].end == "up");
        CHECK(facts.outages[2].number == number + 3);
        TunnelFacts its;
        its.name = "a";
        keeper.fill(its);
        REQUIRE(its.totals);
        CHECK(its.totals->outages.front().number == number + 1);
        CHECK(its.totals->down >= Seconds(60) * number);
        keeper.end();
    }
    const std::string text = read_file(file);
    REQUIRE(text.starts_with(before));
    LedgerReplay replay(1000);
    std::uint64_t last = 0;
    CHECK(read_ledger(state / "state/ledger", WallTime(), [&](const LedgerEntry& entry) {
              replay.take(entry);
              last = std::max(last, entry.number);
          }).unreadable == 0);
    CHECK(last == number + 3);
    CHECK(replay.sums().at("a").totals().outages.front().number == number + 1);
    CHECK(replay.sums().at("new").totals().outages.front().number == 2);
    const std::string added = text.substr(before.size());
    CHECK(added.find("\"is\":\"start\"") < added.find("\"ev\":\"up\""));
    CHECK(occurrences(added, "\"ev\":\"totals\"") == 0);
}

TEST_CASE("Ledger: who ends while a long one is read leaves it as it was")
{
    LongLedger ledger;
    auto& [state, number, place, file, alive, text, io, log] = ledger;
    {
        LedgerKeeper keeper(io.get_executor(), log, [] {});
        keeper.keep_in(std::move(place), 1 << 30, {"a"});
        keeper.see("a", {.is = SeenTunnel::Is::up});
        keeper.end();
        TunnelFacts facts;
        facts.name = "a";
        keeper.fill(facts);
        CHECK_FALSE(facts.totals);  // a counter must not go back to 0 until the process is gone
        CHECK(keeper.outages({}, {"a"}).is_cut);
    }
    io.run();
    CHECK(read_file(file) == text);
    CHECK(occurrences(read_file(state / "log"), "1 entries of the ledger could not be written") == 1);
}
