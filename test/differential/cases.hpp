#pragma once

#include "differential/compare.hpp"
#include "differential/words.hpp"

#include <csignal>

/// Shorthands of the tables.
namespace autossh_test {

inline Environment with(Environment environment, const std::string& name, const std::string& value)
{
    environment[name] = value;
    return environment;
}

/// One start of ssh, which ends well at once; the words of the command line are separated by spaces.
inline Case one_start(const std::string& name, const std::string& words, Environment environment = {})
{
    environment.insert({"AUTOSSH_GATETIME", "0"});
    return {.name = name, .arguments = split(words), .environment = std::move(environment)};
}

/// Nothing is started: a message instead.
inline Case start_up_error(const std::string& name, const std::string& words, const std::string& error,
                           Environment environment = {})
{
    auto result = one_start(name, words, std::move(environment));
    result.error = error;
    return result;
}

inline Case with_script(const std::string& name, const std::string& script, Environment environment = {},
                        std::vector<Event> events = {}, const std::string& words = "-M 0 host")
{
    return {.name = name,
            .arguments = split(words),
            .environment = std::move(environment),
            .script = script,
            .events = std::move(events)};
}

}  // namespace autossh_test
