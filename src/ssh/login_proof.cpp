#include "autossh/ssh/login_proof.hpp"

#include "autossh/base/text.hpp"
#include "autossh/ssh/message.hpp"

#include <algorithm>
#include <utility>

namespace autossh {

namespace {

// Behind the log-in ssh opens its local forwards first, and may look up names for that.
constexpr Duration first_look = std::chrono::milliseconds(1);
constexpr Duration longest_interval = std::chrono::milliseconds(100);
constexpr std::size_t most_kept_lines = 256;

}  // namespace

void LoginProof::begin(std::optional<SshLogLevel> forced)
{
    log_ = ForcedLog(forced);
    lines_.clear();
    claimed_ = ended_ = false;
    log_size_ = 0;
}

void LoginProof::read_line(std::string_view raw_line, bool logged_in)
{
    log_size_ += raw_line.size();
    auto line = log_.take(raw_line);
    if (!line)
        return;
    if (lines_.empty())
        interval_ = first_look;
    lines_.push_back(std::move(*line));
    look(logged_in);
}

void LoginProof::ssh_has_ended(bool logged_in)
{
    ended_ = true;
    look(logged_in);
}

void LoginProof::look(bool logged_in)
{
    while (!lines_.empty()) {
        bool is_claim = false;
        const LoginProgress progress =
            logged_in ? LoginProgress::unknown : progress_behind(without_end(lines_.front().text), is_claim);
        if (is_claim && !ended_ && lines_.size() < most_kept_lines) {
            next_look_ = Clock::now() + interval_;
            interval_ = std::min(interval_ * 2, longest_interval);
            return;
        }
        const LoggedLine line = std::move(lines_.front());
        lines_.pop_front();
        take_in_(line, progress);
        logged_in = logged_in ||
                    (parse_message(without_end(line.text)).kind == SshMessage::Kind::logged_in && !is_claim);
    }
}

/// Only of what a server could gain by; to look costs two files.
LoginProgress LoginProof::progress_behind(std::string_view line, bool& is_claim)
{
    const SshMessage::Kind kind = parse_message(line).kind;
    if (kind == SshMessage::Kind::unknown || kind == SshMessage::Kind::failure)
        return LoginProgress::unknown;
    const LoginProgress progress = progress_();
    is_claim = kind == SshMessage::Kind::logged_in && progress == LoginProgress::before_login;
    claimed_ = claimed_ || is_claim;
    // It may have ended between its log-in and its loop, for a local forward.
    const bool for_forward = ended_ && claimed_ && kind == SshMessage::Kind::local_port_in_use;
    return for_forward ? LoginProgress::unknown : progress;
}

}  // namespace autossh
