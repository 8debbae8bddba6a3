#include "autossh/hook/run.hpp"

#include "autossh/base/descriptors.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <span>
#include <utility>

#include <boost/asio/buffer.hpp>
#include <boost/asio/post.hpp>

namespace autossh {

namespace {

/// What SIGKILL does not end is not waited for.
constexpr Duration time_to_be_gone = std::chrono::seconds(1);
constexpr Duration between_looks = std::chrono::milliseconds(50);
constexpr int most_looks = 20;

/// In one turn of the event loop: a hook that floods must not hold up the tunnels.
constexpr int most_reads = 4;

Command command_of(const HookCall& call)
{
    return {call.hook->run.front(), call.hook->run, call_as_environment(call), variables_kept_from_hooks()};
}

}  // namespace

HookRun::HookRun(const ProcessContext& context, const HookCall& call, std::string_view fleet,
                 Listener listener)
    : context_(context), listener_(std::move(listener)), input_(call_as_json(call, fleet)),
      in_(context.executor), out_(context.executor), readable_(out_, [this] { read_more(); }),
      alarm_(context.executor, [this] { time_is_up(); })
{
    Pipe in;
    Pipe out;
    const int output = out.write_end.get();
    child_.emplace(
        context_, command_of(call), [this] { has_changed(); },
        Streams{in.read_end.get(), output, output, true, true});
    group_ = child_->pid();
    in_.assign(in.write_end.release());
    in_.non_blocking(true);
    out_.assign(out.read_end.release());
    out_.non_blocking(true);
    readable_.start();
    alarm_.set_after(call.hook->timeout);
    write_more();
}

HookRun::~HookRun()
{
    if (child_ && !child_->status())
        return;  // its end kills all of the group
    if (stage_ != Stage::runs && group_lives())
        ::kill(-group_, SIGKILL);
}

/// A hook need not read it, nor all of it.
void HookRun::write_more()
{
    boost::system::error_code error;
    while (!error && written_ < input_.size())
        written_ +=
            in_.write_some(boost::asio::buffer(input_.data() + written_, input_.size() - written_), error);
    if (error == boost::asio::error::would_block) {
        in_.async_wait(Descriptor::wait_write,
                       lifetime_.guarded([this](const boost::system::error_code& failed) {
                           if (!failed && in_.is_open())
                               write_more();
                       }));
        return;
    }
    in_.close(error);
}

/// False: there is nothing more to read now.
bool HookRun::read_some_more()
{
    std::array<char, 16384> bytes;  // NOLINT: not to be touched in vain
    const ssize_t size = out_.is_open() ? read_some(out_.native_handle(), bytes) : -1;
    if (size > 0)
        pass_on(lines_.take({bytes.data(), static_cast<std::size_t>(size)}));
    boost::system::error_code ignored;
    if (size == 0)
        out_.close(ignored);
    return size > 0;
}

void HookRun::read_more()
{
    for (int reads = 0; reads < most_reads; ++reads)
        if (!read_some_more())
            return;
}

void HookRun::pass_on(const std::vector<std::string>& lines)
{
    for (const std::string& line : lines)
        listener_.on_line(line);
}

void HookRun::has_changed()
{
    const bool is_first =
        stage_ == Stage::runs || stage_ == Stage::is_told_to_end || stage_ == Stage::is_killed;
    if (!is_first || !child_ || !child_->status())
        return;
    result_.status = child_->status();
    end_group();
}

/// autossh-fleet(5), "Hooks": what it has left behind in its group.
void HookRun::end_group()
{
    if (::kill(-group_, 0) != 0 && errno == ESRCH)  // as a rule
        return finish();
    // It was waited for just now: the number is its group's still.
    ::kill(-group_, SIGTERM);
    ::kill(-group_, SIGCONT);
    stage_ = Stage::group_ends;
    looks_ = 0;
    alarm_.set_after(between_looks);
}

/// A child of ours is in it, so that the number is nobody else's.
bool HookRun::group_lives() const
{
    if (::kill(-group_, 0) != 0 && errno == ESRCH)
        return false;
    return std::ranges::any_of(context_.reaper.unknown_children(Clock::now()),
                               [this](const ProcessStat& child) { return child.group == group_; });
}

void HookRun::give_up()
{
    if (stage_ != Stage::runs)
        return;
    stage_ = Stage::is_told_to_end;
    result_.given_up = !result_.timed_out;
    child_->signal(SIGTERM);
    child_->signal(SIGCONT);
    if (child_->status())
        return has_changed();
    alarm_.set_after(time_to_obey);
}

void HookRun::time_is_up()
{
    switch (stage_) {
    case Stage::runs: result_.timed_out = true; return give_up();
    case Stage::is_told_to_end:
        stage_ = Stage::is_killed;
        child_->signal(SIGKILL);
        if (child_->status())
            return has_changed();
        return alarm_.set_after(time_to_be_gone);
    case Stage::is_killed: child_->abandon(); return finish();
    case Stage::group_ends:
        if (!group_lives())
            return finish();
        if (++looks_ * between_looks >= time_to_obey) {
            ::kill(-group_, SIGKILL);
            stage_ = Stage::group_is_killed;
            looks_ = 0;
        }
        return alarm_.set_after(between_looks);
    case Stage::group_is_killed:
        if (++looks_ >= most_looks || !group_lives())
            return finish();
        return alarm_.set_after(between_looks);
    }
}

/// Not from within what has told us: whoever hears of it lets us go.
void HookRun::finish()
{
    alarm_.cancel();
    read_more();
    pass_on(lines_.end());
    result_.left_out = lines_.left_out();
    boost::asio::post(context_.executor, lifetime_.guarded([this] { listener_.on_end(result_); }));
}

}  // namespace autossh
