// What the user says of secrets: where each is read from, and what for. Pure.
#pragma once

#include "autossh/settings/settings.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// Manual, --secret-for: `file:PATH`, `fd:N`, `command:CMD…`, `credential:NAME` or `prompt`. Throws
/// ConfigError.
SecretSource secret_source_from(std::string_view text);

/// `PATTERN=SOURCE`, cut at the first = that a source follows. Throws ConfigError.
SecretRule secret_rule_from(std::string_view text);

// For the table of settings: each throws ConfigError.
void apply_secret_file(Settings& settings, const std::string& value);
void apply_secret_fd(Settings& settings, const std::string& value);
void apply_secret_command(Settings& settings, const std::string& value);
void apply_secret_credential(Settings& settings, const std::string& value);
void apply_secret_prompt(Settings& settings, const std::string& value);
void apply_secret_for(Settings& settings, const std::string& value);  ///< one rule in each line

/// Settles which is the secret without a pattern, when all has been read: an option beats a variable. Throws
/// ConfigError for two of a kind.
void settle_secrets(Settings& settings);

/// "the file PATH"; of a command only its first word, as the others may be nobody's business.
std::string in_words(const SecretSource& source);

}  // namespace autossh
