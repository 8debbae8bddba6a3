// A cause in the words in which a tunnel tells it, for whoever has found it without ssh's log. Pure.
#pragma once

#include "autossh/doctor/finding.hpp"
#include "autossh/ssh/cause.hpp"

#include <map>
#include <string>

namespace autossh {

/// For the names in braces of explanations(): "host", "port". What is not given stays empty.
using CauseValues = std::map<std::string, std::string>;

/// A finding of this grade. `values`: none of a stranger's but "greeting" and "told", which no remedy has.
Finding told_cause(Grade grade, const std::string& thing, Cause cause, const CauseValues& values);

}  // namespace autossh
