#include "autossh/ctl/option_values.hpp"
#include "autossh/ctl/outage_table.hpp"

#include "autossh/base/errors.hpp"
#include "support/catch.hpp"

#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Outages: the table has each of them, and what they come to")
{
    ::setenv("TZ", "UTC", 1);
    ::tzset();
    const WallTime now(std::chrono::seconds(1795943000));
    OutagesFacts facts{.since = now - 24h * 7, .until = now};
    facts.tunnels = {{"office", {0.9984, 0.9997, 0.9991, 1.0}, 1.0}, {"db", {}, 0.504}};
    facts.outages = {
        {"db", 1, now - 24h * 8, Seconds(24h + 12s), "up", "timed-out", "no answer to keepalives", "silence",
         1},
        {"office", 2, now - 24h * 4, Seconds(1), "up", "", "", "request", 1},
        {"office", 3, now - 2h, Seconds(131), "", "refused", "refused by 192.0.2.1\x1b port 22", "exit", 4}};
    CHECK(outage_table(facts) ==
          "outages of 7 days, 2026-11-22 09:03 to 2026-11-29 09:03 (watched 100 %)\n"
          "TUNNEL  BEGAN           LASTED    BY       CAUSE\n"
          "office  11-29 07:03:20  2 m 11 s  exit     refused by 192.0.2.1\\x1b port 22 (4 tries); lasts\n"
          "office  11-25 09:03:20  1 s       request  as asked\n"
          "db      11-21 09:03:20  1 d       silence  no answer to keepalives\n"
          "TUNNEL  OUTAGES      DOWN   LONGEST     DAY    WEEK   MONTH  WATCHED\n"
          "office        2  2 m 12 s  2 m 11 s  99.84%  99.97%  99.91%     100%\n"
          "db            1      12 s       1 d       -       -       -      50%\n");
    CHECK(lines_of_last_outages(facts, 2) ==
          std::vector<std::string>{
              "BEGAN           LASTED    BY       CAUSE",
              "11-29 07:03:20  2 m 11 s  exit     refused by 192.0.2.1\\x1b port 22 (4 tries); lasts",
              "11-25 09:03:20  1 s       request  as asked"});
    facts.outages.clear();
    CHECK(lines_of_last_outages(facts, 2).empty());
    facts.tunnels.clear();
    facts.since = now - 90min;
    facts.is_cut = true;
    CHECK(outage_table(facts) ==
          "outages of 1 h 30 m, 2026-11-29 07:33 to 2026-11-29 09:03 (watched 0 %), the newest ones\nnone\n");
    facts.is_being_read = true;
    CHECK(outage_table(facts) ==
          "outages of 1 h 30 m, 2026-11-29 07:33 to 2026-11-29 09:03 (watched 0 %), the newest ones\n"
          "the ledger is still being read: availability is not known yet\nnone\n");
}

TEST_CASE("Outages: --since takes times, days and weeks")
{
    CHECK(look_back("7d") == 24h * 7);
    CHECK(look_back("2w") == 24h * 14);
    CHECK(look_back("12h") == 12h);
    CHECK(look_back("90") == 90s);
    for (const char* const wrong : {"", "d", "0", "-1d", "7 days", "99999999999d", "4000d"}) {
        CAPTURE(wrong);
        CHECK_THROWS_AS(look_back(wrong), UsageError);
    }
}
