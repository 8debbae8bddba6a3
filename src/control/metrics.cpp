#include "autossh/control/metrics.hpp"

#include "autossh/base/text.hpp"
#include "autossh/control/metric_families.hpp"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace autossh {

namespace {

/// A tunnel, a box or a process, with the labels that each of its series has.
template <typename Facts>
struct Labelled {
    std::string labels;
    const Facts* facts;
};

std::string label(std::string_view name, std::string_view value)
{
    return fmt::format("{}=\"{}\"", name, label_value(value));
}

/// By the names of their processes, in the order of these.
std::vector<std::string> names_of_daemons(std::span<const MeteredDaemon> daemons)
{
    std::vector<std::string> names;
    for (const MeteredDaemon& daemon : daemons) {
        const auto has_its_name = [&](const MeteredDaemon& other) {
            return other.facts.name == daemon.facts.name;
        };
        const bool is_alone = std::ranges::count_if(daemons, has_its_name) == 1;
        std::string name = daemon.facts.name.empty() ? "autossh" : daemon.facts.name;
        if (!is_alone || daemon.facts.name.empty())
            name += fmt::format(":{}", daemon.facts.pid);
        names.push_back(std::move(name));
    }
    return names;
}

/// What a stranger may name must not make a series twice: Prometheus would refuse the whole.
template <typename Facts>
void keep_first_of_each(std::vector<Labelled<Facts>>& all)
{
    std::set<std::string, std::less<>> known;
    std::erase_if(all, [&](const Labelled<Facts>& one) { return !known.insert(one.labels).second; });
}

template <typename Facts>
void write_families(std::string& text, std::span<const MetricFamily<Facts>> families,
                    const std::vector<Labelled<Facts>>& all)
{
    for (const MetricFamily<Facts>& family : families) {
        MetricSamples samples(text, family.name, family.type, family.help);
        for (const Labelled<Facts>& one : all) {
            samples.about(one.labels);
            family.write(samples, *one.facts);
        }
    }
}

}  // namespace

void MetricSamples::add(std::initializer_list<std::pair<std::string_view, std::string_view>> labels,
                        double sample)
{
    if (!std::exchange(has_begun_, true))
        text_ += fmt::format("# HELP {} {}\n# TYPE {} {}\n", name_, help_, name_, type_);
    text_ += name_;
    text_ += '{';
    text_ += labels_;
    for (const auto& [name, value] : labels)
        text_ += ',' + label(name, value);
    text_ += fmt::format("}} {}\n", sample);
}

std::string label_value(std::string_view text)
{
    std::string value;
    while (!text.empty()) {
        const std::size_t size = size_of_first_character(text);
        const char first = text.front();
        if (size == 0)
            value += "\xEF\xBF\xBD";
        else if (first == '\\' || first == '"')
            value += {'\\', first};
        else if (first == '\n')
            value += "\\n";
        else
            value += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return value;
}

std::string prometheus_text(std::span<const MeteredDaemon> daemons, WallTime at)
{
    const std::vector<std::string> names = names_of_daemons(daemons);
    std::vector<TimedDaemon> timed;
    for (const MeteredDaemon& daemon : daemons)
        timed.push_back({daemon, at});
    std::vector<Labelled<TimedDaemon>> processes;
    std::vector<Labelled<TunnelFacts>> tunnels;
    std::vector<Labelled<HubFacts>> hubs;
    std::vector<Labelled<BoxFacts>> boxes;
    for (std::size_t i = 0; i < daemons.size(); ++i) {
        const std::string its = label("daemon", names[i]);
        processes.push_back({its, &timed[i]});
        for (const TunnelFacts& tunnel : daemons[i].facts.tunnels)
            tunnels.push_back({its + ',' + label("tunnel", tunnel.name), &tunnel});
        if (!daemons[i].hub)
            continue;
        hubs.push_back({its, &*daemons[i].hub});
        for (const BoxFacts& box : daemons[i].hub->boxes)
            boxes.push_back({its + ',' + label("box", box.name), &box});
    }
    keep_first_of_each(processes);
    keep_first_of_each(tunnels);
    keep_first_of_each(boxes);
    std::string text;
    write_families(text, daemon_families(), processes);
    write_families(text, tunnel_families(), tunnels);
    write_families(text, hub_families(), hubs);
    write_families(text, box_families(), boxes);
    return text;
}

}  // namespace autossh
