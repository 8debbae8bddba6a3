// The short form of `scripts/bench soak`.
#include "e2e/ctl/fleet_soak.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"

using namespace autossh_test;

TEST_CASE("Fleet: after faults and orders at random every tunnel is up again, and nothing is left over")
{
    SKIP_WITHOUT_SSHD();
    FleetSoak soak({.tunnels = 8, .warm_up = std::chrono::seconds(4), .duration = std::chrono::seconds(8)});
    const std::string wrong = soak.run();
    INFO(soak.summary());
    INFO(soak.log());
    CHECK(wrong == "");
}
