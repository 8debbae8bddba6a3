#pragma once

#include "outage/experiment.hpp"
#include "outage/outcome.hpp"

#include <array>
#include <vector>

/// What the bench prints.
namespace autossh_test::outage {

/// An experiment, with the outcome of each run. None: it means nothing.
struct Half {
    Experiment experiment;
    std::vector<Outcome> outcomes{};
};

/// One contestant under one fault, for each of the directions.
using Row = std::array<Half, directions.size()>;

void print_header(const Contestant& contestant);
/// The median runs, and with more than one run the worst.
void print_row(Row& row);

}  // namespace autossh_test::outage
