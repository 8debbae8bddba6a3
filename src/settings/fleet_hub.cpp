#include "autossh/settings/fleet_hub.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/socket_address.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/fleet_table.hpp"
#include "autossh/settings/fleet_text.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <string_view>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr std::array<std::string_view, 7> hub_keys{"listen", "expect", "late", "lost",
                                                   "least",  "forget", "probe"};

/// "90d", or as an option has a time.
std::optional<Duration> hub_time(const TomlValue& value)
{
    std::string text = value.text;
    if (!value.is(TomlKind::text) && !value.is(TomlKind::integer))
        return std::nullopt;
    const bool is_days = text.ends_with('d');
    if (is_days)
        text.back() = 'h';
    const auto time = parse_duration(text);
    if (!time || time->count() < 0)
        return std::nullopt;
    return is_days ? std::min<Duration>(longest_duration, std::min(*time, longest_duration / 24) * 24)
                   : *time;
}

class HubReader {
public:
    HubReader(const FleetFiles& files, FleetErrors& errors) : files_(files), errors_(errors) {}

    HubSettings read(const FilePlace& at, const std::vector<TomlEntry>& entries)
    {
        if (const TomlEntry* const probe = find_entry(entries, "probe")) {
            probe_ = &probe->value;
            if (!probe_->is(TomlKind::text))
                expected(*probe, "a text such as \"127.0.0.1:{port}\"");
        }
        for (const TomlEntry& entry : entries) {
            if (entry.key == "listen")
                read_listen(entry);
            else if (entry.key == "expect")
                read_expect(entry);
            else if (entry.key == "late" || entry.key == "lost")
                (entry.key == "late" ? hub_.late : hub_.lost) = factor(entry);
            else if (entry.key == "least" || entry.key == "forget")
                (entry.key == "least" ? hub_.least : hub_.forget) = time(entry);
            else if (entry.key != "probe")
                report_unknown(entry, "[hub]", hub_keys, errors_);
        }
        if (hub_.lost < hub_.late)
            errors_.add(at, fmt::format("[hub]: a box would be lost ({}) before it is late ({})", hub_.lost,
                                        hub_.late));
        if (find_entry(entries, "listen") == nullptr)
            errors_.add(at, "[hub] does not say where it listens", "write listen = [\"127.0.0.1:7700\"]");
        if (probe_ != nullptr && find_entry(entries, "expect") == nullptr)
            hub_.probe = probe_for("*", {{"name", "*"}});
        return std::move(hub_);
    }

private:
    void expected(const TomlEntry& entry, std::string_view what)
    {
        errors_.add(entry.value.at,
                    fmt::format("{}: {} is expected, not {}", entry.key, what, in_words(entry.value)));
    }

    double factor(const TomlEntry& entry)
    {
        const std::string& text = entry.value.text;
        double number = 0;
        const bool is_number = entry.value.is(TomlKind::integer) || entry.value.is(TomlKind::number);
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (is_number && error == std::errc() && end == text.data() + text.size() && number >= 1 &&
            number <= 1000)
            return number;
        expected(entry, "a number from 1 to 1000");
        return entry.key == "late" ? HubSettings().late : HubSettings().lost;
    }

    Duration time(const TomlEntry& entry)
    {
        if (const auto time = hub_time(entry.value))
            return *time;
        expected(entry, "a time such as \"2m\" or \"90d\"");
        return entry.key == "least" ? HubSettings().least : HubSettings().forget;
    }

    void read_listen(const TomlEntry& entry)
    {
        std::vector<TomlValue> places{entry.value};
        if (entry.value.is(TomlKind::list))
            places = entry.value.items;
        if (places.empty() || places.size() > HubSettings::most_places)
            errors_.add(entry.value.at, fmt::format("listen: {} places, and there may be 1 to {}",
                                                    places.size(), HubSettings::most_places));
        for (const TomlValue& value : places)
            read_place(value);
    }

    void read_place(const TomlValue& value)
    {
        auto place = value.is(TomlKind::text) || value.is(TomlKind::integer) ? hub_place_from(value.text)
                                                                             : std::nullopt;
        if (!place) {
            errors_.add(value.at,
                        fmt::format("listen: \"127.0.0.1:PORT\", \"[::1]:PORT\" or the path of a Unix socket "
                                    "is expected, not {}",
                                    in_words(value)));
            return;
        }
        place->at = value.at;
        const auto address = SocketAddress::from_literal(place->address, place->port);
        const auto ip = address ? ip_address_of(address->get()) : std::nullopt;
        if (place->path.empty() && (!ip || !ip->is_loopback()))
            errors_.add(value.at,
                        fmt::format("listen: {} is not on loopback, and who reaches it from elsewhere could "
                                    "send any name",
                                    in_words(*place)),
                        "boxes come to it through ssh: write \"127.0.0.1:PORT\", \"[::1]:PORT\" or the path "
                        "of a Unix socket");
        if (!place->path.empty() && !UnixAddress::of_path(place->path))
            errors_.add(value.at, fmt::format("listen: the path {} is too long for a socket", place->path));
        if (std::ranges::find(hub_.listen, *place) != hub_.listen.end())
            errors_.add(value.at, fmt::format("listen: {} is there twice", in_words(*place)));
        hub_.listen.push_back(std::move(*place));
    }

    void read_expect(const TomlEntry& entry)
    {
        if (entry.value.is(TomlKind::text))
            return read_table(entry.value);
        const auto names = as_texts(entry.value);
        if (!names)
            return expected(entry, "a list of names and patterns, or the path of a CSV file,");
        for (const std::string& name : *names)
            add(entry.value.at, {{"name", name}});
    }

    void read_table(const TomlValue& value)
    {
        const FleetTable table = fleet_table(value, files_, errors_);
        if (!table.names.empty() && std::ranges::find(table.names, "name") == table.names.end()) {
            errors_.add(table.at, "the first line has no column \"name\"", "the boxes are known by it");
            return;
        }
        for (const FleetRow& row : table.rows)
            add(row.at, row.variables);
    }

    void add(const FilePlace& at, const FleetVariables& variables)
    {
        ExpectedBox box{.name = variables.at("name"), .account = {}, .uid = {}, .probe = {}};
        if (box.name.empty())
            errors_.add(at, "expect: a box without a name");
        if (const auto account = variables.find("account"); account != variables.end())
            bind(at, box, account->second);
        if (std::ranges::find(hub_.expect, box.name, &ExpectedBox::name) != hub_.expect.end())
            errors_.add(at, fmt::format("expect: \"{}\" is there twice", box.name));
        if (hub_.expect.size() == HubSettings::most_boxes)
            errors_.add(at, fmt::format("expect: there may be {} boxes", HubSettings::most_boxes));
        if (hub_.expect.size() >= HubSettings::most_boxes)
            return;
        if (probe_ != nullptr)
            box.probe = probe_for(box.name, variables);
        hub_.expect.push_back(std::move(box));
    }

    void bind(const FilePlace& at, ExpectedBox& box, const std::string& account)
    {
        if (account.empty())
            return;
        box.account = account;
        if (files_.uid_of)
            box.uid = files_.uid_of(account);
        if (files_.uid_of && !box.uid)
            errors_.add(at, fmt::format("expect: there is no account \"{}\"", account));
    }

    /// Of a pattern the name is known later.
    std::string probe_for(const std::string& name, FleetVariables variables)
    {
        if (name.find_first_of("*?[\\") != name.npos)
            variables["name"] = "{name}";
        std::string text = substituted(*probe_, variables, errors_).text;
        if (probe_->is(TomlKind::text) && !hub_place_from(text))
            errors_.add(
                probe_->at,
                fmt::format("probe: an address and a port such as \"127.0.0.1:{{port}}\", or the path "
                            "of a Unix socket, is expected, not \"{}\"",
                            text));
        return text;
    }

    const FleetFiles& files_;
    FleetErrors& errors_;
    const TomlValue* probe_ = nullptr;
    HubSettings hub_;
};

}  // namespace

HubSettings fleet_hub(const FilePlace& at, const std::vector<TomlEntry>& entries, const FleetFiles& files,
                      FleetErrors& errors)
{
    return HubReader(files, errors).read(at, entries);
}

}  // namespace autossh
