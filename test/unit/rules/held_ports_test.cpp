// Manual, "Refused forwards": whose dead session may hold a port.
#include "autossh/rules/held_ports.hpp"

#include "support/catch.hpp"
#include "unit/rules/start.hpp"

using namespace autossh;
using namespace std::chrono_literals;

TEST_CASE("Held ports: one that a lost session had is ours, and no other, and no path")
{
    HeldPorts ports(false, start);
    CHECK_FALSE(ports.lost_at({"7004"}));
    ports.note_lost({"7004", "/run/socket"}, start + 1h);
    CHECK(ports.lost_at({"7004"}) == start + 1h);
    CHECK(ports.lost_at({"7005", "7004"}) == start + 1h);
    CHECK_FALSE(ports.lost_at({"7005"}));
    CHECK_FALSE(ports.lost_at({"/run/socket"}));
    CHECK_FALSE(ports.lost_at({}));
    ports.note_lost({"7005"}, start + 2h);
    CHECK(ports.lost_at({"7005", "7004"}) == start + 2h);
    CHECK(ports.lost_at({"7004"}) == start + 1h);
    ports.note_lost({"7004"}, start + 3h);
    CHECK(ports.lost_at({"7004"}) == start + 3h);
}

TEST_CASE("Held ports: after a boot any of them may be ours, from the start on")
{
    HeldPorts ports(true, start);
    CHECK(ports.lost_at({"7004"}) == start);
    CHECK_FALSE(ports.lost_at({"/run/socket"}));
    ports.note_lost({"7004"}, start + 1h);
    CHECK(ports.lost_at({"7004"}) == start + 1h);
    CHECK(ports.lost_at({"7005"}) == start);
}

TEST_CASE("Held ports: the pace")
{
    CHECK(held_port_interval(0s) == 5s);
    CHECK(held_port_interval(100s) == 5s);
    CHECK(held_port_interval(10min) == 30s);
    CHECK(held_port_interval(24h) == 10min);
    CHECK(strange_port_interval(0) == 5s);
    CHECK(strange_port_interval(1) == 10s);
    CHECK(strange_port_interval(7) == 10min);
    CHECK(strange_port_interval(1'000'000) == 10min);
}
