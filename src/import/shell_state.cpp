#include "autossh/import/shell_state.hpp"

#include "autossh/import/imported_paths.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace autossh {

ShellState::ShellState(std::string directory, ImportLookup outer)
    : directory_(std::move(directory)), outer_(std::move(outer))
{}

bool ShellState::take(const ShellCommand& command)
{
    if (command.words.empty())
        return true;
    const std::string& first = command.words.front();
    if (std::ranges::all_of(command.words,
                            [](const std::string& word) { return assignment_in(word).has_value(); })) {
        for (const std::string& word : command.words) {
            auto assignment = assignment_in(word);
            set(assignment->first,
                command.unknown.empty() ? std::optional(std::move(assignment->second)) : std::nullopt);
        }
        return true;
    }
    if (first == "export" || first == "declare" || first == "typeset" || first == "readonly" ||
        first == "local") {
        export_names(command);
        return true;
    }
    if (first == "unset") {
        for (const std::string& word : command.words)
            variables_[word] = {};
        return true;
    }
    if (first == "set") {
        for (const std::string& word : command.words)
            if (word == "-a" || word == "+a")
                exports_all_ = word == "-a";
        return true;
    }
    if (first != "cd" && first != "pushd" && first != "popd")
        return false;
    change_directory(command);
    return true;
}

void ShellState::set(const std::string& name, std::optional<std::string> value)
{
    Variable& variable = variables_[name];
    variable.value = std::move(value);
    variable.is_exported = variable.is_exported || exports_all_;
}

void ShellState::export_names(const ShellCommand& command)
{
    bool exports = command.words.front() == "export";
    bool takes_back = false;
    for (const std::string& word : std::span(command.words).subspan(1)) {
        if (word.starts_with('-')) {
            exports = exports || word.find('x') != std::string::npos;
            takes_back = takes_back || (exports && word.find('n') != std::string::npos);
            continue;
        }
        const auto assignment = assignment_in(word);
        const std::string name = assignment ? assignment->first : word;
        if (assignment)
            set(name, command.unknown.empty() ? std::optional(assignment->second) : std::nullopt);
        else if (exports && !variables_.contains(name))
            variables_[name].value = outer_(name);
        if (exports)
            variables_[name].is_exported = !takes_back;
    }
}

void ShellState::change_directory(const ShellCommand& command)
{
    std::string target = command.words.front() == "cd" ? lookup("HOME").value_or("") : "";
    for (const std::string& word : std::span(command.words).subspan(1))
        if (word == "-" || !word.starts_with('-'))
            target = word;
    const bool is_known = command.unknown.empty() && command.words.front() != "popd" && target != "-" &&
                          !target.starts_with('~') && (target.starts_with('/') || !directory_.empty());
    directory_ = !is_known || target.empty() ? "" : imported_path(target, directory_);
}

void ShellState::take_keywords(ShellCommand& command)
{
    constexpr std::array<std::string_view, 13> keywords{"if", "then", "elif", "else", "fi", "while", "until",
                                                        "do", "done", "esac", "!",    "{",  "}"};
    while (!command.words.empty()) {
        const std::string word = command.words.front();
        if (word == "for" || word == "select" || word == "case" || word == "function") {
            if (word == "case")
                begin(Part::cases);
            else if (command.words.size() > 1 && word == "function")
                functions_.insert(command.words[1]);
            else if (command.words.size() > 1)
                variables_[command.words[1]] = {};
            command.words.clear();
            return;
        }
        if (std::ranges::find(keywords, word) == keywords.end())
            return;
        if (word == "else" || word == "elif" || word == "fi" || word == "done")
            end(Part::branch);
        if (word == "then" || word == "do" || word == "else")
            begin(Part::branch);
        if (word == "esac")
            end(Part::cases);
        command.words.erase(command.words.begin());
    }
}

bool ShellState::is_name(const ShellCommand& command, char end) const
{
    const bool in_case = !frames_.empty() && frames_.back().part == Part::cases;
    return (end == ')' && in_case) || (end == '(' && command.words.size() == 1);
}

void ShellState::take_end(const ShellCommand& command, char letter)
{
    const bool in_case = !frames_.empty() && frames_.back().part == Part::cases;
    if (letter == ';' && command.words.empty() && in_case) {
        end(Part::cases);
        begin(Part::cases);
    }
    if (letter == '(')
        begin(Part::subshell);
    if (letter == ')')
        end(Part::subshell);
    if (letter == '(' && command.words.size() == 1)
        functions_.insert(command.words.front());
}

void ShellState::begin(Part part)
{
    frames_.push_back({part, variables_, directory_});
}

void ShellState::end(Part part)
{
    if (frames_.empty() || frames_.back().part != part)
        return;
    Frame before = std::move(frames_.back());
    frames_.pop_back();
    if (part != Part::subshell) {
        for (const auto& [name, variable] : variables_)
            if (before.variables[name] != variable)
                before.variables[name] = {{}, before.variables[name].is_exported || variable.is_exported};
        if (before.directory != directory_)
            before.directory.clear();
    }
    variables_ = std::move(before.variables);
    directory_ = std::move(before.directory);
}

std::optional<std::string> ShellState::lookup(std::string_view name) const
{
    const auto found = variables_.find(name);
    return found == variables_.end() ? outer_(name) : found->second.value;
}

ImportedVariables ShellState::exported() const
{
    ImportedVariables all;
    for (const auto& [name, variable] : variables_)
        if (variable.is_exported && variable.value)
            all.emplace_back(name, *variable.value);
    return all;
}

std::vector<std::string> ShellState::unknown_exports() const
{
    std::vector<std::string> names;
    for (const auto& [name, variable] : variables_)
        if (variable.is_exported && !variable.value)
            names.push_back(name);
    return names;
}

bool ShellState::has_condition() const
{
    return std::ranges::any_of(frames_, [](const Frame& frame) { return frame.part != Part::subshell; });
}

}  // namespace autossh
