#include "autossh/system/machine.hpp"

#include "support/catch.hpp"

#include <boost/asio/io_context.hpp>

using namespace autossh;

TEST_CASE("Machine: it is watched once, from when somebody wants it to be")
{
    boost::asio::io_context io{1};
    Machine machine(io.get_executor());
    CHECK_FALSE(machine.tells_of_network());
    machine.look();  // nothing to look at
    machine.watch();
    const bool tells = machine.tells_of_network();
    machine.watch();
    CHECK(machine.tells_of_network() == tells);
}

TEST_CASE("Machine: a subscription that is gone is told nothing")
{
    boost::asio::io_context io{1};
    Machine machine(io.get_executor());
    int told = 0;
    auto subscription = machine.subscribe([&](MachineEvent) { ++told; });
    subscription.reset();
    machine.watch();
    machine.look();
    io.poll();
    CHECK(told == 0);
}
