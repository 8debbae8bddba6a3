#include "autossh/program/explanation.hpp"

#include "autossh/base/random.hpp"
#include "autossh/heartbeat/loop.hpp"
#include "autossh/login/secret_setup.hpp"
#include "autossh/program/explain.hpp"
#include "autossh/settings/command_line.hpp"
#include "autossh/ssh/client.hpp"
#include "autossh/ssh/words.hpp"
#include "autossh/tunnel/prepare.hpp"

#include <optional>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>

namespace autossh {

namespace {

/// Asks ssh, and waits for its answer.
Answer ask_now(const Command& ssh, const InheritedSignals& inherited)
{
    boost::asio::io_context io{1};
    Reaper reaper(io.get_executor());
    Inquiry inquiry({io.get_executor(), inherited, reaper}, ssh, [] {});
    std::optional<Answer> answer = inquiry.take();
    while (!answer) {
        io.run_one();
        answer = inquiry.take();
    }
    return std::move(*answer);
}

/// As a tunnel with these settings would find it.
Askable who_could_be_asked(Settings& settings, const InheritedSignals& inherited)
{
    SshVersions versions(inherited);
    check_ssh_for_secrets(settings.tunnel, versions);
    Askable askable = who_can_be_asked(settings.tunnel.ssh.file);
    askable.secrets = !settings.tunnel.secrets.empty();
    askable.caller = settings.background && caller_can_be_asked(settings.tunnel, versions);
    askable.terminal = askable.terminal && settings.tunnel.attended && !settings.background;
    return askable;
}

}  // namespace

std::string explanation(Settings& settings, const InheritedSignals& inherited, Log& log)
{
    const Askable askable = who_could_be_asked(settings, inherited);
    const TunnelSettings& tunnel = settings.tunnel;
    if (settings.only_asks_ssh)
        return explain({settings,
                        tunnel.ssh.arguments,
                        {},
                        std::nullopt,
                        "nothing is added: ssh answers this itself, in the place of autossh",
                        askable});
    Prepared prepared = unprepared(tunnel);
    prepared.askable = askable;
    std::optional<SshConfig> config;
    if (is_to_be_asked(tunnel)) {
        Answer answer = ask_now(command_to_ask(tunnel), inherited);
        if (answer.config)
            answer.control_socket =
                control_socket(control_facts(tunnel, choices_of(tunnel.ssh), *answer.config));
        PrivatePlace place;
        const auto folder = private_folder(answer, place, "", log);
        const auto take_questions = [](const PrivateFolder&) { return true; };
        prepared = prepare(tunnel, answer, askable, folder, take_questions, log);
        config = answer.config;
    }
    if (!prepared.plan->offer.mistake.empty())
        throw ConfigError(prepared.plan->offer.mistake);
    return explanation(settings, prepared, config, loop_port_from(random_number()));
}

std::string explanation(const Settings& settings, const Prepared& prepared,
                        const std::optional<SshConfig>& config, std::uint16_t loop_port)
{
    const TunnelSettings& tunnel = settings.tunnel;
    const SshPlan& plan = *prepared.plan;
    std::vector<std::string> loop;
    if (plan.loop.is_made && prepared.folder)
        loop = tunnel.echo ? echo_words(prepared.folder->path(), *tunnel.echo)
                           : loop_words(prepared.folder->path(), loop_port);
    std::vector<Addition> additions = plan.additions;
    if (tunnel.monitor)
        additions.push_back({forwardings(*tunnel.monitor), "the way of the connection test"});
    else if (tunnel.echo && !loop.empty())
        additions.push_back({loop, "the way of the connection test to the echo service"});
    else if (!loop.empty())
        additions.push_back({loop, "the way of the connection test; the port is another one at each start"});
    std::string doubt =
        plan.loop.reason_against.empty() ? "" : "no connection test: " + plan.loop.reason_against;
    if (!prepared.doubt.empty())
        doubt = "nothing else is added: " + prepared.doubt;
    if (!prepared.doubt.empty() && !prepared.complaint.empty())
        doubt += ": " + reason_in(prepared.complaint);
    return explain({settings, command_for(tunnel.ssh, plan, loop).arguments, additions, config, doubt,
                    prepared.askable, plan.log.login_is_heard, plan.login.limit, plan.offer});
}

}  // namespace autossh
