// A fleet of 50 real tunnels under faults and orders, for minutes.
//   soak [MINUTES [SEED]]
#include "e2e/ctl/fleet_soak.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <string>

#include <fmt/core.h>

int main(int argc, char** argv)
{
    const int minutes = argc > 1 ? std::atoi(argv[1]) : 20;
    const int seed = argc > 2 ? std::atoi(argv[2]) : 1;
    if (minutes < 1 || seed < 0 || argc > 3) {
        fmt::print(stderr, "usage: soak [MINUTES [SEED]]\n");
        return 64;
    }
    autossh_test::FleetSoak soak(
        {.duration = std::chrono::minutes(minutes), .seed = static_cast<unsigned>(seed)});
    const std::string wrong = soak.run();
    fmt::print("{}{}", soak.summary(), wrong.empty() ? "all is well\n" : wrong);
    if (wrong.empty())
        return 0;
    std::ofstream("soak.log") << soak.log();
    fmt::print("its log: soak.log\n");
    return 1;
}
