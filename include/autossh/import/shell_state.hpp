// What the commands of a shell have changed so far: its directory, its variables and their export. Pure.
#pragma once

#include "autossh/import/command.hpp"
#include "autossh/import/shell_line.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace autossh {

class ShellState {
public:
    /// `outer`: variables that are set before. `directory`: where it begins; empty: not known.
    ShellState(std::string directory, ImportLookup outer);

    /// cd, export, unset, set and assignments change the state. False: it is another command.
    bool take(const ShellCommand& command);

    /// Takes if, then, case and their likes from the front. What is set on a condition is not known behind
    /// it.
    void take_keywords(ShellCommand& command);
    /// Whether it is none, but a pattern of case, or the name of a function. `end`: what stands behind it,
    /// one of ;&|()\n, or 0 at the end.
    bool is_name(const ShellCommand& command, char end) const;
    /// The end of a command that has been taken.
    void take_end(const ShellCommand& command, char end);

    /// Nothing: it is not set, or only the shell knows its value.
    std::optional<std::string> lookup(std::string_view name) const;
    const std::string& directory() const { return directory_; }
    /// What a command gets in its environment.
    ImportedVariables exported() const;
    /// Exported, with a value that only the shell knows.
    std::vector<std::string> unknown_exports() const;
    bool has_condition() const;
    bool is_function(const std::string& name) const { return functions_.contains(name); }

private:
    struct Variable {
        std::optional<std::string> value = {};
        bool is_exported = false;
        bool operator==(const Variable&) const = default;
    };
    using Variables = std::map<std::string, Variable, std::less<>>;
    enum class Part { subshell, branch, cases };
    struct Frame {
        Part part;
        Variables variables;
        std::string directory;
    };

    void set(const std::string& name, std::optional<std::string> value);
    void export_names(const ShellCommand& command);
    void change_directory(const ShellCommand& command);
    void begin(Part part);
    void end(Part part);

    std::string directory_;
    ImportLookup outer_;
    Variables variables_;
    bool exports_all_ = false;
    std::vector<Frame> frames_;
    std::set<std::string> functions_;
};

/// The tunnels of a line that a shell takes apart, with what the lines before it have changed. What names an
/// autossh and starts none that can be read is an error.
Imported tunnels_of_shell_line(std::string_view line, const ImportedTunnel& like, ShellState& state);

}  // namespace autossh
