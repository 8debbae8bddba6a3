#include "autossh/login/prompt_answerer.hpp"

#include "autossh/base/coroutine.hpp"
#include "autossh/base/text.hpp"
#include "autossh/login/askpass_program.hpp"
#include "autossh/login/prompt_context.hpp"
#include "autossh/settings/secret_options.hpp"
#include "autossh/ssh/message.hpp"
#include "autossh/system/askpass_place.hpp"

#include <system_error>
#include <utility>

#include <fmt/core.h>

namespace autossh {

namespace {

/// A server says as much as it likes.
constexpr std::size_t most_beside_question = 4096;

}  // namespace

PromptAnswerer::PromptAnswerer(const ProcessContext& process, AskSocket& socket,
                               const TunnelSettings& settings, LoginHelp& help, Log& log,
                               std::function<void()> on_change)
    : settings_(settings), secrets_(help.secrets), sources_(process, settings.secrets, help.secrets),
      caller_(help.caller), log_(log), on_change_(std::move(on_change)), end_(process.executor, Time::max()),
      socket_(socket), desk_(socket, log, [this](AskRequest request, pid_t asker) {
          return answer(std::move(request), asker);
      })
{}

bool PromptAnswerer::listen(const std::string& directory)
{
    std::string complaint;
    try {
        askpass_program_ = provide_askpass_program(directory);
    } catch (const std::runtime_error& error) {
        complaint = error.what();
    }
    if (complaint.empty() && !socket_.listen(directory))
        complaint = "no socket can be made";
    // Where none would be answered anyway, there is BatchMode.
    if (!complaint.empty())
        log_.write(is_needed() ? Level::error : Level::debug, "ssh's questions cannot be answered: {}",
                   complaint);
    return complaint.empty();
}

bool PromptAnswerer::is_there() const
{
    return socket_.is_there() && askpass_program_is_there(askpass_program_);
}

std::vector<std::string> PromptAnswerer::ssh_starts(const SshPlan& plan, bool person)
{
    PromptContext context = prompt_context(plan, person, guarded_);
    guarded_ = context.guarded;
    asked_.make().rules.emplace(settings_.secrets, std::move(context));
    return askpass_environment(
        {.program = askpass_program_, .socket = socket_.path(), .token = desk_.expect()});
}

void PromptAnswerer::ssh_has_ended()
{
    ++ended_;
    if (asked().rules)
        guarded_ = asked().rules->guarded();
    asked_.reset();
    jump_login_ = {};
    desk_.ssh_has_ended();
    end_.cancel();
    sources_.give_up();
    if (caller_is_there())
        caller_->cancel();
}

Awaitable<AskAnswer> PromptAnswerer::answer(AskRequest request, pid_t asker)
{
    const Prompt prompt = understand_prompt(request.prompt, request.hint);
    const Asker by{asker, asker != 0 && asker != desk_.ssh()};
    AskAnswer answer;
    if (!asked().rules)  // its ssh has just ended
        co_return answer;
    const PromptDecision decision = asked_->rules->decide(prompt, by);
    const std::string question = what_is_asked(prompt, request.prompt);
    switch (decision.act) {
    case PromptDecision::Act::give: answer = co_await give(decision.rule, prompt, by); break;
    case PromptDecision::Act::ask_person:
        log_.info("ssh asks {}: passed on to the terminal", question);
        answer = co_await ask_person(request, prompt, decision.refused_rule);
        break;
    case PromptDecision::Act::refuse:
    case PromptDecision::Act::end_ssh: {
        // Without secrets the cause that follows has the question, or ssh says itself what it misses.
        const bool has_secrets = !settings_.secrets.empty();
        log_.write(has_secrets ? Level::warning : Level::debug, "ssh asks {}: not answered", question);
        if (!has_secrets && decision.act != PromptDecision::Act::end_ssh)
            break;
        asked_->jump_host_failed = asked_->jump_host_failed || by.is_for_jump_host;
        fail(decision.failure, decision.act == PromptDecision::Act::end_ssh);
        break;
    }
    }
    if (must_end())  // it is ended while it waits
        co_await end_.async_wait(no_throw);
    co_return answer;
}

/// Manual, "Secrets".
Awaitable<AskAnswer> PromptAnswerer::give(std::size_t rule, Prompt prompt, Asker asker)
{
    const SecretSource& source = settings_.secrets.at(rule).source;
    const auto ended_before = ended_;
    AskAnswer answer;
    answer.secret = co_await sources_.get(rule);
    if (ended_ != ended_before)
        co_return AskAnswer{};
    if (answer.secret) {
        answer.reply = AskReply::secret;
        if (is_from_server(prompt.kind) && asker.is_for_jump_host)
            jump_login_.secret_given();
        else if (is_from_server(prompt.kind))
            asked_.make().has_given_to_target = true;
        log_.info("ssh asks for the {} of {}: answered from {}", name(prompt.kind), one_line(prompt.subject),
                  one_line(in_words(source)));
    } else {
        log_.error("{}", sources_.complaint());
        fail({FailureClass::secret_unavailable, sources_.complaint()}, is_from_server(prompt.kind));
    }
    co_return answer;
}

Awaitable<AskAnswer> PromptAnswerer::ask_person(AskRequest request, Prompt prompt,
                                                std::optional<std::size_t> refused_rule)
{
    asked_.make().has_asked_person = person_is_needed_ = true;
    AskAnswer answer;
    if (!caller_is_there()) {
        answer.reply = AskReply::person;
        co_return answer;
    }
    if (prompt.kind == Prompt::Kind::notice) {  // a touch is waited for, and no line
        caller_->tell(request.prompt + "\n");
        co_return answer;
    }
    if (refused_rule)
        caller_->tell(fmt::format("autossh: the secret was not accepted: {}\n",
                                  one_line(in_words(settings_.secrets.at(*refused_rule).source))));
    else if (!asked_.make().questions.insert(request.prompt).second && is_from_server(prompt.kind))
        caller_->tell("autossh: that was not accepted\n");  // ssh's own words for it go to the log
    drain_();
    if (!asked().beside_question.empty())
        caller_->tell(std::exchange(asked_->beside_question, {}));
    const auto ended_before = ended_;
    answer.secret = co_await caller_->ask(request.prompt, is_hidden(prompt.kind));
    if (answer.secret && !answer.secret->empty())
        answer.reply = AskReply::secret;
    else
        answer.secret.reset();
    if (answer.secret && refused_rule && ended_ == ended_before)
        keep_if_right(*refused_rule, *answer.secret);
    co_return answer;
}

/// Only what means nothing to us: of ssh's own words the state tells.
void PromptAnswerer::note_log_line(std::string_view line)
{
    line = without_end(line);
    const bool is_for_person = caller_is_there() && parse_message(line).kind == SshMessage::Kind::unknown &&
                               !line.starts_with("debug") && !only_at_verbose(line);
    if (is_for_person && asked().beside_question.size() + line.size() < most_beside_question)
        asked_.make().beside_question.append(line).append("\n");
}

/// Whoever has mistyped a secret that is to be kept types it now.
void PromptAnswerer::keep_if_right(std::size_t rule, const Secret& typed)
{
    if (settings_.secrets.at(rule).source.kind != SecretSource::Kind::prompt)
        return;
    auto& mended = asked_.make().mended;
    try {
        mended.emplace(rule, typed.copy());
        mended->second.keep_from_children();
    } catch (const std::system_error& error) {
        mended.reset();
        log_.error("what was typed cannot be kept: {}", error.what());
    }
}

Failure PromptAnswerer::explained(const Failure& failure) const
{
    switch (failure.failure_class) {
    case FailureClass::authentication_refused:
    case FailureClass::key_unusable:
    case FailureClass::agent_unreachable:
    case FailureClass::other: break;
    default:  // of the end of a jump host's ssh, ours says only that the connection is gone
        if (!must_end() && !asked().jump_host_failed)
            return failure;
    }
    const bool person_is_missed = person_helped_ && settings_.secrets.empty() && !has_asked_person();
    if (this->failure() && !person_is_missed)
        return *this->failure();
    if (failure.failure_class == FailureClass::other && !this->failure())
        return failure;
    if (has_asked_person())
        return {FailureClass::authentication_refused, "what was typed did not let us in"};
    if (person_is_missed)
        return {FailureClass::needs_person,
                "needs a person: the log-in at the start was by hand, and nobody is there to repeat it"};
    return failure;
}

void PromptAnswerer::ssh_has_logged_in()
{
    person_helped_ = has_asked_person();
    if (asked().mended) {
        log_.info("the secret typed at ssh's own question is kept instead of the one typed before");
        secrets_.replace(asked_->mended->first, std::move(asked_->mended->second));
        asked_->mended.reset();
    }
}

/// The reason for which a jump host's ssh has ended is not known. When the target has said no, the jump host
/// had let us through.
bool PromptAnswerer::secret_may_be_wrong(FailureClass failure) const
{
    if (failure == FailureClass::authentication_refused)
        return asked().has_given_to_target || (jump_login_.was_given_secret() && asked().jump_host_failed);
    if (needs_mending(failure))
        return false;
    return asked().has_given_to_target || jump_login_.secret_in_doubt();
}

/// The first is what the others come of.
void PromptAnswerer::fail(Failure failure, bool end_ssh)
{
    Asked& asked = asked_.make();
    if (!asked.failure)
        asked.failure = std::move(failure);
    asked.must_end = asked.must_end || end_ssh;
    on_change_();
}

}  // namespace autossh
