#include "autossh/base/errors.hpp"
#include "autossh/base/paths.hpp"
#include "autossh/control/outages_json.hpp"
#include "autossh/control/selection.hpp"
#include "autossh/ctl/commands.hpp"
#include "autossh/ctl/console.hpp"
#include "autossh/ctl/daemons.hpp"
#include "autossh/ctl/exit_status.hpp"
#include "autossh/ctl/outage_table.hpp"
#include "autossh/ctl/screen_text.hpp"
#include "autossh/ctl/session.hpp"
#include "autossh/ledger/files.hpp"
#include "autossh/ledger/place.hpp"
#include "autossh/ledger/replay.hpp"
#include "autossh/system/supervisor_places.hpp"

#include <algorithm>
#include <iterator>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Of one process, or of one directory.
struct NamedOutages {
    std::string name;
    OutagesFacts facts;
};

constexpr std::size_t most_of_files = 1'000'000;

/// Of one that lives, which has told it within the last minute.
std::optional<Seconds> life_until(WallTime now, const LedgerHolder& holder)
{
    if (!holder.lived || !holder.last_seen)
        return std::nullopt;
    return *holder.lived + std::clamp(Seconds(now - *holder.last_seen), Seconds(0), Seconds(60));
}

/// `patterns`: of the tunnels; empty: all. Those that mean none go into `strange`. `has_not_begun`: who has
/// the directory has written nothing yet; what is there is of the process before.
OutagesFacts outages_of_files(const std::string& directory, const OutagesQuestion& question,
                              const std::vector<std::string>& patterns, std::vector<std::string>& strange,
                              bool has_not_begun = false)
{
    const WallTime now = std::chrono::system_clock::now();
    const auto back = std::chrono::duration_cast<WallTime::duration>(question.back);
    LedgerReplay replay(most_of_files);
    const LedgerReading reading = read_ledger(directory, now - back - std::chrono::hours(24 * 62),
                                              [&](const LedgerEntry& entry) { replay.take(entry); });
    for (const std::string& error : reading.errors)
        complain(error);
    if (reading.unreadable > 0)
        complain(
            fmt::format("{}: {} lines cannot be read, and are passed over", directory, reading.unreadable));
    const LedgerHolder holder = holder_of_ledger(directory);
    if ((!holder.lives || has_not_begun) && replay.is_open())
        replay.end(holder.last_seen, holder.lived);
    const std::optional<Seconds> lived = life_until(now, holder);
    const std::map<std::string, TunnelSums, std::less<>> sums = replay.sums_at(now, lived);
    std::vector<TunnelLabel> labels;
    for (const auto& [name, its] : sums)
        labels.push_back({name});
    Selection selection = selected(labels, patterns);
    if (patterns.empty())
        for (const TunnelLabel& label : labels)
            selection.names.push_back(label.name);
    strange = std::move(selection.strange);
    OutagesFacts facts = outages_facts(question, selection.names, sums, replay.outages(), now);
    for (OutageFacts& outage : facts.outages)
        if (outage.end.empty() && lived)
            outage.lasted = std::min(outage.lasted.value_or(*lived), *lived);
    facts.directory = directory;
    return facts;
}

/// Where fleets keep their ledgers by default, by name.
std::vector<std::pair<std::string, std::string>> default_ledgers(const Environment& environment,
                                                                 const std::string& name)
{
    std::vector<std::string> places{default_state_directory(environment, "")};
    if (::geteuid() == 0)
        places.emplace_back("/var/lib/autossh/fleet/");  // autossh-fleet.service
    std::vector<std::pair<std::string, std::string>> found;
    for (const std::string& place : places) {
        std::error_code error;
        std::vector<std::string> names = names_in(place, error);
        std::ranges::sort(names);
        for (const std::string& one : names)
            if (const std::string directory = ledger_directory(place + one);
                (name.empty() || name == one) && ::access(directory.c_str(), R_OK | X_OK) == 0)
                found.emplace_back(one, directory);
    }
    return found;
}

/// Nobody runs, or is asked.
std::vector<NamedOutages> from_files(const CtlCommand& command, const OutagesQuestion& question,
                                     const Environment& environment, int& exit_status)
{
    std::vector<std::pair<std::string, std::string>> ledgers;
    if (command.state_directory.empty()) {
        ledgers = default_ledgers(environment, command.daemon);
    } else {
        const std::string directory = ledger_directory(command.state_directory);
        if (::access(directory.c_str(), R_OK | X_OK) < 0)
            throw std::system_error(errno, std::generic_category(), directory);
        ledgers.emplace_back(command.state_directory, directory);
    }
    std::vector<NamedOutages> all;
    std::vector<std::string> strange = command.tunnels;
    for (const auto& [name, directory] : ledgers) {
        std::vector<std::string> strange_here;
        all.push_back({name, outages_of_files(directory, question, command.tunnels, strange_here)});
        std::erase_if(strange, [&](const std::string& pattern) {
            return std::ranges::find(strange_here, pattern) == strange_here.end();
        });
    }
    if (ledgers.empty())
        return all;
    for (const std::string& pattern : strange) {
        complain(fmt::format("no ledger has a tunnel \"{}\"", pattern));
        exit_status = ctl_exit::no_such_tunnel;
    }
    return all;
}

/// Where it has not all of them in memory, its files do.
void complete_by_files(OutagesFacts& facts, const OutagesQuestion& question)
{
    if (!facts.is_cut || facts.directory.empty() || ::access(facts.directory.c_str(), R_OK | X_OK) < 0)
        return;
    std::vector<std::string> names;
    for (const WatchedTunnel& tunnel : facts.tunnels)
        names.push_back(tunnel.name);
    std::vector<std::string> strange;
    OutagesFacts read = outages_of_files(facts.directory, question, names, strange, facts.is_being_read);
    const auto is_there = [&read](const OutageFacts& its) {
        return std::ranges::any_of(read.outages, [&its](const OutageFacts& other) {
            return other.tunnel == its.tunnel && other.began == its.began;
        });
    };
    if (facts.is_being_read)  // its own are not there, unless it has come to that meanwhile
        std::ranges::remove_copy_if(std::exchange(facts.outages, {}), std::back_inserter(read.outages),
                                    is_there);
    facts.outages = std::move(read.outages);
    facts.is_cut = read.is_cut;
}

std::vector<NamedOutages> from_daemons(const CtlCommand& command, const OutagesQuestion& question,
                                       const Environment& environment, int& exit_status)
{
    std::vector<NamedOutages> all;
    const CtlAudience found = audience(command, environment);
    if (found.exit_status) {
        exit_status = *found.exit_status;
        return all;
    }
    tell_of_silent(found.daemons);
    const auto questions =
        questions_to(found, command, {.id = "1", .ask = Ask::outages, .outages = question});
    if (!found.plan.strange.empty())
        exit_status = ctl_exit::no_such_tunnel;
    else if (questions.empty())
        exit_status = ctl_exit::no_daemon;
    for (auto& [daemon, answer] : answers_to(questions, std::chrono::seconds(10), exit_status)) {
        if (!answer.outages)
            continue;
        NamedOutages its{in_words(daemon), *answer.outages};
        complete_by_files(its.facts, question);
        if (!all.empty() && all.back().name == its.name) {  // asked in pieces
            std::ranges::move(its.facts.tunnels, std::back_inserter(all.back().facts.tunnels));
            std::ranges::move(its.facts.outages, std::back_inserter(all.back().facts.outages));
            std::ranges::stable_sort(all.back().facts.outages, {}, &OutageFacts::began);
            continue;
        }
        all.push_back(std::move(its));
    }
    return all;
}

std::string outages_in_json(const std::vector<NamedOutages>& all)
{
    JsonWriter json;
    json.open_list("daemons");
    for (const NamedOutages& its : all) {
        json.open_object_element();
        json.text("name", its.name);
        write_outages(json, its.facts);
        json.close_object();
    }
    json.close_list();
    return json.take() + '\n';
}

}  // namespace

int show_outages(const CtlCommand& command, const Environment& environment)
{
    const OutagesQuestion question{.back = command.since, .unplanned = command.unplanned};
    int exit_status = 0;
    const bool is_anybody_there =
        command.state_directory.empty() &&
        !meant_daemons(look_around(places_of_supervisors(environment), answer_is_due).daemons, command.daemon)
             .empty();
    std::vector<NamedOutages> all;
    if (!is_anybody_there)
        all = from_files(command, question, environment, exit_status);
    if (all.empty() && exit_status == 0 && command.state_directory.empty())
        all = from_daemons(command, question, environment, exit_status);
    if (command.json) {
        print_all(outages_in_json(all));
        return exit_status;
    }
    std::string text;
    for (const NamedOutages& its : all) {
        if (all.size() > 1)
            text += fmt::format("{}{}:\n", text.empty() ? "" : "\n", fit_for_screen(its.name));
        text += outage_table(its.facts);
    }
    print_all(text);
    return exit_status;
}

}  // namespace autossh
