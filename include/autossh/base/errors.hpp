// Mistakes that are found before anything is started.
#pragma once

#include <stdexcept>

namespace autossh {

/// A mistake in an option or a variable. It is found before anything is started.
class ConfigError : public std::runtime_error {
public:
    using std::runtime_error::runtime_error;
};

/// The command line cannot be understood. The usage text belongs behind the message, if there is one.
class UsageError : public ConfigError {
public:
    using ConfigError::ConfigError;
};

/// One that only ssh's answer shows: in the tunnel's own coroutine, before ssh is started.
class TunnelMistake : public ConfigError {
public:
    using ConfigError::ConfigError;
};

}  // namespace autossh
