#include "autossh/tunnel/prepare.hpp"

#include "autossh/base/environment.hpp"
#include "autossh/base/text.hpp"
#include "autossh/base/unique_fd.hpp"
#include "autossh/settings/manner.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/ssh/client_state.hpp"
#include "autossh/tunnel/offered_link.hpp"

#include <memory>
#include <span>
#include <utility>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace autossh {

namespace {

bool is_bad_configuration(const std::string& complaint)
{
    return class_of_complaint(complaint) == FailureClass::bad_configuration;
}

/// It is OpenSSH's ssh, and would run; only what it will do is not known.
bool needs_no_answer(const TunnelSettings& settings, const Answer& answer)
{
    return !answer.foreign && may_be_asked(settings.ssh.file) && !is_bad_configuration(answer.complaint);
}

/// Manual, "Secrets": an old release does not say which server asks, and a secret is for one.
bool knows_who_asks(const TunnelSettings& settings, const SshConfig& config)
{
    return settings.ssh_names_asker || !is_behind_proxy(config);
}

/// Manual, "What is added": in place of BatchMode, where the user has not named it. An OpenSSH before 8.5 is
/// known by its older name of an option.
bool may_decline(const SshChoices& choices, const SshConfig& config, const Askable& askable)
{
    return askable.nobody() && !config.value("pubkeyacceptedalgorithms").empty() &&
           config.value("batchmode") != "yes" && !choices.options.contains("batchmode");
}

/// Of a client that has not told what it will do.
SshPlan unknown_plan(const SshChoices& choices)
{
    SshPlan plan;
    plan.is_shared = may_be_shared(choices);
    return plan;
}

enum class Errors { nowhere, terminal, elsewhere };

/// Where our standard error leads: to /dev/null, say, or a file. Closed: elsewhere.
Errors place_of_errors()
{
    struct stat ours {};
    struct stat nowhere {};
    const bool known = ::fstat(STDERR_FILENO, &ours) == 0 && ::stat("/dev/null", &nowhere) == 0;
    if (known && S_ISCHR(ours.st_mode) && ours.st_rdev == nowhere.st_rdev)
        return Errors::nowhere;
    return ::isatty(STDERR_FILENO) != 0 ? Errors::terminal : Errors::elsewhere;
}

/// Not of a remote command, whose words are not ours, nor of what may outlive us. On a terminal ssh asks for
/// the touch of a token there, and who writes into a file may be a program that ssh runs.
bool reads_past_log(const SshPlan& plan, bool has_folder)
{
    if (!plan.log.is_read || plan.session.is_wanted || plan.is_shared || !has_folder)
        return false;
    const Errors place = place_of_errors();
    return place == Errors::nowhere || plan.log.is_hushed() ||
           (place == Errors::elsewhere && !plan.runs_programs);
}

Prepared with_plan(const TunnelSettings& settings, const SshChoices& choices, const Answer& answer,
                   const Askable& askable, std::shared_ptr<PrivateFolder> folder, Log& log)
{
    Prepared prepared;
    prepared.askable = askable;
    prepared.complaint = answer.complaint;
    if (!answer.doubt.empty())
        prepared.doubt =
            fmt::format("{} does not answer as OpenSSH's ssh does ({})", settings.ssh.file, answer.doubt);
    if (!answer.config && !needs_no_answer(settings, answer)) {
        log.debug("nothing is added to ssh's command line: {}", prepared.doubt);
        SshPlan plan = unknown_plan(choices);
        plan.understood = is_bad_configuration(answer.complaint);
        plan.offer = offer_without_answer(settings, prepared.doubt);
        prepared.plan = std::make_shared<SshPlan>(std::move(plan));
        return prepared;
    }
    prepared.folder = std::move(folder);
    const std::string place = prepared.folder ? prepared.folder->path() : "";
    SshPlan plan = answer.config
                       ? plan_for(settings, choices, *answer.config, askable, place, answer.control_socket)
                       : plan_without_answer(settings, choices, askable, place);
    plan.log.tells_of_jobs = claims_to_answer(settings.ssh.file);
    plan.offer = answer.config ? checked(offer_of(settings, choices, *answer.config, plan.control))
                               : offer_without_answer(settings, prepared.doubt);
    for (const auto& jump : answer.jump_hosts)
        plan.login.jump_keys.push_back(jump ? std::optional(configured_keys(*jump)) : std::nullopt);
    for (const Addition& addition : plan.additions)
        log.debug("added to ssh's command line: {} ({})", fmt::join(addition.words, " "), addition.reason);
    plan.log.past_log_is_read = reads_past_log(plan, prepared.folder != nullptr);
    prepared.plan = std::make_shared<SshPlan>(std::move(plan));
    return prepared;
}

}  // namespace

FailureClass class_of_complaint(const std::string& complaint)
{
    ClientState client_state;
    client_state.read_lines(complaint);
    return client_state.failure(ExitStatus::exited(255), {}).failure_class;
}

std::string reason_in(const std::string& complaint)
{
    constexpr std::string_view ends = "\r\n";
    std::string_view rest = complaint;
    const auto next = [&] { return rest.find_first_not_of(ends, rest.find_first_of(ends)); };
    while (rest.starts_with("Warning: ") && next() != rest.npos)
        rest.remove_prefix(next());
    return one_line(rest.substr(0, rest.find_first_of(ends)));
}

Prepared unprepared(const TunnelSettings& settings)
{
    Prepared prepared;
    SshPlan plan = unknown_plan(choices_of(settings.ssh));
    const bool is_plain = manner_of(settings).ask_client == AskClient::no;
    prepared.doubt = is_plain ? "--plain" : cannot_be_read(settings.ssh.file);
    if (prepared.doubt.empty()) {
        prepared.doubt = fmt::format("{} is not known to be OpenSSH's ssh", settings.ssh.file);
        plan.offer = offer_without_client(settings, prepared.doubt);
    } else {
        plan.offer = offer_without_answer(settings, prepared.doubt);
    }
    prepared.plan = std::make_shared<SshPlan>(std::move(plan));
    return prepared;
}

std::shared_ptr<PrivateFolder> private_folder(const Answer& answer, PrivatePlace& place,
                                              const std::string& name, Log& log)
{
    if (answer.foreign)
        return nullptr;
    auto folder = place.folder(name);
    if (!folder)
        log.write(Level::warning, "ssh cannot be heard, nor the connection be tested: {}", place.complaint());
    return folder;
}

Prepared prepare(const TunnelSettings& settings, const Answer& answer, Askable askable,
                 const std::shared_ptr<PrivateFolder>& folder, const TakeQuestions& take_questions, Log& log)
{
    const SshChoices choices = choices_of(settings.ssh);
    if (folder && answer.config && may_decline(choices, *answer.config, askable))
        askable.declined = take_questions(*folder);
    const bool may_come = (askable.secrets || askable.caller) && folder && answer.config;
    const bool who_asks_is_known = may_come && knows_who_asks(settings, *answer.config);
    if (may_come && !who_asks_is_known)
        log.error(
            "no secret is given: this OpenSSH does not say whether a jump host or the server asks; 8.5 or "
            "newer does");
    if (!who_asks_is_known || !take_questions(*folder))
        askable.secrets = askable.caller = false;
    Prepared prepared = with_plan(settings, choices, answer, askable, folder, log);
    if (!askable.caller || prepared.plan->log.login_is_heard)
        return prepared;
    askable.caller = false;  // we would not know when to let them go
    return with_plan(settings, choices, answer, askable, folder, log);
}

Prepared prepare_without_folder(const TunnelSettings& settings, const Answer& answer, Askable askable,
                                Log& log)
{
    askable.caller = false;  // the log-in is not heard either
    return with_plan(settings, choices_of(settings.ssh), answer, askable, nullptr, log);
}

}  // namespace autossh
