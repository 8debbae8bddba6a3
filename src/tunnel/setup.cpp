#include "autossh/tunnel/setup.hpp"

#include "autossh/base/text.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/message.hpp"
#include "autossh/system/askpass_place.hpp"

#include <exception>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

/// What the tunnel keeps for all its life.
std::string home_of(const PrivateFolder& folder, const std::string& name)
{
    return name.empty() ? folder.directory()->path() : fmt::format("{}/{}", folder.directory()->path(), name);
}

}  // namespace

SshSetup::SshSetup(Executor executor, const TunnelSettings& settings, Log& log, StatusTracker& account,
                   ConnectionTests& tests, PromptAnswerer& answerer, PrivatePlace& place,
                   std::string folder_name, std::function<void()> on_words)
    : executor_(std::move(executor)), settings_(settings), choices_(choices_of(settings.ssh)), log_(log),
      tracker_(account), tests_(tests), answerer_(answerer), place_(place),
      folder_name_(std::move(folder_name)), on_words_(std::move(on_words)), prepared_(unprepared(settings))
{}

void SshSetup::leave_unasked()
{
    prepared_ = unprepared(settings_);
    if (!prepared_.plan->offer.mistake.empty())
        throw TunnelMistake(prepared_.plan->offer.mistake);
    if (manner_of(settings_).test_way == TestWay::loop)
        tell_doubt();
}

void SshSetup::settle(std::optional<Answer> answer)
{
    choices_ = choices_of(settings_.ssh);  // the words may have changed
    const bool answered_before = answer_ && answer_->config;
    if (answer && answer->config)
        answer->control_socket = control_socket(control_facts(settings_, choices_, *answer->config));
    if (answered_before && answer && *answer_ == *answer)
        return;
    // Who has had an answer keeps it. With secrets an old one may be about other keys.
    if (answered_before && answer && !answer->config && settings_.secrets.empty()) {
        log_.write(Level::warning, "ssh does not say again what it will do ({}): as it said before",
                   answer->doubt);
        return;
    }
    prepared_.doubt.clear();
    answer_has_let_in_ = false;
    answer_ = std::move(answer);
    if (!answer_)
        return;
    prepare_anew();
    if (!has_started_ && !prepared_.plan->offer.mistake.empty())
        throw TunnelMistake(prepared_.plan->offer.mistake);
    tell_doubt();
}

/// Manual, "What is added".
void SshSetup::tell_doubt()
{
    const std::string& doubt = prepared_.doubt;
    const std::string before = std::exchange(doubt_told_, doubt);
    if (doubt.empty() && !before.empty())
        log_.info("ssh answers now: all is added");
    if (doubt.empty() || doubt == before || !mistake().empty())  // which ssh is about to say itself
        return;
    const bool wants_tests = manner_of(settings_).test_way == TestWay::loop;
    const bool unwatched = wants_tests && !choices_.options.contains("serveraliveinterval");
    if (prepared_.plan->additions.empty() && unwatched)
        log_.write(Level::warning,
                   "no connection tests: {}; nothing watches this tunnel: -M PORT would, or "
                   "-o ServerAliveInterval=15",
                   doubt);
    else if (prepared_.plan->additions.empty())
        log_.info("{}: {}", wants_tests ? "no connection tests" : "nothing is added", doubt);
    else
        log_.write(
            Level::warning,
            "{}: {}; keepalives and a connect timeout are added, and it is asked again before each start",
            wants_tests ? "no connection tests" : "not all is added", doubt);
}

void SshSetup::renew()
{
    has_started_ = true;
    if (std::exchange(must_prepare_, false) && answer_) {
        prepare_anew();
        return;
    }
    const bool caller_has_gone = prepared_.askable.caller && !answerer_.caller_is_there();
    const ControlSocket control_before = answer_ ? answer_->control_socket : ControlSocket::unused;
    if (answer_ && answer_->config)
        answer_->control_socket = control_socket(control_facts(settings_, choices_, *answer_->config));
    const bool is_same = !answer_ || answer_->control_socket == control_before;
    const bool bare = !answer_ || (!answer_->config && prepared_.plan->additions.empty());
    if (bare || (directory_is_whole() && !caller_has_gone && is_same))
        return;
    // One that has come since the last start is still empty.
    if (!directory_is_whole() && (!prepared_.folder || place_.directory() == prepared_.folder->directory()))
        place_.renew();
    prepare_anew();
}

bool SshSetup::must_ask_again() const
{
    if (!answer_ || !answer_->config || !settings_.secrets.empty())
        return true;
    if (answer_has_let_in_)
        return false;
    // What was said while no name could be looked up may be said of another host.
    const std::string canonical = answer_->config->value("canonicalizehostname");
    return canonical == "yes" || canonical == "true" || canonical == "always";
}

std::string SshSetup::mistake() const
{
    const bool found = answer_ && !answer_->config && prepared_.plan->understood;
    return found ? reason_in(prepared_.complaint) : "";
}

std::optional<Failure> SshSetup::reason_not_to_start() const
{
    if (settings_.secrets.empty() || prepared_.askable.secrets)
        return std::nullopt;
    std::string cause = "ssh's questions cannot be answered, so it is not started";
    if (!prepared_.doubt.empty())
        cause += fmt::format(": {}", one_line(prepared_.doubt));
    else if (!place_.directory())
        cause += fmt::format(": {}", one_line(place_.complaint()));
    if (!prepared_.complaint.empty())
        cause += fmt::format(" ({})", reason_in(prepared_.complaint));
    return Failure{answer_ && answer_->config ? FailureClass::secret_unavailable
                                              : class_of_complaint(prepared_.complaint),
                   cause};
}

void SshSetup::prepare_anew()
{
    output_ = {};
    tests_.leave_sockets();
    folders_.ssh_starts();
    const auto folder = private_folder(*answer_, place_, name_of_folder(folders_.of_ssh()), log_);
    home_ = folder ? home_of(*folder, folder_name_) : "";
    Askable askable = who_can_be_asked(settings_.ssh.file);
    askable.terminal = askable.terminal && settings_.attended;
    askable.secrets = !settings_.secrets.empty();
    askable.caller = answerer_.caller_is_there();
    prepared_ = prepare(
        settings_, *answer_, askable, folder,
        [this](const PrivateFolder& place) { return take_questions(place); }, log_);
    try {
        use_directory();
    } catch (const std::exception& error) {  // as if there were none
        log_.write(Level::warning, "ssh cannot be heard, nor the connection be tested: {}", error.what());
        output_.log.reset();
        tests_.leave_sockets();
        prepared_ = prepare_without_folder(settings_, *answer_, prepared_.askable, log_);
    }
    tracker_.set_plan(prepared_.plan, ::isatty(STDERR_FILENO) != 0 && !log_.shows_on_stderr());
}

bool SshSetup::take_questions(const PrivateFolder& folder)
{
    if (!own_program_is_known() || !answerer_.listen(folder.directory()->path()))
        return false;
    if (!settings_.secrets.empty() && answer_->config->value("batchmode") == "yes")
        log_.write(Level::warning,
                   "the secrets are of no use: BatchMode has ssh ask for none; take it out of ssh's "
                   "options and configuration");
    return true;
}

void SshSetup::use_directory()
{
    const SshPlan& plan = *prepared_.plan;
    if (plan.log.is_read)
        output_.log = std::make_unique<SshLog>(executor_, log_path(prepared_.folder->path()),
                                               [this](std::string_view line) { take_line(line); });
    if (plan.loop.is_made)
        tests_.use_sockets(prepared_.folder->path());
}

/// False also where there was no place for one: there may be one now.
bool SshSetup::directory_is_whole()
{
    return prepared_.folder && prepared_.folder->exists() && (!output_.log || output_.log->exists()) &&
           tests_.has_its_socket() && (!takes_questions() || answerer_.is_there());
}

void SshSetup::finish()
{
    answer_has_let_in_ = answer_has_let_in_ || tracker_.client_state().logged_in();
    if (!output_.finish())
        log_.write(Level::warning, "ssh has ended, and its log goes on without an end: the rest is not read");
}

}  // namespace autossh
