// The part of SshSetup that is about another ssh beside the one that runs.
#include "autossh/ssh/choices.hpp"
#include "autossh/tunnel/setup.hpp"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/core.h>
#include <unistd.h>

namespace autossh {

namespace {

/// Its control line opens the forwards. A device would be opened twice, and the ports of -M PORT stand in the
/// user's words.
bool may_be_replaced(const SshPlan& plan)
{
    const bool has_device = std::ranges::any_of(
        plan.forwards.all, [](const Forward& forward) { return forward.kind == Forward::Kind::device; });
    return !plan.control.path.empty() && plan.log.is_read && !plan.is_shared && !plan.forwards.monitor_port &&
           !plan.session.is_wanted && !has_device;
}

}  // namespace

std::string SshSetup::name_of_folder(int place) const
{
    if (place == 0)
        return folder_name_;
    return fmt::format("{}beside{}", folder_name_.empty() ? "" : folder_name_ + "/", place);
}

bool SshSetup::can_prepare_beside() const
{
    return answer_ && answer_->config && answer_->control_socket == ControlSocket::unused &&
           may_be_replaced(*prepared_.plan);
}

std::optional<Prepared> SshSetup::prepare_beside()
{
    if (!can_prepare_beside())
        return std::nullopt;
    const auto folder = private_folder(*answer_, place_, name_of_folder(folders_.for_another()), log_);
    if (!folder)
        return std::nullopt;
    Prepared prepared = prepare(
        settings_, *answer_, {}, folder, [](const PrivateFolder&) { return false; }, log_);
    if (!may_be_replaced(*prepared.plan))  // the path of its control line is longer
        return std::nullopt;
    SshPlan plan = *prepared.plan;
    plan.additions.push_back({{"-o", "ClearAllForwardings=yes", "-o", "BatchMode=yes"},
                              "it logs in beside another ssh, whose forwards it takes over later",
                              true});
    prepared.plan = std::make_shared<SshPlan>(std::move(plan));
    return prepared;
}

bool SshSetup::change_forwards(const Answer& answer)
{
    if (!answer.config || !can_prepare_beside() || !prepared_.folder)
        return false;
    Answer next = answer;
    next.control_socket = answer_->control_socket;  // by now ours is there
    Prepared prepared = prepare(
        settings_, next, prepared_.askable, prepared_.folder,
        [this](const PrivateFolder&) { return takes_questions(); }, log_);
    if (!may_be_replaced(*prepared.plan) || prepared.plan->forwards.users == 0)
        return false;
    answer_ = std::move(next);
    choices_ = choices_of(settings_.ssh);
    must_prepare_ = true;
    prepared_ = std::move(prepared);
    tracker_.set_plan(prepared_.plan, ::isatty(STDERR_FILENO) != 0 && !log_.shows_on_stderr());
    tracker_.change_forwards(prepared_.plan->forwards.all);
    return true;
}

SshOutput SshSetup::release_output()
{
    must_prepare_ = true;
    return std::exchange(output_, {});
}

void SshSetup::move_to(Prepared prepared, SshOutput output, bool beside_last)
{
    folders_.another_takes_over(beside_last);
    must_prepare_ = true;
    prepared_ = std::move(prepared);
    output_ = std::move(output);
    output_.log->hand_to([this](std::string_view line) { take_line(line); });
    if (output_.errors)
        output_.errors->hand_to([this](std::string_view line) { take_error(line); });
    try {
        if (prepared_.plan->loop.is_made)
            tests_.use_sockets(prepared_.folder->path());
    } catch (const std::exception& error) {
        log_.write(Level::warning, "the connection cannot be tested: {}", error.what());
        tests_.leave_sockets();
    }
    tracker_.set_plan(prepared_.plan, ::isatty(STDERR_FILENO) != 0 && !log_.shows_on_stderr());
}

void SshSetup::take_line(std::string_view line)
{
    tracker_.read_line(line);
    if (!is_hushed())
        answerer_.note_log_line(line);
    on_words_();
}

}  // namespace autossh
