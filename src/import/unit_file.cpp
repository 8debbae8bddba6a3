#include "autossh/base/text.hpp"
#include "autossh/import/command.hpp"
#include "autossh/import/readers.hpp"
#include "autossh/import/unit_places.hpp"
#include "autossh/import/unit_words.hpp"
#include "autossh/settings/tunnel_file.hpp"

#include <algorithm>
#include <array>

#include <fmt/core.h>

namespace autossh {

namespace {

class UnitReader {
public:
    UnitReader(const ImportSource& source, const ImportMachine& machine) : source_(source), machine_(machine)
    {
        unit_ = file_name_of(source.path);
        name_ = unit_.substr(0, unit_.rfind('.'));
        is_users_ = source.path.find("/systemd/user/") != std::string::npos;
        const std::string home = is_users_ ? machine.variable("HOME").value_or("") : std::string("/root");
        const std::size_t at = name_.find('@');
        specifiers_ = {{'n', unit_}, {'N', name_}, {'p', name_.substr(0, at)}, {'h', home}};
        if (at != name_.npos && at + 1 < name_.size()) {
            specifiers_['i'] = name_.substr(at + 1);
            name_ = specifiers_['I'] = unescaped_unit_name(name_.substr(at + 1));
        }
    }

    Imported read()
    {
        take(source_.text);
        for (const std::string& drop_in : drop_ins_of_unit(source_.path, machine_))
            take(machine_.read(drop_in).value_or(""));
        read_environment_files();
        take_user();
        for (const std::string& line : commands_)
            if (found_.errors.empty())
                take_command(line);
        if (found_.tunnels.empty() && found_.errors.empty())
            fail("no ExecStart of it starts autossh");
        return std::move(found_);
    }

private:
    /// The first mistake, of which others may come.
    void fail(const std::string& why)
    {
        if (found_.errors.empty())
            found_.errors.push_back(fmt::format("{}: {}", source_.name(), why));
    }

    void note(const std::string& text) { notes_.push_back(text); }

    void take(std::string_view text)
    {
        for (const auto& [key, value] : service_settings(text))
            take_setting(key, value);
    }

    void take_setting(const std::string& key, const std::string& value)
    {
        constexpr std::array<std::string_view, 12> told{
            "ExecStartPre",    "ExecStartPost",        "ExecStop",       "ExecStopPost",
            "ExecReload",      "RootDirectory",        "LoadCredential", "LoadCredentialEncrypted",
            "PassEnvironment", "NetworkNamespacePath", "PrivateNetwork", "UnsetEnvironment"};
        if (key == "ExecStart" && value.empty())
            commands_.clear();
        else if (key == "ExecStart")
            commands_.push_back(value);
        else if (key == "Environment")
            take_environment(value);
        else if (key == "EnvironmentFile" && value.empty())
            files_.clear();
        else if (key == "EnvironmentFile")
            files_.push_back(value);
        else if (key == "WorkingDirectory")
            directory_ = specified(value.substr(value.starts_with('-') ? 1 : 0));
        else if (key == "User")
            user_ = specified(value);
        else if (std::ranges::find(told, key) != told.end())
            note(fmt::format("{}= of the unit is not carried over", key));
    }

    std::string specified(const std::string& word)
    {
        std::string unknown;
        std::string made = with_specifiers(word, specifiers_, unknown);
        if (unknown == "%i" || unknown == "%I")
            fail(fmt::format("{} stands for an instance of this template: name one, such as {}HOME.service",
                             unknown, source_.path.substr(0, source_.path.rfind('@') + 1)));
        else if (!unknown.empty())
            fail(fmt::format("what {} stands for only systemd knows: write it out", unknown));
        return made;
    }

    void take_environment(const std::string& value)
    {
        if (value.empty())
            environment_.clear();
        for (const std::string& word : unit_words(value).value_or(std::vector<std::string>()))
            if (const auto assignment = assignment_in(specified(word)))
                set(assignment->first, assignment->second);
    }

    /// They win over Environment=, wherever that stands.
    void read_environment_files()
    {
        for (const std::string& value : files_) {
            const bool may_be_missing = value.starts_with('-');
            const std::string path = specified(value.substr(may_be_missing ? 1 : 0));
            const auto text = path.empty() ? std::optional<std::string>("") : machine_.read(path);
            if (!text && !may_be_missing)
                fail(fmt::format("its EnvironmentFile {} cannot be read", path));
            for (const auto& [name, assigned] : read_environment_file(text.value_or("")))
                set(name, assigned);
        }
    }

    /// systemd.exec(5): with User=, a service has HOME, LOGNAME, SHELL and USER of that user.
    void take_user()
    {
        if (user_.empty())
            return;
        if (user_ != "root" && user_ != "0")
            note(fmt::format("User={} there: this belongs into the fleet of that user", user_));
        users_ = variables_of_user(user_, machine_).value_or(ImportedVariables());
        if (users_.empty())
            users_ = {{"HOME", ""}, {"LOGNAME", ""}, {"SHELL", ""}, {"USER", ""}};  // only systemd knows
    }

    void set(const std::string& name, const std::string& value)
    {
        std::erase_if(environment_, [&](const auto& other) { return other.first == name; });
        environment_.emplace_back(name, value);
    }

    std::optional<std::string> lookup(std::string_view name)
    {
        for (const auto* const variables : {&environment_, &users_})
            for (const auto& [known, value] : *variables) {
                if (known == name && value.empty() && variables == &users_)
                    fail(fmt::format("{} of User={} is not in /etc/passwd: write it out", name, user_));
                if (known == name)
                    return value;
            }
        return name == "HOME" && users_.empty() ? std::optional(specifiers_.at('h')) : std::nullopt;
    }

    /// systemd.exec(5): the root directory, or for a user's service the home.
    std::string working_directory()
    {
        if (directory_ == "~")
            return lookup("HOME").value_or("");
        if (!directory_.empty())
            return directory_;
        return is_users_ ? specifiers_.at('h') : "/";
    }

    void take_command(const std::string& line)
    {
        auto words = unit_words(line);
        if (!words || words->empty()) {
            fail("a quote in its ExecStart is left open");
            return;
        }
        std::string& program = words->front();
        const std::size_t begin = std::min(program.find_first_not_of("@-:+!|"), program.size());
        const bool has_variables = program.substr(0, begin).find(':') == std::string::npos;
        const bool has_other_name = program.substr(0, begin).find('@') != std::string::npos;
        program.erase(0, begin);
        if (has_other_name && words->size() > 1)
            words->erase(words->begin() + 1);
        for (std::string& word : *words)
            word = specified(word);
        const ImportLookup look = [this](std::string_view name) { return lookup(name); };
        ImportedTunnel like{.source = source_.path, .name = name_};
        like.directory = working_directory();
        like.notes = notes_;
        like.ending = fmt::format("systemctl {}disable --now {}", is_users_ ? "--user " : "", unit_);
        Imported found =
            tunnels_of_command(has_variables ? with_unit_variables(*words, look) : *words, like, look);
        for (ImportedTunnel& tunnel : found.tunnels)
            add_environment(tunnel);
        if (found_.errors.empty())
            found_.add(std::move(found));
    }

    /// Those of a line win over the unit's; one that has become words of the command needs no place.
    void add_environment(ImportedTunnel& tunnel) const
    {
        ImportedVariables all;
        for (const auto& variable : environment_) {
            const bool is_used = std::ranges::any_of(commands_, [&](const std::string& line) {
                return line.find("$" + variable.first) != line.npos ||
                       line.find("${" + variable.first + "}") != line.npos;
            });
            if (!is_used || variable.first.starts_with("AUTOSSH_"))
                all.push_back(variable);
        }
        all.insert(all.end(), tunnel.environment.begin(), tunnel.environment.end());
        tunnel.environment = std::move(all);
    }

    const ImportSource& source_;
    const ImportMachine& machine_;
    std::string unit_;
    std::string name_;
    bool is_users_ = false;
    UnitSpecifiers specifiers_;
    std::string directory_;
    std::string user_;
    ImportedVariables users_;         ///< of the unit's user
    std::vector<std::string> files_;  ///< with variables
    std::vector<std::string> commands_;
    std::vector<std::string> notes_;
    ImportedVariables environment_;
    Imported found_;
};

}  // namespace

Imported import_unit(const ImportSource& source, const ImportMachine& machine)
{
    return UnitReader(source, machine).read();
}

}  // namespace autossh
