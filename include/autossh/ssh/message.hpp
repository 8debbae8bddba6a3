// What a line of OpenSSH's own messages means. Pure; unknown words mean nothing.
#pragma once

#include "autossh/base/failure.hpp"

#include <string>
#include <string_view>

namespace autossh {

/// How the cause begins where ssh has ended as the server did not answer its keepalives.
inline constexpr std::string_view no_keepalive_answer = "no answer to keepalives";

/// The meaning of one line.
struct SshMessage {
    enum class Kind {
        unknown,
        logged_in,          ///< `Authenticated to HOST ([ADDR]:PORT) using "METHOD".`
        first_factor,       ///< `Authenticated using "METHOD" with partial success.`: another one follows
        port_allocated,     ///< `Allocated port N for remote forward to …`
        forward_refused,    ///< the server does not listen on the port or path `subject`
        local_port_in_use,  ///< ssh cannot listen here on the port or path `subject`
        target_dead,   ///< `channel N: open failed: …`: the session lives, the forward's target does not
        failure,       ///< a reason to end, or a hint at one
        session_over,  ///< `Transferred: …`: the session was closed in order, by either side
    };

    Kind kind = Kind::unknown;
    /// logged_in: `HOST ([ADDR]:PORT) with METHOD`; port_allocated: the port; forward_refused and
    /// local_port_in_use: the port or path; target_dead: why; failure "Permission denied": the methods
    /// that the server would take.
    std::string subject;
    std::string address;  ///< local_port_in_use: where, if ssh has said it ("127.0.0.1")
    Failure failure;      ///< forward_refused, local_port_in_use and failure
    /// How much this line tells beside others of the same ssh: the highest counts, the later of two equals.
    /// ("Permissions 0644 for 'KEY' are too open." explains the "Permission denied" that follows.)
    int weight = 0;
};

/// How the lines of condor-ssh begin, which enters jobs of HTCondor. (An ssh has no such words.)
inline constexpr std::string_view job_words = "condor-ssh: ";

/// How the cause begins where the queue of a job does not answer.
inline constexpr std::string_view schedd_is_silent = "no answer from the schedd: ";

/// The subject of messages about -w.
inline constexpr std::string_view tunnel_device = "the tunnel device";

/// Up to this weight ssh may have gone on; above it, it ended, or could not log in.
inline constexpr int survivable = 19;
/// "Permission denied": what is heavier says why.
inline constexpr int denied = 40;

/// Reads one line without its end.
SshMessage parse_message(std::string_view line);

/// The name of a host in a sentence: in quotes, where it would be read as a word of it ("server").
std::string as_name(const std::string& host);

/// How much of ssh's log the user wants to see, from -q on (LogLevel of ssh_config(5)).
enum class SshLogLevel { quiet, fatal, error, info, verbose };

/// Whether ssh would have logged this line at that level. What we do not know counts as an error.
bool is_shown_at(SshLogLevel level, std::string_view line);

/// Whether ssh says this only at the log levels DEBUG1 to DEBUG3.
bool is_debug_line(std::string_view line);

/// Whether ssh says this only at the log level VERBOSE or above ("Transferred: …"), so that a user who has
/// not asked for more would not have seen it.
bool only_at_verbose(std::string_view line);

/// Whether ssh has switched off all forwards: the host key has changed, and strict checking is off.
bool drops_all_forwards(const SshMessage& message);

}  // namespace autossh
