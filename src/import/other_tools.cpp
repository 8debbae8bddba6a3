#include "autossh/base/text.hpp"
#include "autossh/import/readers.hpp"
#include "autossh/settings/fleet_keys.hpp"
#include "autossh/settings/toml.hpp"

#include <algorithm>
#include <array>
#include <memory>
#include <variant>

#include <fmt/core.h>

namespace autossh {

namespace {

/// What both have: a list of tables `tunnels`, one for each tunnel.
class ToolReader {
public:
    explicit ToolReader(const ImportSource& source) : source_(source) {}
    virtual ~ToolReader() = default;

    Imported read()
    {
        auto parsed = read_toml(source_.text, std::make_shared<const std::string>(source_.name()));
        if (const auto* const error = std::get_if<FleetError>(&parsed))
            return {{}, {fmt::format("{}: {}", in_words(error->at), printable(error->text))}};
        document_ = std::get<TomlValue>(std::move(parsed));
        const TomlEntry* const tunnels = find_entry(document_.entries, "tunnels");
        if (tunnels == nullptr || tunnels->value.items.empty())
            return {{}, {fmt::format("{}: it has no [[tunnels]]", source_.name())}};
        for (const TomlValue& table : tunnels->value.items) {
            tunnel_ = {.source = line_in_words(table.at)};
            tunnel_.words = {"-N"};
            error_.clear();
            read_tunnel(table);
            add_destination(table);
            if (error_.empty())
                found_.tunnels.push_back(tunnel_);
            else
                found_.errors.push_back(fmt::format("{}: {}", tunnel_.source, printable(error_)));
        }
        return std::move(found_);
    }

protected:
    virtual void read_tunnel(const TomlValue& table) = 0;

    static std::string text_of(const TomlValue& table, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(table.entries, key);
        return entry == nullptr ? "" : entry->value.text;
    }

    void fail(const std::string& why)
    {
        if (error_.empty())
            error_ = why;
    }

    void add_option(const std::string& letter, const std::string& value)
    {
        if (!value.empty())
            tunnel_.words.insert(tunnel_.words.end(), {letter, value});
    }

    void note_unknown(const TomlValue& table, const std::vector<std::string_view>& known)
    {
        for (const TomlEntry& entry : table.entries)
            if (std::ranges::find(known, entry.key) == known.end())
                tunnel_.notes.push_back(fmt::format("\"{}\" is not understood, and left out", entry.key));
    }

    TomlValue document_;
    ImportedTunnel tunnel_;

private:
    void add_destination(const TomlValue& table)
    {
        const std::string host = text_of(table, "host");
        const std::string user = text_of(table, "user");
        if (host.empty())
            fail("the tunnel has no host");
        tunnel_.words.push_back(user.empty() ? host : fmt::format("{}@{}", user, host));
    }

    const ImportSource& source_;
    Imported found_;
    std::string error_;
};

class BoringReader : public ToolReader {
public:
    using ToolReader::ToolReader;

private:
    void read_tunnel(const TomlValue& table) override
    {
        note_unknown(table, {"name", "local", "remote", "host", "user", "identity", "port", "keep_alive",
                             "group", "mode"});
        tunnel_.name = text_of(table, "name");
        tunnel_.ending = fmt::format("boring close {}, and take it out of boring's file", tunnel_.name);
        add_option("-p", text_of(table, "port"));
        add_option("-i", text_of(table, "identity"));
        const std::string alive = text_of(table, "keep_alive").empty() ? text_of(document_, "keep_alive")
                                                                       : text_of(table, "keep_alive");
        if (!alive.empty())
            add_option("-o", fmt::format("ServerAliveInterval={}", alive));
        if (const std::string group = text_of(table, "group"); is_fleet_name(group))
            tunnel_.groups = {group};
        else if (!group.empty())
            tunnel_.notes.push_back(fmt::format("the group \"{}\" cannot be one here", group));
        add_boring_forward(lower_case(text_of(table, "mode")), text_of(table, "local"),
                           text_of(table, "remote"));
    }

    void add_boring_forward(const std::string& mode, const std::string& local, const std::string& remote)
    {
        const bool is_local = mode.empty() || mode == "local" || mode == "l" || mode == "-l";
        const bool is_remote = mode == "remote" || mode == "r" || mode == "-r";
        const bool needs_both = is_local || is_remote;
        if (!needs_both && mode != "socks" && mode != "socks-remote")
            fail(fmt::format("the mode \"{}\" is not known", mode));
        else if ((local.empty() && mode != "socks-remote") || (remote.empty() && mode != "socks"))
            fail("\"local\" or \"remote\" is missing");
        else if (needs_both)
            add_option(is_local ? "-L" : "-R",
                       is_local ? fmt::format("{}:{}", local, remote) : fmt::format("{}:{}", remote, local));
        else
            add_option(mode == "socks" ? "-D" : "-R", mode == "socks" ? local : remote);
    }
};

class TunneldReader : public ToolReader {
public:
    using ToolReader::ToolReader;

private:
    void read_tunnel(const TomlValue& table) override
    {
        note_unknown(table, {"name", "host", "enabled", "user", "port", "identity", "keep_alive",
                             "keep_alive_count", "ssh_options", "forwards", "proxy", "remote_forwards"});
        tunnel_.name = text_of(table, "name");
        tunnel_.enabled = text_of(table, "enabled") != "false";
        tunnel_.ending = fmt::format("tunneld down {}, and take it out of tunneld's file", tunnel_.name);
        add_option("-o", "ExitOnForwardFailure=yes");  // as tunneld gives it to each ssh
        add_alive(table, "keep_alive", "ServerAliveInterval");
        add_alive(table, "keep_alive_count", "ServerAliveCountMax");
        add_option("-p", text_of(table, "port"));
        add_option("-i", text_of(table, "identity"));
        for (const TomlValue& option : items_of(table, "ssh_options"))
            add_option("-o", option.text);
        for (const TomlValue& forward : items_of(table, "forwards"))
            add_forward("-L", forward, text_of(forward, "local"), target_of(forward, "remote"));
        for (const TomlValue& forward : items_of(table, "proxy"))
            add_forward("-D", forward, text_of(forward, "local"), "");
        for (const TomlValue& forward : items_of(table, "remote_forwards"))
            add_forward("-R", forward, text_of(forward, "remote"), target_of(forward, "local"));
    }

    void add_alive(const TomlValue& table, std::string_view key, std::string_view option)
    {
        const TomlEntry* const defaults = find_entry(document_.entries, "defaults");
        std::string value = text_of(table, key);
        if (value.empty() && defaults != nullptr)
            value = text_of(defaults->value, key);
        if (!value.empty())
            add_option("-o", fmt::format("{}={}", option, value));
    }

    static std::vector<TomlValue> items_of(const TomlValue& table, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(table.entries, key);
        return entry == nullptr ? std::vector<TomlValue>() : entry->value.items;
    }

    /// A number is one of localhost.
    static std::string target_of(const TomlValue& forward, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(forward.entries, key);
        if (entry == nullptr)
            return "";
        return entry->value.is(TomlKind::integer) ? "localhost:" + entry->value.text : entry->value.text;
    }

    void add_forward(const std::string& letter, const TomlValue& forward, const std::string& listen,
                     const std::string& target)
    {
        if (listen.empty() || (target.empty() && letter != "-D")) {
            fail("a forward has no \"local\" or no \"remote\"");
            return;
        }
        const std::string words = target.empty() ? listen : fmt::format("{}:{}", listen, target);
        add_option(letter, words);
        const std::string label = text_of(forward, "label");
        if (label.empty())
            return;
        tunnel_.labels[fmt::format("{} {}", letter, words)] = label;
        if (!is_fleet_name(label))
            tunnel_.notes.push_back(
                fmt::format("the label \"{}\" of {} cannot be a name here", label, words));
    }
};

}  // namespace

Imported import_boring(const ImportSource& source, const ImportMachine&)
{
    return BoringReader(source).read();
}

Imported import_tunneld(const ImportSource& source, const ImportMachine&)
{
    return TunneldReader(source).read();
}

}  // namespace autossh
