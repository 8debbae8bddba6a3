#include "autossh/tunnel/client_questions.hpp"

#include "autossh/base/file_text.hpp"
#include "autossh/base/find_program.hpp"
#include "autossh/base/heap.hpp"
#include "autossh/ssh/client_program.hpp"
#include "autossh/ssh/jump_hosts.hpp"
#include "autossh/ssh/offer.hpp"

#include <algorithm>
#include <chrono>
#include <span>
#include <utility>
#include <vector>

namespace autossh {

namespace {

/// Without ssh's answer no secret can be given, so it is worth a longer wait.
constexpr Duration patience_for_secrets = std::chrono::seconds(60);

/// With an ssh that kept us waiting before, or may be another program.
constexpr Duration patience_of_doubt = std::chrono::seconds(5);

/// One may jump through itself.
constexpr std::size_t most_jump_hosts = 16;

/// Processes or descriptors are wanting: soon again, for a while.
constexpr Duration short_of_processes = std::chrono::milliseconds(500);
constexpr Duration longest_shortage = std::chrono::seconds(3);

}  // namespace

bool ClientQuestions::is_to_be_asked(bool anew)
{
    const std::string& file = settings_.ssh.file;
    const bool is_path = file.find('/') != std::string::npos;  // else PATH says which one it is
    const FileMark program = is_path ? marks_of(std::span(&file, 1)).front() : FileMark{};
    if (!anew && not_asked_ && *not_asked_ == program)
        return false;
    const bool is_asked = autossh::is_to_be_asked(settings_);
    not_asked_.reset();
    if (!is_asked && !is_named_ssh(file) && program != FileMark{} && text_of_file(find_program(file), 1))
        not_asked_ = program;  // but not where it could not be read or executed just now
    return is_asked;
}

Awaitable<std::optional<Answer>> ClientQuestions::ask(bool doubtful)
{
    Duration limit = doubtful || !may_be_asked(settings_.ssh.file) ? patience_of_doubt : patience;
    if (!settings_.secrets.empty())
        limit = patience_for_secrets;
    const Time end = Clock::now() + longest_shortage;
    const Command command = command_to_ask(settings_);
    std::optional<Answer> answer = co_await answer_of(command, limit);
    while (answer && answer->not_started && !is_over_() && Clock::now() < end) {
        co_await event_.wait_until(std::min(Clock::now() + short_of_processes, end_));
        answer = co_await answer_of(command, limit);
    }
    if (answer && answer->config && !settings_.secrets.empty())
        co_await ask_about_jump_hosts(*answer);
    co_return answer;
}

/// Manual, "Secrets": their keys have passphrases, too.
Awaitable<void> ClientQuestions::ask_about_jump_hosts(Answer& answer)
{
    std::vector<JumpHost> hosts = jump_hosts(answer.config->value("proxyjump"));
    for (std::size_t i = 0; i < hosts.size() && !is_over_(); ++i) {
        const Command command = command_for(hosts[i], settings_.ssh);
        std::optional<Answer> its = co_await answer_of(command, patience);
        answer.jump_hosts.push_back(its ? std::move(its->config) : std::nullopt);
        if (!answer.jump_hosts.back() || hosts.size() >= most_jump_hosts)
            continue;
        const auto behind = jump_hosts(answer.jump_hosts.back()->value("proxyjump"));
        hosts.insert(hosts.end(), behind.begin(), behind.end());
    }
}

/// Nothing: it is over.
Awaitable<std::optional<Answer>> ClientQuestions::answer_of(const Command& ssh, Duration limit)
{
    Gate::Turn turn(world_.inquiries, "", [this] { event_.notify(); });
    while (!turn.has_come() && !is_over_())
        co_await event_.wait_until(end_);
    if (is_over_())
        co_return std::nullopt;
    Inquiry inquiry(
        world_.process, ssh, [this] { event_.notify(); }, limit);
    std::optional<Answer> answer = inquiry.take();
    while (!answer && !is_over_()) {
        co_await event_.wait_until(end_);
        answer = inquiry.take();
    }
    co_return answer;
}

}  // namespace autossh
