#include "autossh/import/imported_settings.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"
#include "autossh/import/imported_paths.hpp"

#include <algorithm>

#include <fmt/core.h>

namespace autossh {

namespace {

TomlValue value_of_kind(TomlKind kind, std::string text)
{
    TomlValue value;
    value.kind = kind;
    value.text = std::move(text);
    return value;
}

bool is_digits(std::string_view text)
{
    return !text.empty() && text.size() < 10 && text.find_first_not_of("0123456789") == text.npos &&
           (text == "0" || text.front() != '0');
}

/// Of the kind that its key takes, where it can be.
TomlValue setting_as_value(const Setting& setting, const std::string& text)
{
    const std::string word = lower_case(text);
    if ((setting.argument.empty() || setting.argument.starts_with('[')) && (word == "yes" || word == "no"))
        return value_of_kind(TomlKind::truth, word == "yes" ? "true" : "false");
    if (setting.argument == "N") {
        const auto number = parse_integer(text);
        return number ? value_of_kind(TomlKind::integer, std::to_string(*number)) : imported_text(text);
    }
    if (setting.argument == "TIME" && is_digits(text))
        return value_of_kind(TomlKind::integer, text);
    return imported_text(text);
}

bool is_lone_secret(std::string_view option)
{
    return option == "secret-file" || option == "secret-command" || option == "secret-credential";
}

class SettingCollector {
public:
    explicit SettingCollector(const ImportedTunnel& tunnel) : tunnel_(tunnel) {}

    ImportedSettings collect(std::span<const std::pair<const Setting*, std::string>> given)
    {
        const bool other_secret = std::ranges::any_of(
            given, [](const auto& option) { return is_lone_secret(option.first->option); });
        for (const auto& [variable, value] : tunnel_.environment)
            if (const Setting* const setting = setting_of_variable(variable); setting == nullptr)
                take_variable(variable, value);
            else if (!other_secret || !is_lone_secret(setting->option))
                take(*setting, value, variable);
        for (const auto& [setting, value] : given)
            take(*setting, value, fmt::format("--{}", setting->option));
        if (!environment_.entries.empty())
            found_.keys.push_back({"environment", {}, std::move(environment_)});
        return std::move(found_);
    }

private:
    void take_variable(const std::string& variable, const std::string& value)
    {
        if (is_secret_variable(variable))
            found_.notes.push_back(
                fmt::format("{} is not carried over, as it may be secret: use secret-file, "
                            "secret-command or secret-credential",
                            variable));
        else if (variable.starts_with("AUTOSSH_"))
            found_.notes.push_back(fmt::format("{} is no variable of autossh's, and is left out", variable));
        else
            environment_.entries.push_back({variable, {}, imported_text(value)});
    }

    void take(const Setting& setting, const std::string& value, const std::string& source)
    {
        if (setting.option == "port")
            found_.monitor = value;
        else if (setting.option == "name")
            found_.name = value;
        else if (setting.option == "nt-service")
            found_.is_service = lower_case(value) == "yes";
        else if (setting.scope == Scope::process)
            leave_out(setting, source);
        else if (value.empty() && setting.option == "ssh")
            return;  // counts as unset
        else
            put(setting, value);
    }

    void leave_out(const Setting& setting, const std::string& source)
    {
        found_.notes.push_back(
            setting.option.starts_with("secret-")
                ? fmt::format("{} is left out, as nobody is at the terminal of a fleet: use secret-file, "
                              "secret-command or secret-credential",
                              source)
                : fmt::format("{} is left out, as it is of the whole process: see --{} of autossh --fleet",
                              source, setting.option));
    }

    void put(const Setting& setting, const std::string& value)
    {
        const bool is_path = setting.option == "ssh" || setting.option == "secret-file";
        TomlValue made = is_path ? imported_text(imported_path(value, tunnel_.directory))
                                 : setting_as_value(setting, value);
        const auto found = std::ranges::find(found_.keys, setting.option, &TomlEntry::key);
        if (found == found_.keys.end())
            found_.keys.push_back({std::string(setting.option), {}, std::move(made)});
        else if (setting.option == "secret-for")
            found->value.text += "\n" + value;
        else
            found->value = std::move(made);
    }

    const ImportedTunnel& tunnel_;
    ImportedSettings found_;
    TomlValue environment_;
};

}  // namespace

ImportedSettings imported_settings(const ImportedTunnel& tunnel,
                                   std::span<const std::pair<const Setting*, std::string>> given)
{
    return SettingCollector(tunnel).collect(given);
}

TomlValue imported_text(std::string text)
{
    return value_of_kind(TomlKind::text, std::move(text));
}

TomlValue imported_list(std::span<const std::string> texts)
{
    TomlValue list;
    list.kind = TomlKind::list;
    for (const std::string& text : texts)
        list.items.push_back(imported_text(text));
    return list;
}

}  // namespace autossh
