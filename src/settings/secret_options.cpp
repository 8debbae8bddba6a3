#include "autossh/settings/secret_options.hpp"

#include "autossh/base/numbers.hpp"
#include "autossh/base/text.hpp"

#include <optional>

#include <fmt/core.h>

namespace autossh {

namespace {

using Kind = SecretSource::Kind;

struct Scheme {
    std::string_view beginning;
    Kind kind;
};

constexpr Scheme schemes[] = {
    {"file:", Kind::file},       {"fd:", Kind::descriptor},
    {"command:", Kind::command}, {"credential:", Kind::credential},
    {"prompt", Kind::prompt},
};

constexpr int highest_descriptor = 1'000'000;

SecretSource file_source(const std::string& path)
{
    if (path.empty())
        throw ConfigError("the secret file has no name");
    return {.kind = Kind::file, .name = path};
}

SecretSource descriptor_source(const std::string& text)
{
    const auto number = parse_integer(text);
    if (!number || *number < 0 || *number > highest_descriptor)
        throw ConfigError(fmt::format("invalid secret file descriptor \"{}\"", text));
    if (*number == 1 || *number == 2)
        throw ConfigError(
            fmt::format("a secret cannot be read from file descriptor {}, which is for output", *number));
    return {.kind = Kind::descriptor, .fd = static_cast<int>(*number)};
}

SecretSource command_source(const std::string& text)
{
    const auto words = shell_words(text);
    if (!words)
        throw ConfigError("the secret command has a quote or a backslash that is left open");
    if (words->empty() || words->front().empty())
        throw ConfigError("the secret command is empty");
    return {.kind = Kind::command, .command = *words};
}

/// It becomes the name of a file in a directory.
SecretSource credential_source(const std::string& name)
{
    if (name.empty() || name == "." || name == ".." || name.find('/') != std::string::npos)
        throw ConfigError(
            fmt::format("invalid credential name \"{}\" (the ID of LoadCredential=, no path)", name));
    return {.kind = Kind::credential, .name = name};
}

/// Nothing: it begins like none.
std::optional<Scheme> scheme_of(std::string_view text)
{
    for (const Scheme& scheme : schemes)
        if (scheme.kind == Kind::prompt ? text == scheme.beginning : text.starts_with(scheme.beginning))
            return scheme;
    return std::nullopt;
}

void give_default(Settings& settings, std::string_view option, SecretSource source)
{
    settings.given_secrets[std::string(option)] = std::move(source);
}

}  // namespace

SecretSource secret_source_from(std::string_view text)
{
    const auto scheme = scheme_of(text);
    if (!scheme)
        throw ConfigError(fmt::format("invalid source of a secret \"{}\" (file:PATH, fd:N, command:CMD, "
                                      "credential:NAME, prompt)",
                                      text));
    const std::string value(text.substr(scheme->beginning.size()));
    switch (scheme->kind) {
    case Kind::file: return file_source(value);
    case Kind::descriptor: return descriptor_source(value);
    case Kind::command: return command_source(value);
    case Kind::credential: return credential_source(value);
    case Kind::prompt: break;
    }
    return {.kind = Kind::prompt};
}

SecretRule secret_rule_from(std::string_view text)
{
    for (std::size_t at = text.find('='); at != std::string_view::npos; at = text.find('=', at + 1)) {
        if (!scheme_of(text.substr(at + 1)))
            continue;
        const std::string pattern(without_blanks(text.substr(0, at)));
        if (pattern.empty())
            throw ConfigError("a secret is for nothing: PATTERN=SOURCE needs a pattern");
        return {pattern, secret_source_from(text.substr(at + 1))};
    }
    // Not all of it: somebody may have put the secret itself where its source belongs.
    throw ConfigError(
        fmt::format("invalid secret for \"{}\": PATTERN=SOURCE is wanted, SOURCE one of file:PATH, "
                    "fd:N, command:CMD, credential:NAME, prompt",
                    text.substr(0, text.find('='))));
}

void apply_secret_file(Settings& settings, const std::string& value)
{
    give_default(settings, "secret-file", file_source(value));
}

void apply_secret_fd(Settings& settings, const std::string& value)
{
    give_default(settings, "secret-fd", descriptor_source(value));
}

void apply_secret_command(Settings& settings, const std::string& value)
{
    give_default(settings, "secret-command", command_source(value));
}

void apply_secret_credential(Settings& settings, const std::string& value)
{
    give_default(settings, "secret-credential", credential_source(value));
}

void apply_secret_prompt(Settings& settings, const std::string& value)
{
    const std::string word = lower_case(value);
    if (word != "yes" && word != "no")
        throw ConfigError(fmt::format("invalid secret prompt setting \"{}\"", value));
    settings.given_secrets.erase("secret-prompt");
    if (word == "yes")
        give_default(settings, "secret-prompt", {.kind = Kind::prompt});
}

/// The last one given stands in front: an option beats a variable.
void apply_secret_for(Settings& settings, const std::string& value)
{
    const std::vector<std::string> lines = lines_of(value);
    if (lines.empty())
        secret_rule_from(value);  // throws
    for (const std::string& line : lines)
        settings.tunnel.secrets.insert(settings.tunnel.secrets.begin(), secret_rule_from(line));
}

void settle_secrets(Settings& settings)
{
    std::string chosen;
    for (const bool by_option : {true, false}) {
        for (const auto& [option, source] : settings.given_secrets) {
            if (settings.sources[option].starts_with("--") != by_option)
                continue;
            if (!chosen.empty())
                throw ConfigError(fmt::format("{} and {}: only one secret can be without a pattern; say with "
                                              "--secret-for what each is for",
                                              settings.sources[chosen], settings.sources[option]));
            chosen = option;
        }
        if (!chosen.empty())
            break;
    }
    if (!chosen.empty())
        settings.tunnel.secrets.push_back({"", settings.given_secrets.at(chosen)});
}

std::string in_words(const SecretSource& source)
{
    switch (source.kind) {
    case Kind::file: return fmt::format("the file {}", source.name);
    case Kind::descriptor: return fmt::format("file descriptor {}", source.fd);
    case Kind::command: return fmt::format("the command {}", source.command.front());
    case Kind::credential: return fmt::format("the credential {}", source.name);
    case Kind::prompt: break;
    }
    return "what was typed at the start";
}

}  // namespace autossh
