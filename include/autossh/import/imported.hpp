// A tunnel that something else has kept so far, as far as its text tells it. Plain data.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// Variables with their values, in order.
using ImportedVariables = std::vector<std::pair<std::string, std::string>>;

struct ImportedTunnel {
    std::string source;                   ///< "FILE:LINE", for people
    std::string name = {};                ///< that it had there; empty: none
    std::vector<std::string> words = {};  ///< of autossh, without the program's name
    ImportedVariables environment = {};   ///< of autossh and its ssh
    std::string directory = {};           ///< where its relative paths begin; empty: not known
    std::string ending = {};              ///< what a person does so that it is not kept there any more
    std::vector<std::string> notes = {};  ///< what is not carried over, or is to be known: a line each
    std::vector<std::string> groups = {};
    std::map<std::string, std::string> labels = {};  ///< names of forwards: "-L 8080:web:80" to "shop"
    bool enabled = true;
};

struct Imported {
    std::vector<ImportedTunnel> tunnels = {};
    std::vector<std::string> errors = {};  ///< what cannot be taken over, with its place: a line each

    void add(Imported other);
};

/// The machine, as the readers see it. A test has one of its own.
struct ImportMachine {
    /// Nothing: there is none, or it may not be read.
    std::function<std::optional<std::string>(const std::string& path)> read;
    /// Paths that fit a pattern as of glob(7), sorted.
    std::function<std::vector<std::string>(const std::string& pattern)> matching;
    /// Of our own environment.
    std::function<std::optional<std::string>(std::string_view name)> variable;
};

/// Whether a variable's name says that its value is nobody else's business.
bool is_secret_variable(std::string_view name);

/// What stands behind the last slash.
std::string file_name_of(const std::string& path);

}  // namespace autossh
