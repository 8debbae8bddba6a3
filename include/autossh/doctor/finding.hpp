// What an examination has found: one thing of one tunnel or of the machine, and what helps. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace autossh {

/// The best first.
enum class Grade {
    ok,
    warn,  ///< it comes up, or may; but something is amiss, or not known
    fail,  ///< it does not come up, or not again
};

/// "ok", "warn", "FAIL".
constexpr const char* name(Grade grade)
{
    if (grade == Grade::ok)
        return "ok";
    return grade == Grade::warn ? "warn" : "FAIL";
}

struct Finding {
    Grade grade = Grade::ok;
    std::string thing;                      ///< what it is about, in a word: "server", "key"
    std::string text;                       ///< one line
    std::string remedy = {};                ///< one command or setting; empty: nothing is to be done
    std::vector<std::string> tunnels = {};  ///< whose it is; none: the machine's, or a whole process's

    bool operator==(const Finding&) const = default;
};

using Findings = std::vector<Finding>;

inline Finding fine(std::string thing, std::string text)
{
    return {Grade::ok, std::move(thing), std::move(text)};
}

inline Finding doubtful(std::string thing, std::string text, std::string remedy)
{
    return {Grade::warn, std::move(thing), std::move(text), std::move(remedy)};
}

inline Finding failing(std::string thing, std::string text, std::string remedy)
{
    return {Grade::fail, std::move(thing), std::move(text), std::move(remedy)};
}

/// Equal ones of several tunnels become one, which has the names of all; the worst come first, in the order
/// in which they were found.
Findings merged(Findings findings);

/// Exit status of autosshctl doctor: 0 all is well, 1 some warn, 2 some fail.
int exit_status(const Findings& findings);

}  // namespace autossh
