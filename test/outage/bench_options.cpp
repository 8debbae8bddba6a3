#include "outage/bench_options.hpp"

#include <charconv>

namespace autossh_test::outage {
namespace {

int number(const std::string& option, const std::string& text)
{
    int value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 1)
        throw UsageError(option + ": not a number from 1: " + text);
    return value;
}

template <class Item>
const Item* known(const std::string& option, const std::string& name, const Item* found)
{
    if (found == nullptr)
        throw UsageError(option + ": no such name: " + name);
    return found;
}

template <class Item>
void all_if_none(std::vector<const Item*>& chosen, const std::vector<Item>& all)
{
    if (!chosen.empty())
        return;
    for (const Item& item : all)
        chosen.push_back(&item);
}

void set(BenchOptions& options, const std::string& option, const std::string& value)
{
    if (option == "--fault")
        options.faults.push_back(known(option, value, find_fault(value)));
    else if (option == "--contestant")
        options.contestants.push_back(known(option, value, find_contestant(value)));
    else if (option == "--runs")
        options.runs = number(option, value);
    else if (option == "--jobs")
        options.jobs = number(option, value);
    else if (option == "--patience")
        options.patience = number(option, value);
    else
        throw UsageError("no such option: " + option);
}

}  // namespace

const char* const BenchOptions::usage =
    "usage: outage_bench [--list] [--fault NAME]... [--contestant NAME]... [--runs N] [--jobs N]\n"
    "                    [--patience SECONDS] [--pair | --riders] [--log]\n"
    "--pair      tunnels with a -L and a -R each: what a refused -R costs\n"
    "--riders    what a command by ssh takes over the connection of a tunnel\n"
    "--list      the names of faults and contestants\n"
    "--runs      of each; the worst is printed too\n"
    "--jobs      as many labs at once\n"
    "--patience  how long a tunnel may take to come back\n"
    "--log       what the contestant has logged, on stderr\n";

BenchOptions read_bench_options(const std::vector<std::string>& words)
{
    BenchOptions options;
    for (std::size_t i = 0; i < words.size(); ++i) {
        if (words[i] == "--list") {
            options.lists = true;
        } else if (words[i] == "--pair") {
            options.pairs = true;
        } else if (words[i] == "--riders") {
            options.riders = true;
        } else if (words[i] == "--log") {
            options.shows_logs = true;
        } else if (words[i].starts_with("--") && i + 1 < words.size()) {
            set(options, words[i], words[i + 1]);
            ++i;
        } else {
            throw UsageError("not understood: " + words[i]);
        }
    }
    all_if_none(options.contestants, contestants());
    all_if_none(options.faults, faults());
    return options;
}

}  // namespace autossh_test::outage
