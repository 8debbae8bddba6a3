// Manual, "What is added": how ssh is run, by its own answer and the settings.
#include "autossh/heartbeat/loop.hpp"
#include "autossh/ssh/choices.hpp"
#include "autossh/ssh/forced_log.hpp"
#include "autossh/ssh/plan.hpp"
#include "support/catch.hpp"

#include <algorithm>

using namespace autossh;
using namespace std::chrono_literals;

namespace {

const Askable nobody{};
const Askable a_person{.terminal = true, .askpass = false};

SshConfig answer(const std::string& changes = "")
{
    std::string text = "host server\nuser me\nhostname server.example.org\nport 22\nbatchmode no\n"
                       "controlmaster false\nclearallforwardings no\nexitonforwardfailure no\n"
                       "serveraliveinterval 0\nserveralivecountmax 3\nconnecttimeout none\nloglevel INFO\n"
                       "requesttty auto\nsessiontype default\nstdinnull no\n";
    for (std::size_t begin = 0; begin < changes.size();) {
        const std::size_t end = changes.find('\n', begin);
        const std::string line = changes.substr(begin, end - begin);
        const std::string keyword = line.substr(0, line.find(' ') + 1);
        const std::size_t old = text.find("\n" + keyword);
        if (old != std::string::npos)
            text.erase(old + 1, text.find('\n', old + 1) - old);
        text += line + "\n";
        begin = end == std::string::npos ? changes.size() : end + 1;
    }
    return SshConfig::parse(text).value();
}

TunnelSettings settings(std::vector<std::string> words)
{
    TunnelSettings settings;
    words.insert(words.begin(), "ssh");
    settings.ssh = {"ssh", words};
    settings.auto_monitor = true;
    return settings;
}

SshPlan plan_for(const TunnelSettings& given, const SshConfig& config, const Askable& askable,
                 const std::string& directory)
{
    return plan_for(given, choices_of(given.ssh), config, askable, directory);
}

bool adds(const SshPlan& plan, const std::vector<std::string>& words)
{
    return std::ranges::any_of(plan.additions,
                               [&](const Addition& addition) { return addition.words == words; });
}

}  // namespace

TEST_CASE("Plan: an ssh with OpenSSH's own defaults is heard, tested and kept from hanging")
{
    const SshPlan plan = plan_for(settings({"-N", "server"}), answer(), nobody, "/d");
    CHECK(plan.understood);
    CHECK(plan.log.is_read);
    CHECK(plan.log.login_is_heard);
    CHECK(plan.log.users_level == SshLogLevel::info);
    CHECK(plan.loop.is_made);
    CHECK_FALSE(plan.session.is_wanted);
    CHECK_FALSE(plan.session.has_terminal);
    CHECK(plan.login.limit == 60s);
    CHECK(adds(plan, {"-E", "/d/log"}));
    CHECK(adds(plan, {"-o", "LogLevel=DEBUG1"}));
    CHECK(adds(plan, {"-o", "ServerAliveInterval=10"}));
    CHECK(adds(plan, {"-o", "BatchMode=yes"}));
    CHECK_FALSE(adds(plan, {"-o", "ExitOnForwardFailure=no"}));
}

TEST_CASE("Plan: whether the user has forwards, and whether they are vital")
{
    const TunnelSettings given = settings({"-N", "server"});
    const SshPlan none = plan_for(given, answer(), nobody, "/d");
    CHECK_FALSE(none.forwards.users);
    CHECK_FALSE(none.forwards.are_vital);
    for (const std::string forward :
         {"localforward 1 [b]:2", "remoteforward 7 [socks]:0", "dynamicforward 5"})
        CHECK(plan_for(given, answer(forward), nobody, "/d").forwards.users);
    CHECK(plan_for(given, answer("exitonforwardfailure yes"), nobody, "/d").forwards.are_vital);
}

TEST_CASE("Plan: nobody is hurried who may be typing a password, unless that was asked for")
{
    TunnelSettings given = settings({"server"});
    CHECK(plan_for(given, answer(), a_person, "/d").login.limit == std::nullopt);
    CHECK(plan_for(given, answer(), {.terminal = false, .askpass = true}, "/d").login.limit == std::nullopt);
    CHECK(plan_for(given, answer(), {.terminal = false, .caller = true}, "/d").login.limit == 60s);
    CHECK(plan_for(given, answer("batchmode yes"), a_person, "/d").login.limit == 60s);
    given.connect_timeout = 5s;
    CHECK(plan_for(given, answer(), a_person, "/d").login.limit == 5s);
    given.connect_timeout = 0s;
    CHECK(plan_for(given, answer(), nobody, "/d").login.limit == std::nullopt);
}

TEST_CASE("Plan: with secrets, or a person in the foreground, ssh may ask")
{
    const std::vector<std::string> batch_mode{"-o", "BatchMode=yes"};
    Askable askable = nobody;
    CHECK(adds(plan_for(settings({"server"}), answer(), askable, "/d"), batch_mode));
    askable.secrets = true;
    const SshPlan secrets = plan_for(settings({"server"}), answer(), askable, "/d");
    CHECK_FALSE(adds(secrets, batch_mode));
    CHECK(secrets.login.limit == 60s);
    askable.caller = true;
    const SshPlan person = plan_for(settings({"server"}), answer(), askable, "/d");
    CHECK_FALSE(adds(person, batch_mode));
    CHECK(person.login.limit == 60s);  // until one is asked
}

TEST_CASE("Plan: an ssh that does not say who asks may not take a server's questions")
{
    const std::vector<std::string> no_challenges{"-o", "KbdInteractiveAuthentication=no"};
    TunnelSettings old = settings({"server"});
    old.ssh_names_asker = false;
    Askable askable = nobody;
    CHECK_FALSE(adds(plan_for(old, answer(), askable, "/d"), no_challenges));
    askable.secrets = true;
    CHECK(adds(plan_for(old, answer(), askable, "/d"), no_challenges));
    CHECK_FALSE(adds(plan_for(settings({"server"}), answer(), askable, "/d"), no_challenges));
}

TEST_CASE("Plan: the account of the destination has every name that ssh may give it")
{
    const auto accounts = [](const std::string& changes) {
        return plan_for(settings({"server"}), answer(changes), nobody, "/d").login.accounts;
    };
    using Names = std::vector<std::string>;
    CHECK(accounts("") == Names{"me@server.example.org", "me@server"});
    CHECK(accounts("hostname LocalHost") == Names{"me@localhost", "me@LocalHost", "me@server"});
    CHECK(accounts("hostkeyalias Alias\nuser Admin") ==
          Names{"Admin@alias", "Admin@Alias", "Admin@server.example.org", "Admin@server"});
}

TEST_CASE("Plan: -q is carried out by us where no -v says something else")
{
    const SshPlan quiet = plan_for(settings({"-qN", "server"}), answer("loglevel QUIET"), nobody, "/d");
    CHECK(quiet.log.users_level == SshLogLevel::quiet);
    CHECK(quiet.dropped.quiet);

    const SshPlan loud = plan_for(settings({"-v", "-q", "server"}), answer("loglevel QUIET"), nobody, "/d");
    CHECK(loud.log.users_level == std::nullopt);
    CHECK_FALSE(loud.dropped.quiet);
}

TEST_CASE("Plan: a quiet session is heard by LogVerbose, and stays quiet")
{
    const auto quiet_at = [](const std::string& level,
                             const std::vector<std::string>& words = {"-q", "server", "ls"}) {
        return plan_for(settings(words), answer("logverbose none\nsessiontype default\nloglevel " + level),
                        nobody, "/d");
    };
    const SshPlan quiet = quiet_at("QUIET");
    CHECK(quiet.log.is_forced);
    CHECK(quiet.log.users_level == SshLogLevel::quiet);
    CHECK(quiet.log.login_is_heard);
    CHECK(quiet.login.limit);
    CHECK_FALSE(quiet.dropped.quiet);
    CHECK(adds(quiet, {"-o", "LogVerbose=" + std::string(forced_log_at(SshLogLevel::quiet))}));
    CHECK_FALSE(adds(quiet, {"-o", "LogLevel=DEBUG1"}));
    CHECK(adds(quiet_at("ERROR"), {"-o", "LogVerbose=" + std::string(forced_log_at(SshLogLevel::error))}));

    for (const char* const level : {"FATAL", "INFO", "VERBOSE", "DEBUG1"})
        CHECK_FALSE(quiet_at(level).log.is_forced);
    CHECK_FALSE(quiet_at("FATAL").log.login_is_heard);
    CHECK(adds(quiet_at("INFO"), {"-o", "LogLevel=DEBUG1"}));
    CHECK_FALSE(quiet_at("QUIET", {"-q", "-N", "server"}).log.is_forced);
    CHECK_FALSE(quiet_at("QUIET", {"-q", "-v", "server"}).log.is_forced);
    CHECK(quiet_at("QUIET", {"-q", "-W", "a:1", "server"}).log.is_forced);

    TunnelSettings with_percent = settings({"-q", "server", "ls"});
    with_percent.ssh.file = "/opt/100%n/ssh";
    CHECK_FALSE(
        plan_for(with_percent, answer("logverbose none\nloglevel QUIET"), nobody, "/d").log.is_forced);

    const SshPlan old = plan_for(settings({"-q", "server", "ls"}), answer("loglevel QUIET"), nobody, "/d");
    CHECK(old.log.is_read);
    CHECK_FALSE(old.log.login_is_heard);
    CHECK(old.log.users_level == std::nullopt);
}

TEST_CASE("Plan: what cannot be heard is not measured by what it does not say")
{
    const SshPlan own_file = plan_for(settings({"-E", "file", "server"}), answer(), nobody, "/d");
    CHECK_FALSE(own_file.log.is_read);
    CHECK_FALSE(own_file.log.login_is_heard);
    CHECK(own_file.login.limit == std::nullopt);
    CHECK_FALSE(adds(own_file, {"-E", "/d/log"}));

    const SshPlan quiet = plan_for(settings({"-qN", "server"}), answer("loglevel QUIET"), nobody, "/d");
    CHECK(quiet.log.is_read);
    CHECK(quiet.log.login_is_heard);
    CHECK(quiet.log.users_level == SshLogLevel::quiet);

    const SshPlan no_directory = plan_for(settings({"server"}), answer(), nobody, "");
    CHECK_FALSE(no_directory.log.is_read);
    CHECK_FALSE(no_directory.loop.is_made);
    CHECK_FALSE(no_directory.loop.reason_against.empty());
    CHECK(adds(no_directory, {"-o", "ConnectTimeout=20"}));
}

TEST_CASE("Plan: there is no loop where it would be another ssh's or be cleared")
{
    const SshPlan shared =
        plan_for(settings({"-S", "path", "server"}), answer("controlpath path"), nobody, "/d");
    CHECK(shared.is_shared);
    CHECK_FALSE(shared.loop.is_made);
    CHECK(shared.loop.reason_against == "the connection is shared with another ssh");
    CHECK(shared.login.limit == std::nullopt);
    CHECK_FALSE(plan_for(settings({"server"}), answer("clearallforwardings yes"), nobody, "/d").loop.is_made);
    TunnelSettings with_port = settings({"server"});
    with_port.auto_monitor = false;
    const SshPlan plan = plan_for(with_port, answer(), nobody, "/d");
    CHECK_FALSE(plan.loop.is_made);
    CHECK(plan.loop.reason_against.empty());
}

TEST_CASE("Plan: who turns sharing off is watched as who does not speak of it")
{
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"-S", "none"}, std::vector<std::string>{"-oControlPath=none"},
          std::vector<std::string>{"-oControlMaster=no"}, std::vector<std::string>{"-oControlPersist=no"}}) {
        CAPTURE(words);
        TunnelSettings given = settings(words);
        given.ssh.arguments.emplace_back("server");
        given.connect_timeout = 5s;
        const SshPlan plan = plan_for(given, answer(), nobody, "/d");
        CHECK_FALSE(plan.is_shared);
        CHECK(plan.loop.is_made);
        CHECK(plan.log.login_is_heard);
        CHECK(plan.login.limit == 5s);
        CHECK(plan_without_answer(given, choices_of(given.ssh), nobody, "/d").is_shared ==
              (words.front() == "-oControlMaster=no"));
    }
}

TEST_CASE("Plan: ExitOnForwardFailure is carried out by us where a refused loop could end ssh")
{
    const SshPlan plan = plan_for(settings({"server"}), answer("exitonforwardfailure yes"), nobody, "/d");
    CHECK(plan.loop.is_made);
    CHECK(plan.forwards.we_end_ssh);
    CHECK(adds(plan, {"-o", "ExitOnForwardFailure=no"}));

    TunnelSettings without_loop = settings({"server"});
    without_loop.auto_monitor = false;
    CHECK_FALSE(plan_for(without_loop, answer("exitonforwardfailure yes"), nobody, "/d").forwards.we_end_ssh);
    const SshPlan unheard =
        plan_for(settings({"-E", "file", "server"}), answer("exitonforwardfailure yes"), nobody, "/d");
    CHECK_FALSE(unheard.loop.is_made);
    for (const std::string level : {"QUIET", "FATAL", "ERROR"})
        CHECK(plan_for(settings({"-N", "server"}), answer("exitonforwardfailure yes\nloglevel " + level),
                       nobody, "/d")
                  .loop.is_made);
    CHECK_FALSE(unheard.forwards.we_end_ssh);
}

TEST_CASE("Plan: ExitOnForwardFailure is ssh's where a refused forward must keep a session from being run")
{
    struct Row {
        std::vector<std::string> words;
        std::string config;
        bool is_ours;
    };
    const Row rows[] = {
        {{"server", "cmd"}, "localforward 1 [b]:2", false},
        {{"server"}, "remoteforward 1 [b]:2", false},
        {{"server"}, "dynamicforward 1", false},
        {{"server"}, "tunnel point-to-point", false},
        {{"server", "cmd"}, "", true},  // there is nothing of the user's that could be refused
        {{"server", "cmd"}, "tunnel false", true},
        {{"-N", "server"}, "localforward 1 [b]:2", true},
        {{"-N", "server"}, "tunnel ethernet", true},
    };
    for (const Row& row : rows) {
        CAPTURE(row.words, row.config);
        const SshConfig config =
            answer("exitonforwardfailure yes" + (row.config.empty() ? "" : "\n" + row.config));
        const SshPlan plan = plan_for(settings(row.words), config, nobody, "/d");
        CHECK(plan.forwards.are_vital);
        CHECK(plan.forwards.we_end_ssh == row.is_ours);
        CHECK(plan.loop.is_made == row.is_ours);
        CHECK(adds(plan, {"-o", "ExitOnForwardFailure=no"}) == row.is_ours);
        CHECK(plan_for(settings(row.words), answer(row.config), nobody, "/d").loop.is_made);
    }
}

TEST_CASE("Plan: the loop's port on the server is one that is not given out, and hardly anybody's own")
{
    CHECK(loop_port_from(0) == 61001);
    CHECK(loop_port_from(4534) == 65535);
    for (const std::uint32_t random : {1U, 4535U, 12766U, 4294967295U})
        CHECK(loop_port_from(random) > 61000);
}

TEST_CASE("Plan: forwards are tried again only where ssh is there for nothing else")
{
    struct Row {
        std::vector<std::string> words;
        const char* config;
        std::size_t forwards;
        bool retries;
    };
    const Row rows[] = {
        {{"-N"}, "remoteforward 5 [h]:5", 1, true},
        {{"-N"}, "remoteforward 5 [h]:5\nlocalforward 6 [h]:6", 2, true},
        {{"-N"}, "", 0, false},
        {{}, "remoteforward 5 [h]:5", 1, false},                                // a shell
        {{"-N"}, "remoteforward 5 [h]:5\nexitonforwardfailure yes", 1, false},  // 1.4g's rule
        {{"-N"}, "remoteforward 5 [h]:5\ntunnel point-to-point", 1, false},
        {{"-N", "-S", "/s"}, "remoteforward 5 [h]:5\ncontrolpath /s", 1, false},
        {{"-N", "-S", "none"}, "remoteforward 5 [h]:5", 1, true},
        {{"-N", "-E", "/log"}, "remoteforward 5 [h]:5", 1, false},  // nothing is heard
    };
    for (const Row& row : rows) {
        CAPTURE(row.words, row.config);
        auto words = row.words;
        words.emplace_back("server");
        const SshPlan plan = plan_for(settings(words), answer(row.config), nobody, "/d");
        CHECK(plan.forwards.users == row.forwards);
        CHECK(plan.forwards.are_retried == row.retries);
    }
    TunnelSettings over_ports = settings({"-N", "server"});
    over_ports.auto_monitor = false;
    over_ports.monitor = MonitorPorts{20000, {}};
    const std::string both = "localforward 20000 [127.0.0.1]:20000\nremoteforward 20000 [127.0.0.1]:20001";
    CHECK(plan_for(over_ports, answer(both), nobody, "/d").forwards.users == 0);
    CHECK(plan_for(over_ports, answer(both), nobody, "/d").forwards.monitor_port == 20000);
}

TEST_CASE("Plan: where the server is, and what a log-in depends on, is as ssh has answered")
{
    const SshPlan plan =
        plan_for(settings({"server"}),
                 answer("userknownhostsfile /a /b\nglobalknownhostsfile /c\nidentityfile /key\nport 2222"),
                 nobody, "/d");
    CHECK(plan.destination.host == "server.example.org");
    CHECK(plan.destination.port == 2222);
    CHECK_FALSE(plan.destination.by_proxy);
    CHECK(plan.login.known_hosts == std::vector<std::string>{"/a", "/b", "/c"});
    CHECK_FALSE(plan.login.is_attended);
    CHECK(plan_for(settings({"server"}), answer(), a_person, "/d").login.is_attended);
    for (const char* const proxy : {"proxycommand nc %h %p", "proxyjump gw"})
        CHECK(plan_for(settings({"server"}), answer(proxy), nobody, "/d").destination.by_proxy);
    CHECK_FALSE(plan_for(settings({"server"}), answer("proxyjump none"), nobody, "/d").destination.by_proxy);
}

TEST_CASE("Plan: ssh's keepalives are ours or the user's, or there are none")
{
    CHECK(plan_for(settings({"server"}), answer(), nobody, "/d").keepalive == 10s);
    CHECK(plan_for(settings({"server"}), answer("serveraliveinterval 7"), nobody, "/d").keepalive == 7s);
    CHECK_FALSE(
        plan_for(settings({"-o", "ServerAliveInterval=0", "server"}), answer(), nobody, "/d").keepalive);
}

TEST_CASE("Keys of a tunnel: ssh itself ends for a required forward where its log does not come to us")
{
    TunnelSettings given = settings({"-N", "server"});
    given.forwards = {{ForwardOption::local, "8080 [web]:80", "shop", ForwardNeed::required}};
    const SshConfig config = answer("localforward 8080 [web]:80");
    const SshPlan heard = plan_for(given, choices_of(given.ssh), config, nobody, "/d");
    CHECK(heard.forwards.some_are_required);
    CHECK_FALSE(heard.forwards.are_vital);
    CHECK_FALSE(heard.forwards.needs_are_unseen);
    const SshPlan unheard = plan_for(given, choices_of(given.ssh), config, nobody, "");
    CHECK(unheard.forwards.are_vital);
    CHECK_FALSE(unheard.forwards.needs_are_unseen);
    CHECK(std::ranges::any_of(unheard.additions, [](const Addition& one) {
        return one.words == std::vector<std::string>{"-o", "ExitOnForwardFailure=yes"};
    }));
    const SshPlan mixed = plan_for(given, choices_of(given.ssh),
                                   answer("localforward 8080 [web]:80\nremoteforward 1 [h]:1"), nobody, "");
    CHECK_FALSE(mixed.forwards.are_vital);
    CHECK(mixed.forwards.needs_are_unseen);
}
