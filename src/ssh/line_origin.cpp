#include "autossh/ssh/line_origin.hpp"

#include "autossh/base/failure.hpp"

#include <algorithm>
#include <array>

namespace autossh {

namespace {

/// Debug lines with words of the server's.
bool has_words_of_server(std::string_view line)
{
    static constexpr std::array<std::string_view, 3> marks{
        ": Remote: ", "Authentications that can continue: ", "server-sig-algs=<"};
    return std::ranges::any_of(
        marks, [&](std::string_view mark) { return line.find(mark) != std::string_view::npos; });
}

}  // namespace

bool LineOrigin::is_foreign(std::string_view line)
{
    const bool debug = line.starts_with("debug");
    goes_on_ = false;
    if (foreign_ == Foreign::until_debug_line && debug) {
        foreign_ = Foreign::no;
        goes_on_ = is_denied_;
        is_denied_ = false;
    }
    if (foreign_ != Foreign::no)
        return true;
    // What says that the log-in is refused stays to be understood itself, as it is ssh's own beginning.
    if (line.starts_with("Received disconnect from ") || line.starts_with("Unable to negotiate with "))
        foreign_ = Foreign::to_the_end;
    else if (debug && has_words_of_server(line))
        foreign_ = Foreign::until_debug_line;
    else if (line.find("Permission denied (") != std::string_view::npos) {
        foreign_ = Foreign::until_debug_line;
        is_denied_ = true;
    }
    return false;
}

void LineOrigin::read_line_of_session(std::string_view line)
{
    server_may_speak_ = server_may_speak_ || line.starts_with("debug1: Entering interactive session") ||
                        line.starts_with("channel ") || line.find(": Remote: ") != std::string_view::npos;
}

bool is_last_line(std::string_view line)
{
    return line.find("Permission denied (") != std::string_view::npos ||
           line.starts_with("Host key verification failed") ||
           line.starts_with("Error: forwarding disabled due to host key check failure");
}

bool comes_after_login(const SshMessage& message)
{
    switch (message.kind) {
    case SshMessage::Kind::logged_in:
    case SshMessage::Kind::port_allocated:
    case SshMessage::Kind::local_port_in_use:
    case SshMessage::Kind::target_dead:
    case SshMessage::Kind::session_over: return true;
    case SshMessage::Kind::forward_refused: return !drops_all_forwards(message);
    case SshMessage::Kind::first_factor:
    case SshMessage::Kind::failure:
    case SshMessage::Kind::unknown: break;
    }
    return false;
}

bool comes_before_login(const SshMessage& message)
{
    if (message.kind == SshMessage::Kind::logged_in)
        return true;
    if (message.kind != SshMessage::Kind::failure)
        return false;
    const FailureClass failure = message.failure.failure_class;
    return needs_mending(failure) || failure == FailureClass::name_not_found ||
           failure == FailureClass::no_route || failure == FailureClass::refused;
}

}  // namespace autossh
