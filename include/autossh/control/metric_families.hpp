// The metrics that there are: names, types, help, and how the facts become values. For metrics.cpp alone.
// Pure.
#pragma once

#include "autossh/control/metrics.hpp"

#include <initializer_list>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace autossh {

/// Writes the samples of one metric into a text, with its heading before the first: without a sample there is
/// none.
class MetricSamples {
public:
    /// `text` outlives this.
    MetricSamples(std::string& text, std::string_view name, std::string_view type, std::string_view help)
        : text_(text), name_(name), type_(type), help_(help)
    {}

    /// Whose samples follow; `labels` lasts until the next call.
    void about(std::string_view labels) { labels_ = labels; }
    void add(double sample) { add({}, sample); }
    /// With one more label.
    void add(std::string_view label, std::string_view value, double sample) { add({{label, value}}, sample); }
    void add(std::initializer_list<std::pair<std::string_view, std::string_view>> labels, double sample);

private:
    std::string& text_;
    std::string_view name_;
    std::string_view type_;
    std::string_view help_;
    std::string_view labels_;
    bool has_begun_ = false;
};

template <typename Facts>
struct MetricFamily {
    std::string_view name;
    std::string_view type;  ///< "gauge", "counter"
    std::string_view help;
    void (*write)(MetricSamples&, const Facts&);
};

/// A process, and when its facts were so.
struct TimedDaemon {
    const MeteredDaemon& daemon;
    WallTime at;
};

std::span<const MetricFamily<TimedDaemon>> daemon_families();
std::span<const MetricFamily<TunnelFacts>> tunnel_families();
std::span<const MetricFamily<HubFacts>> hub_families();
std::span<const MetricFamily<BoxFacts>> box_families();

}  // namespace autossh
