#include "autossh/base/text.hpp"
#include "autossh/import/readers.hpp"

#include <algorithm>
#include <vector>

#include <fmt/core.h>

namespace autossh {

namespace {

constexpr int deepest_ssh_include = 16;

bool is_host_pattern(std::string_view name)
{
    return name.find_first_of("*?!") != name.npos;
}

class HostReader {
public:
    HostReader(const ImportSource& source, const ImportMachine& machine) : source_(source), machine_(machine)
    {
        home_ = machine.variable("HOME").value_or("");
        is_default_ = source.path == "-" || source.path == home_ + "/.ssh/config" ||
                      source.path == "/etc/ssh/ssh_config";
    }

    Imported read()
    {
        read_text(source_.text, source_.path, 0);
        end_block();
        if (found_.tunnels.empty() && found_.errors.empty())
            found_.errors.push_back(fmt::format("{}: no Host of it has a forward", source_.name()));
        return std::move(found_);
    }

private:
    void read_text(std::string_view text, const std::string& path, int depth)
    {
        std::size_t number = 0;
        while (!text.empty()) {
            const std::string_view line = text.substr(0, text.find('\n'));
            text.remove_prefix(std::min(line.size() + 1, text.size()));
            take_line(std::string(without_blanks(line)), fmt::format("{}:{}", path, ++number), depth);
        }
    }

    void take_line(std::string line, const std::string& at, int depth)
    {
        if (const std::size_t end = line.find_first_of(" \t="); end != line.npos && line[end] == '=')
            line[end] = ' ';
        const auto words = shell_words(line);
        if (!words || words->size() < 2 || words->front().starts_with('#'))
            return;
        const std::string keyword = lower_case(words->front());
        if (keyword == "host" || keyword == "match") {
            end_block();
            at_ = at;
            names_.assign(words->begin() + 1, words->end());
            is_match_ = keyword == "match";
        } else if (keyword == "localforward" || keyword == "remoteforward" || keyword == "dynamicforward") {
            std::string forward = words->front();
            for (std::size_t i = 1; i < words->size(); ++i)
                forward += " " + (*words)[i];
            forwards_.push_back(forward);
        } else if (keyword == "include" && depth < deepest_ssh_include) {
            for (std::size_t i = 1; i < words->size(); ++i)
                include((*words)[i], depth);
        }
    }

    void include(const std::string& named, int depth)
    {
        std::string path = named.starts_with("~/") ? home_ + named.substr(1) : named;
        if (!path.starts_with('/'))
            path = (source_.path.starts_with("/etc/") ? "/etc/ssh/" : home_ + "/.ssh/") + path;
        for (const std::string& found : machine_.matching(path))
            read_text(machine_.read(found).value_or(""), found, depth + 1);
    }

    void end_block()
    {
        if (!forwards_.empty())
            take_block();
        forwards_.clear();
        names_.clear();
        is_match_ = false;
    }

    void take_block()
    {
        const bool has_name = !std::ranges::all_of(names_, is_host_pattern);
        if (is_match_ || !has_name) {
            found_.errors.push_back(fmt::format(
                "{}: its forwards are for {}: write a tunnel for each host that shall have them, or "
                "a range with hosts = \"PATTERN\"",
                at_.empty() ? source_.path : at_,
                is_match_        ? "a Match"
                : names_.empty() ? "all hosts"
                                 : "the pattern " + printable(names_.front())));
            return;
        }
        for (const std::string& name : names_)
            if (!is_host_pattern(name))
                add_host(name);
    }

    /// ssh has all forwards of all blocks of a name: one table for each name.
    void add_host(const std::string& name)
    {
        auto tunnel = std::ranges::find(found_.tunnels, name, &ImportedTunnel::name);
        if (tunnel == found_.tunnels.end()) {
            found_.tunnels.push_back({.source = at_, .name = name});
            tunnel = found_.tunnels.end() - 1;
            tunnel->words = {"-N", name};
            if (!is_default_)
                tunnel->words.insert(tunnel->words.begin(), {"-F", source_.path});
        }
        for (const std::string& forward : forwards_)
            tunnel->notes.push_back(forward);
        for (const std::string& pattern : names_)
            if (is_host_pattern(pattern) && !pattern.starts_with('!'))
                tunnel->notes.push_back(fmt::format(
                    "the forwards are also for the pattern {}: write a tunnel for each host of it", pattern));
    }

    const ImportSource& source_;
    const ImportMachine& machine_;
    std::string home_;
    bool is_default_ = false;  ///< ssh reads it without being told
    std::string at_;
    std::vector<std::string> names_;
    std::vector<std::string> forwards_;
    bool is_match_ = false;
    Imported found_;
};

}  // namespace

Imported import_ssh_config(const ImportSource& source, const ImportMachine& machine)
{
    return HostReader(source, machine).read();
}

}  // namespace autossh
