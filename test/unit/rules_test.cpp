#include "autossh/rules.hpp"

#include "support/catch.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

constexpr Duration gate = 30s;

TunnelSettings with_gate(Duration gate_time)
{
    TunnelSettings settings;
    settings.gate_time = gate_time;
    return settings;
}

const std::string premature = "ssh exited prematurely with status {}; autossh exiting";
const std::string gave_up = "ssh exited with status {}; autossh exiting";
const std::string error = "ssh exited with error status {}; restarting ssh";

std::string line(const std::string& pattern, int status)
{
    return fmt::format(fmt::runtime(pattern), status);
}

}  // namespace

TEST_CASE("Exit of ssh: what follows each exit status, on both sides of the gate")
{
    struct Row {
        int status;
        bool first;
        Duration lasted;
        Duration gate_time;
        Verdict verdict;
        std::string pattern;
    };
    const Duration inside = gate - 1ms;
    const Duration after = gate + 1ms;
    const Row rows[] = {
        // the first start, within the gate: whatever the status
        {0, true, inside, gate, Verdict::failed, premature},
        {1, true, inside, gate, Verdict::failed, premature},
        {2, true, inside, gate, Verdict::failed, premature},
        {3, true, inside, gate, Verdict::failed, premature},
        {255, true, inside, gate, Verdict::failed, premature},
        {255, true, gate, gate, Verdict::failed, premature},
        {255, true, 0ms, gate, Verdict::failed, premature},
        // the first start, past the gate
        {0, true, after, gate, Verdict::succeeded, gave_up},
        {1, true, after, gate, Verdict::failed, gave_up},
        {2, true, after, gate, Verdict::failed, gave_up},
        {3, true, after, gate, Verdict::failed, gave_up},
        {254, true, after, gate, Verdict::failed, gave_up},
        {255, true, after, gate, Verdict::restart, error},
        // later starts: no gate any more
        {0, false, inside, gate, Verdict::succeeded, gave_up},
        {1, false, inside, gate, Verdict::restart, error},
        {2, false, inside, gate, Verdict::restart, error},
        {3, false, inside, gate, Verdict::failed, gave_up},
        {255, false, inside, gate, Verdict::restart, error},
        {1, false, after, gate, Verdict::restart, error},
        {127, false, after, gate, Verdict::failed, gave_up},
        // gate time 0: the first start is like any other
        {0, true, 0ms, 0ms, Verdict::succeeded, gave_up},
        {1, true, 0ms, 0ms, Verdict::restart, error},
        {2, true, 0ms, 0ms, Verdict::restart, error},
        {3, true, 0ms, 0ms, Verdict::failed, gave_up},
        {255, true, 0ms, 0ms, Verdict::restart, error},
    };
    for (const Row& row : rows) {
        CAPTURE(row.status, row.first, row.lasted.count(), row.gate_time.count());
        const Ruling ruling =
            judge(ExitStatus::exited(row.status), {row.first, row.lasted}, with_gate(row.gate_time));
        CHECK(ruling.verdict == row.verdict);
        CHECK(ruling.line == line(row.pattern, row.status));
        CHECK(ruling.level == (row.pattern == premature ? Level::error : Level::info));
    }
}

TEST_CASE("Exit of ssh: a signal restarts it, also inside the gate")
{
    for (const bool first : {true, false}) {
        const Ruling ruling = judge(ExitStatus::signalled(SIGKILL), {first, 0ms}, with_gate(gate));
        CHECK(ruling.verdict == Verdict::restart);
        CHECK(ruling.line == "ssh exited on signal 9, restarting ssh");
    }
}

TEST_CASE("Service mode: a clean exit past the gate restarts ssh without a word")
{
    TunnelSettings settings = with_gate(gate);
    settings.restart_after_success = true;
    const Ruling later = judge(ExitStatus::exited(0), {false, 0ms}, settings);
    CHECK(later.verdict == Verdict::restart);
    CHECK(later.line.empty());
    CHECK(judge(ExitStatus::exited(0), {true, 0ms}, settings).verdict == Verdict::failed);
}

TEST_CASE("Backoff: the curve of waits when ssh dies at once, for each poll time")
{
    struct Row {
        Duration poll;
        std::vector<long> waits;  // seconds, from the seventh start on: tries = 6, 7, …
    };
    const Row rows[] = {
        {600s, {2, 8, 18, 32, 50, 72, 98, 128, 162, 200, 242, 288, 338, 392, 450, 512, 578, 600, 600}},
        {60s, {0, 0, 1, 3, 5, 7, 9, 12, 16, 20, 24, 28, 33, 39, 45, 51, 57, 60, 60}},
        {10s, {0, 0, 0, 0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 6, 7, 8, 9, 10, 10}},
        {1s, {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 1}},
    };
    for (const Row& row : rows) {
        Backoff backoff(row.poll);
        CHECK(backoff.before_start(std::nullopt) == 0s);
        CHECK(backoff.tries() == 0);
        for (long tries = 1; tries <= 5; ++tries) {
            CHECK(backoff.before_start(0ms) == 0s);
            CHECK(backoff.tries() == tries);
        }
        for (std::size_t i = 0; i < row.waits.size(); ++i) {
            CAPTURE(row.poll.count(), i);
            CHECK(backoff.before_start(0ms) == std::chrono::seconds(row.waits[i]));
        }
    }
}

TEST_CASE("Backoff: an ssh that lasted a tenth of the poll time, at least 10 s, starts the count afresh")
{
    struct Row {
        Duration poll;
        Duration quick;
    };
    const Row rows[] = {{600s, 60s}, {609s, 60s}, {100s, 10s}, {10s, 10s}, {1s, 10s}, {500ms, 10s}};
    for (const Row& row : rows) {
        CAPTURE(row.poll.count());
        Backoff backoff(row.poll);
        backoff.before_start(std::nullopt);
        backoff.before_start(row.quick - 1ms);
        CHECK(backoff.tries() == 1);
        backoff.before_start(row.quick);
        CHECK(backoff.tries() == 0);
    }
}

TEST_CASE("Backoff: a poll time below a second still makes ssh wait")
{
    Backoff backoff(600ms);
    backoff.before_start(std::nullopt);
    Duration wait{};
    for (int tries = 1; tries <= 5; ++tries)
        wait = backoff.before_start(0ms);
    CHECK(wait == 0ms);
    CHECK(backoff.before_start(0ms) == 2ms);
    CHECK(backoff.before_start(0ms) == 8ms);
    for (int tries = 0; tries < 30; ++tries)
        wait = backoff.before_start(0ms);
    CHECK(wait == 600ms);
}

TEST_CASE("Backoff: neither a year of failures nor the longest poll time overflows")
{
    Backoff backoff(longest_duration);
    Duration wait{};
    for (long i = 0; i < 2'000'000; ++i)
        wait = backoff.before_start(0ms);
    CHECK(wait > 0s);
    CHECK(wait <= longest_duration);
}

TEST_CASE("want of processes, memory or descriptors passes by itself, a missing file does not")
{
    using std::errc;
    for (const errc code : {errc::resource_unavailable_try_again, errc::not_enough_memory,
                            errc::too_many_files_open, errc::text_file_busy})
        CHECK(passes_by_itself(std::make_error_code(code)));
    for (const errc code :
         {errc::no_such_file_or_directory, errc::permission_denied, errc::executable_format_error})
        CHECK_FALSE(passes_by_itself(std::make_error_code(code)));
}
