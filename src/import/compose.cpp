#include "autossh/base/paths.hpp"
#include "autossh/base/text.hpp"
#include "autossh/import/command.hpp"
#include "autossh/import/compose_service.hpp"
#include "autossh/import/readers.hpp"
#include "autossh/import/yaml.hpp"
#include "autossh/settings/tunnel_file.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

class ComposeReader {
public:
    ComposeReader(const ImportSource& source, const ImportMachine& machine)
        : source_(source), machine_(machine)
    {
        directory_ = source.path == "-" ? "" : std::string(directory_part(source.path));
        if (const auto text = machine.read(in_directory(".env")))
            variables_ = read_environment_file(*text);
    }

    Imported read()
    {
        auto parsed = read_yaml(source_.text);
        if (const auto* const error = std::get_if<YamlError>(&parsed))
            return {{}, {fmt::format("{}:{}", source_.name(), error->text)}};
        const TomlValue& document = std::get<TomlValue>(parsed);
        const TomlEntry* const services = find_entry(document.entries, "services");
        // Version 1 has them at the top.
        for (const TomlEntry& entry : services != nullptr ? services->value.entries : document.entries)
            take_service(entry);
        if (found_.tunnels.empty() && found_.errors.empty())
            found_.errors.push_back(fmt::format("{}: no service of it runs autossh", source_.name()));
        return std::move(found_);
    }

private:
    std::string in_directory(const std::string& path) const
    {
        return directory_.empty() || path.starts_with('/') ? path : fmt::format("{}/{}", directory_, path);
    }

    void take_service(const TomlEntry& entry)
    {
        unknown_.clear();
        const TomlValue& table = entry.value;
        ComposeService service{entry.key, fmt::format("{}:{}", source_.name(), table.at.line)};
        service.image = text_of(table, "image");
        service.has_entrypoint = find_entry(table.entries, "entrypoint") != nullptr;
        service.is_on_host = text_of(table, "network_mode") == "host";
        for (const char* const key : {"entrypoint", "command"})
            for (std::string& word : words_of_key(table, key))
                service.command.push_back(std::move(word));
        take_environment(table, service);
        for (const TomlValue& volume : items_of(table, "volumes"))
            take_volume(volume, service);
        for (const TomlValue& port : items_of(table, "ports"))
            service.ports.push_back(replaced(port.text));
        Imported found = import_compose_service(service);
        if (!unknown_.empty() && !found.tunnels.empty())
            found = {{},
                     {fmt::format("{}: service {}: {} is not set: set it, or write it out", service.source,
                                  service.name, unknown_)}};
        if (find_entry(table.entries, "extends") != nullptr)
            for (ImportedTunnel& tunnel : found.tunnels)
                tunnel.notes.emplace_back("what the service extends is not looked at");
        found_.add(std::move(found));
    }

    std::string text_of(const TomlValue& table, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(table.entries, key);
        return entry == nullptr ? "" : replaced(entry->value.text);
    }

    static std::vector<TomlValue> items_of(const TomlValue& table, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(table.entries, key);
        return entry == nullptr ? std::vector<TomlValue>() : entry->value.items;
    }

    /// A text is taken apart as by a shell, which it is not given to.
    std::vector<std::string> words_of_key(const TomlValue& table, std::string_view key)
    {
        const TomlEntry* const entry = find_entry(table.entries, key);
        if (entry == nullptr)
            return {};
        std::vector<std::string> words;
        for (const TomlValue& item : entry->value.items)
            words.push_back(replaced(item.text));
        if (entry->value.is(TomlKind::text))
            words = shell_words(replaced(entry->value.text)).value_or(words);
        return words;
    }

    void take_environment(const TomlValue& table, ComposeService& service)
    {
        std::vector<std::string> files;
        for (const TomlValue& file : items_of(table, "env_file"))
            files.push_back(file.is(TomlKind::table) ? text_of(file, "path") : replaced(file.text));
        if (const std::string file = text_of(table, "env_file"); !file.empty())
            files.push_back(file);
        for (const std::string& file : files) {
            const auto text = machine_.read(in_directory(file));
            if (!text)
                found_.errors.push_back(
                    fmt::format("{}: its env_file {} cannot be read", service.source, in_directory(file)));
            for (const auto& [name, value] : read_environment_file(text.value_or("")))
                set(service, name, value);
        }
        for (const TomlValue& item : items_of(table, "environment")) {
            const std::string text = replaced(item.text);
            const auto assignment = assignment_in(text);
            if (assignment)
                set(service, assignment->first, assignment->second);
            else
                set(service, text, lookup(text).value_or(""));
        }
        if (const TomlEntry* const entry = find_entry(table.entries, "environment"))
            for (const TomlEntry& variable : entry->value.entries)
                set(service, variable.key, replaced(variable.value.text));
    }

    static void set(ComposeService& service, const std::string& name, const std::string& value)
    {
        std::erase_if(service.environment, [&](const auto& other) { return other.first == name; });
        service.environment.emplace_back(name, value);
    }

    /// "HERE:THERE[:ro]", or a table.
    void take_volume(const TomlValue& volume, ComposeService& service)
    {
        std::string here = text_of(volume, "source");
        std::string there = text_of(volume, "target");
        if (volume.is(TomlKind::text)) {
            const std::string text = replaced(volume.text);
            const std::size_t colon = text.find(':');
            if (colon == text.npos)
                return;
            here = text.substr(0, colon);
            there = text.substr(colon + 1);
            there.resize(std::min(there.find(':'), there.size()));
        }
        const bool is_path = here.starts_with('/') || here.starts_with('.') || here.starts_with("~/");
        if (here.starts_with('.') && !directory_.empty())
            here = directory_.starts_with('/') ? without_dots(in_directory(here)) : in_directory(here);
        if (is_path && !there.empty())
            service.volumes.emplace_back(here, there);
    }

    std::optional<std::string> lookup(std::string_view name) const
    {
        if (const auto value = machine_.variable(name))
            return value;
        for (const auto& [known, value] : variables_)
            if (known == name)
                return value;
        return std::nullopt;
    }

    /// ${NAME}, ${NAME:-DEFAULT}, ${NAME-DEFAULT}, $NAME, $$.
    std::string replaced(const std::string& text)
    {
        std::string made;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] != '$' || i + 1 == text.size()) {
                made += text[i];
                continue;
            }
            if (text[i + 1] == '$') {
                made += text[i++];
                continue;
            }
            const bool in_braces = text[i + 1] == '{';
            const std::size_t begin = i + (in_braces ? 2 : 1);
            std::size_t end = begin;
            while (end < text.size() && assignment_in(text.substr(begin, end - begin + 1) + "="))
                ++end;
            const std::size_t closing = in_braces ? std::min(text.find('}', end), text.size()) : end;
            made += value_of(text.substr(begin, end - begin), text.substr(end, closing - end));
            i = in_braces ? closing : end - 1;
        }
        return made;
    }

    std::string value_of(const std::string& name, std::string_view behind)
    {
        const auto value = lookup(name);
        const bool counts_if_empty = !behind.starts_with(':');
        behind.remove_prefix(counts_if_empty ? 0 : 1);
        if (value && (counts_if_empty || !value->empty()))
            return *value;
        if (behind.starts_with('-'))
            return std::string(behind.substr(1));
        if (unknown_.empty())
            unknown_ = fmt::format("${}", name);
        return "";
    }

    const ImportSource& source_;
    const ImportMachine& machine_;
    std::string directory_;
    ImportedVariables variables_;  ///< of .env
    std::string unknown_;          ///< the first of the service that is not set
    Imported found_;
};

}  // namespace

Imported import_compose(const ImportSource& source, const ImportMachine& machine)
{
    return ComposeReader(source, machine).read();
}

}  // namespace autossh
