#include "autossh/ssh/message.hpp"

#include "autossh/base/text.hpp"
#include "autossh/base/text_pool.hpp"
#include "autossh/ssh/message_table.hpp"

#include <algorithm>
#include <array>
#include <optional>

namespace autossh {

namespace {

using Captures = std::array<std::string_view, 9>;

// OpenSSH cuts its own lines at 1024 bytes; a longer one is none of its.
constexpr std::size_t longest_understood = 1024;
constexpr std::size_t longest_field = 120;

// In OpenSSH 9.2 as Debian builds it, from the levels in its calls. "Allocated port …" of a shared connection
// is one too, but is INFO elsewhere. "bind [::1]:N: Address already in use" is one when another address
// follows, which no single line tells; it stays, as half a forward is worth a line.
constexpr std::string_view verbose_only = "Authenticated to *\n"
                                          "Authenticated using \"*\n"
                                          "Transferred: sent *\n"
                                          "Bytes per second: sent *\n"
                                          "Killed by signal *\n"
                                          "Rejected X11 connection after ForwardX11Timeout expired*\n"
                                          "Canonicalized DNS aliased hostname *\n"
                                          "channel *: closing after * seconds of inactivity*\n"
                                          "socket [*\n"
                                          "bind [::*]:*: Cannot assign requested address\n"
                                          "bind [::*]:*: Can't assign requested address\n"
                                          "hostkeys_foreach*\n"
                                          "gethostname: *\n"
                                          "DNS lookup error: *\n"
                                          "Error parsing fingerprint from DNS*\n"
                                          "Deferring PIN entry to reader keypad*";

// From the levels in OpenSSH's calls: logit() and logdie().
constexpr std::string_view info_only = "channel *: open failed: *\n"
                                       "Allocated port *\n"
                                       "Warning: Permanently added *\n"
                                       "Warning: the * host key for * differs from the key *\n"
                                       "Warning: remote port forwarding failed *\n"
                                       "Warning: Could not request remote forwarding.\n"
                                       "Warning: No xauth data; *\n"
                                       "Connection closed by *\n"
                                       "Connection reset by *\n"
                                       "Connection to * closed*\n"
                                       "Connection to * timed out\n"
                                       "Disconnected from *\n"
                                       "Timeout, server * not responding.*\n"
                                       "Shared connection to * closed.\n"
                                       "Exit request sent.\n"
                                       "Authenticated to *";

// fatal(), of the errors that end ssh.
constexpr std::string_view fatal = "*: Permission denied (*).\n"
                                   "Host key verification failed.\n"
                                   "Bad owner or permissions on *\n"
                                   "Error: *\n"
                                   "Could not request * forwarding.";

/// What the asterisks of `pattern` stand for in `line`, if it matches.
std::optional<Captures> match(std::string_view pattern, std::string_view line)
{
    Captures captures;
    std::size_t star = pattern.find('*');
    if (!line.starts_with(pattern.substr(0, star)))
        return std::nullopt;
    if (star == std::string_view::npos)
        return line.size() == pattern.size() ? std::optional(captures) : std::nullopt;
    line.remove_prefix(star);
    for (std::string_view& capture : captures) {
        pattern.remove_prefix(star + 1);
        star = pattern.find('*');
        if (star == std::string_view::npos) {  // the last piece is the end of the line
            if (!line.ends_with(pattern))
                return std::nullopt;
            capture = line.substr(0, line.size() - pattern.size());
            return captures;
        }
        const std::size_t at = line.find(pattern.substr(0, star));
        if (at == std::string_view::npos)
            return std::nullopt;
        capture = line.substr(0, at);
        line.remove_prefix(at + star);
    }
    return std::nullopt;
}

bool matches_any(std::string_view patterns, std::string_view line)
{
    line = line.substr(0, longest_understood);
    return any_part(patterns, '\n', [line](std::string_view one) { return match(one, line).has_value(); });
}

/// Fills in $1 to $9, and @1 to @9, which are names of hosts. ssh's bytes may come from the server: none may
/// control the log or a terminal.
std::string filled_in(std::string_view text, const Captures& captures)
{
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool marked = text[i] == '$' || text[i] == '@';
        const bool field = marked && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
        if (!field) {
            result += text[i];
            continue;
        }
        ++i;
        const auto index = static_cast<std::size_t>(text[i] - '1');
        const std::string words = shortened(printable(captures[index]), longest_field);
        result += text[i - 1] == '@' ? as_name(words) : words;
    }
    return shortened(std::move(result), longest_text);
}

}  // namespace

SshMessage parse_message(std::string_view line)
{
    line = line.substr(0, longest_understood);
    const MessagePatterns patterns =
        line.starts_with(job_words) ? job_message_patterns() : message_patterns();
    for (const MessagePatterns::Row& row : patterns.rows()) {
        const auto captures = match(patterns.text(row.pattern), line);
        if (!captures)
            continue;
        SshMessage message;
        message.kind = row.kind;
        message.subject = filled_in(patterns.text(row.subject), *captures);
        message.address = filled_in(patterns.text(row.address), *captures);
        message.failure = {row.failure_class, filled_in(patterns.text(row.cause), *captures)};
        message.weight = row.weight;
        return message;
    }
    return {};
}

std::string as_name(const std::string& host)
{
    static constexpr std::string_view words =
        "account address agent backup box client connection forward gate gateway home "
        "host jump key local machine master name network office port proxy relay remote "
        "router server session socket ssh target tunnel work";
    return !is_one_of(words, host) ? host : '"' + host + '"';
}

bool is_shown_at(SshLogLevel level, std::string_view line)
{
    if (is_debug_line(line))
        return false;
    switch (level) {
    case SshLogLevel::quiet: return false;
    case SshLogLevel::fatal: return matches_any(fatal, line);
    case SshLogLevel::error: return !only_at_verbose(line) && !matches_any(info_only, line);
    case SshLogLevel::verbose: return true;
    case SshLogLevel::info: break;
    }
    return !only_at_verbose(line);
}

bool is_debug_line(std::string_view line)
{
    constexpr std::string_view word = "debug";
    const bool leveled = line.size() > word.size() && line.starts_with(word) && line[word.size()] >= '1' &&
                         line[word.size()] <= '3';
    return leveled && line.substr(word.size() + 1).starts_with(": ");
}

bool only_at_verbose(std::string_view line)
{
    return is_debug_line(line) || matches_any(verbose_only, line);
}

bool drops_all_forwards(const SshMessage& message)
{
    return message.kind == SshMessage::Kind::forward_refused &&
           message.failure.failure_class == FailureClass::host_key_changed;
}

}  // namespace autossh
