#include "autossh/ssh/transcript.hpp"

#include "autossh/base/text.hpp"

#include <algorithm>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

// A session may last for years, and the server has a say in what ssh reports.
constexpr std::size_t most_remembered = 64;

bool is_loop(const Word& word, const Listening& listening)
{
    return word.kind == Word::Kind::forward_refused && listening.loop_port &&
           word.subject == std::to_string(*listening.loop_port);
}

bool is_entrance(const Word& word, const Listening& listening)
{
    return word.kind == Word::Kind::local_port_in_use && !listening.loop_entrance.empty() &&
           word.subject == listening.loop_entrance;
}

/// ssh.c: what ExitOnForwardFailure is about.
bool fails_wholly(const Word& word, std::string_view line)
{
    return word.kind == Word::Kind::forward_refused || line.find("cannot listen to port") != line.npos ||
           line.starts_with("unix_listener: cannot bind") || line.starts_with("Could not request");
}

bool drops_all_forwards(const Word& word)
{
    return word.kind == Word::Kind::forward_refused &&
           word.failure.failure_class == FailureClass::host_key_changed;
}

/// sshconnect.c and sshconnect2.c: fatal() follows no line but these.
bool is_last_word(std::string_view line)
{
    return line.find("Permission denied (") != std::string_view::npos ||
           line.starts_with("Host key verification failed") ||
           line.starts_with("Error: forwarding disabled due to host key check failure");
}

/// ssh.c: forwards are set up in ssh_session2(), behind the log-in.
bool comes_after_login(const Word& word)
{
    switch (word.kind) {
    case Word::Kind::logged_in:
    case Word::Kind::port_allocated:
    case Word::Kind::local_port_in_use:
    case Word::Kind::target_dead:
    case Word::Kind::session_over: return true;
    case Word::Kind::forward_refused: return !drops_all_forwards(word);
    case Word::Kind::failure:
    case Word::Kind::unknown: break;
    }
    return false;
}

/// Behind the log-in, what a target or a server says can only imitate these.
bool comes_before_login(const Word& word)
{
    if (word.kind == Word::Kind::logged_in)
        return true;
    if (word.kind != Word::Kind::failure)
        return false;
    const FailureClass failure = word.failure.failure_class;
    return needs_mending(failure) || failure == FailureClass::name_not_found ||
           failure == FailureClass::no_route || failure == FailureClass::refused;
}

/// What ssh keeps to itself: it says "Permission denied" and not that no key could be used.
std::optional<Failure> explained_by(const KeyCircumstances& keys, const Word& word)
{
    const bool denied_key = word.failure.failure_class == FailureClass::authentication_refused &&
                            word.weight == denied && word.subject.find("publickey") != std::string::npos;
    if (!denied_key)
        return std::nullopt;
    const bool agent_gone = keys.agent_expected && !keys.agent_reachable;
    const char* why = "nobody can be asked";
    if (agent_gone)
        why = "the agent cannot be reached";
    else if (keys.agent_reachable)  // what it holds is not known
        why = "the agent does not have it, or the server refuses it";
    if (!keys.encrypted_key.empty())
        return Failure{
            FailureClass::key_unusable,
            one_line(fmt::format("the key {} needs a passphrase, and {}", keys.encrypted_key, why))};
    if (agent_gone)
        return Failure{FailureClass::agent_unreachable, "the agent cannot be reached"};
    return std::nullopt;
}

}  // namespace

/// What follows such a line may be the server's own words, as ssh lets a newline in them pass. Of the second,
/// an authentic line that follows shows that it was no last word.
bool Transcript::is_foreign(std::string_view line)
{
    const bool debug = line.starts_with("debug");
    if (foreign_ == Foreign::until_debug_line && debug) {
        foreign_ = Foreign::no;
        if (failure_ && failure_->weight == denied)
            failure_.reset();
    }
    if (foreign_ != Foreign::no)
        return true;
    // What says that the log-in is refused stays to be understood itself, as it is ssh's own beginning.
    if (line.starts_with("Received disconnect from ") || line.starts_with("Unable to negotiate with "))
        foreign_ = Foreign::to_the_end;
    else if (debug && line.find(": Remote: ") != std::string_view::npos)
        foreign_ = Foreign::until_debug_line;
    else if (line.find("Permission denied (") != std::string_view::npos)
        foreign_ = Foreign::until_debug_line;
    return false;
}

bool Transcript::hear(std::string_view line, LoginProgress progress)
{
    Word word = understand(line);
    const bool shown = !(listening_.verbose_is_ours && only_at_verbose(line));
    const bool proven = progress == LoginProgress::logged_in;
    if (!line.starts_with("debug") && !line.empty() && !only_at_verbose(line))
        ended_by_itself_ = is_last_word(line);
    if (word.kind == Word::Kind::logged_in && proven)
        foreign_ = Foreign::no;
    if (!logged_in() && is_foreign(line))
        return shown;
    if (progress == LoginProgress::before_login && comes_after_login(word))
        return shown;
    if (logged_in() && comes_before_login(word))
        return shown;
    if (hear_of_loop(word, line))
        return false;
    if (fails_wholly(word, line))
        note_failed_forward(word);
    take(std::move(word), line);
    return shown;
}

/// True: it is about the loop of -M auto, and of no concern to the user.
bool Transcript::hear_of_loop(const Word& word, std::string_view line)
{
    if (is_loop(word, listening_)) {
        loop_refused_ = true;
        return true;
    }
    if (is_entrance(word, listening_)) {
        loop_refused_ = true;
        entrance_refusal_ = word.failure.cause;
        return true;
    }
    // Said when no local forward works: of the user's own each has been named.
    if (!entrance_refusal_.empty() && line.starts_with("Could not request local forwarding"))
        return true;
    // ssh has dropped all forwards, the loop's among them: the host key has changed.
    if (drops_all_forwards(word)) {
        loop_refused_ = loop_refused_ || listening_.loop_port.has_value();
        if (!listening_.users_forwards)
            return true;
    }
    // Our own message finds nobody: the server does not listen, or listens and does not let us get there.
    const bool target_dead = word.kind == Word::Kind::target_dead;
    const bool prohibited = word.subject.starts_with("administratively") && !loop_works_;
    if (target_dead && loop_tested_ && (loop_refused_ || prohibited)) {
        loop_refused_ = true;
        loop_tested_ = false;
        return true;
    }
    return false;
}

void Transcript::take(Word word, std::string_view line)
{
    switch (word.kind) {
    case Word::Kind::logged_in:
        login_ = std::move(word.subject);
        failure_.reset();  // it was none: another key or address did
        break;
    case Word::Kind::session_over: session_over_ = true; break;
    case Word::Kind::target_dead: dead_target_ = std::move(word.subject); break;
    case Word::Kind::port_allocated:
        if (allocated_ports_.size() < most_remembered)
            allocated_ports_.push_back(std::move(word.subject));
        break;
    case Word::Kind::forward_refused:
    case Word::Kind::local_port_in_use: hear_of_forward(word); [[fallthrough]];
    case Word::Kind::failure: hear_of_failure(std::move(word)); break;
    case Word::Kind::unknown:
        if (!logged_in() && !line.starts_with("debug") && !only_at_verbose(line))
            unknown_words_ = one_line(line);
        break;
    }
}

void Transcript::hear_lines(std::string_view text)
{
    while (!text.empty()) {
        const std::string_view line = text.substr(0, text.find('\n'));
        text.remove_prefix(std::min(line.size() + 1, text.size()));
        hear(line.substr(0, line.find_last_not_of('\r') + 1));
    }
}

void Transcript::hear_of_forward(const Word& word)
{
    // ssh names a local port once for each address, and once more if none could be had.
    const bool known = std::ranges::any_of(refused_forwards_, [&word](const Word& other) {
        return other.kind == word.kind && other.subject == word.subject;
    });
    if (!known && refused_forwards_.size() < most_remembered)
        refused_forwards_.push_back(word);
}

void Transcript::note_failed_forward(const Word& word)
{
    if (listening_.monitor_port && word.subject == std::to_string(*listening_.monitor_port))
        return;
    const bool remote = word.kind == Word::Kind::forward_refused;
    if (drops_all_forwards(word))
        all_forwards_off_ = true;
    else if (failed_forwards_.size() < most_remembered && (!word.subject.empty() || failed_forwards_.empty()))
        failed_forwards_.insert(fmt::format("{} {}", remote ? 'R' : 'L', word.subject));
}

void Transcript::hear_of_failure(Word word)
{
    FailureClass& failure_class = word.failure.failure_class;
    const bool broken =
        failure_class == FailureClass::key_exchange || failure_class == FailureClass::timed_out;
    if (logged_in() && broken)
        failure_class = FailureClass::connection_lost;
    if (!needs_mending(failure_class) && (!plain_failure_ || word.weight >= plain_failure_->weight))
        plain_failure_ = word;
    if (!failure_ || word.weight >= failure_->weight)
        failure_ = std::move(word);
}

Failure Transcript::failure(ExitStatus status, const KeyCircumstances& keys) const
{
    // What ssh has survived is no reason when it was killed, or when the session was over in order.
    const bool survived = failure_ && failure_->weight <= survivable && (status.by_signal() || session_over_);
    if (!failure_ || survived)
        return without_words(status);
    // Of keys and host keys ssh has the last word; that it has tried too often, a server has.
    const bool forged =
        reason_is_claimed() && failure_->failure.failure_class != FailureClass::authentication_refused;
    if (forged)
        return plain_failure_ ? plain_failure_->failure : without_words(status);
    return explained_by(keys, *failure_).value_or(failure_->failure);
}

Failure Transcript::without_words(ExitStatus status) const
{
    if (status.by_signal())
        return {FailureClass::other, fmt::format("ssh was killed by signal {}", status.number())};
    if (status.number() != ssh_error)
        return {FailureClass::other, listening_.session ? "the remote command has ended" : "ssh has ended"};
    // "Connection to HOST closed by remote host." goes to standard error, past -E.
    if (session_over_ && listening_.session)
        return {FailureClass::connection_lost,
                "connection closed by the server, or the remote command has ended with 255"};
    if (session_over_)
        return {FailureClass::connection_lost, "connection closed by the server"};
    if (loop_refused_ && entrance_refusal_.empty())  // and ExitOnForwardFailure
        return {FailureClass::forward_refused, "the server refuses to listen on the port of our own loop"};
    if (!unknown_words_.empty())
        return {FailureClass::other, unknown_words_};
    return {FailureClass::other, listening_.heard ? "ssh has ended without a word" : "ssh has ended"};
}

}  // namespace autossh
