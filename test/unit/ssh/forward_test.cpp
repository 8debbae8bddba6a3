#include "autossh/ssh/forward_states.hpp"

#include "autossh/ssh/client_state.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

using namespace autossh;

namespace {

constexpr const char* needed = "hostname h\nuser u\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n";

ForwardStates states_for(const std::string& forwards, const std::optional<MonitorPorts>& monitor = {})
{
    const auto config = SshConfig::parse(needed + forwards);
    REQUIRE(config);
    return ForwardStates(forwards_of(*config, monitor));
}

/// What is told of a forward that cannot be used; empty: nothing.
std::string read(ForwardStates& states, const std::string& line)
{
    const auto refusal = states.read_line(line, parse_message(line));
    return refusal ? refusal->failure.cause : "";
}

}  // namespace

TEST_CASE("Forwards: those of ssh's configuration, as a user writes them")
{
    CHECK(states_for("localforward 8080 [localhost]:80\n"
                     "localforward [127.0.0.1]:8081 [h]:80\n"
                     "localforward /run/s [h]:80\n"
                     "remoteforward 2222 [localhost]:22\n"
                     "remoteforward [::1]:2223 /run/t\n"
                     "remoteforward 1081 [socks]:0\n"
                     "dynamicforward 1080\n")
              .in_words() == "-L 8080 unknown, -L 8081 unknown, -L /run/s unknown, -R 2222 unknown, "
                             "-R 2223 unknown, -R 1081 unknown, -D 1080 unknown");
    CHECK(states_for("tunnel true\ntunneldevice 5:any\n").in_words() == "-w 5:any unknown");
    CHECK(states_for("tunnel false\ntunneldevice any:any\n").in_words().empty());
    CHECK(states_for("").in_words().empty());

    std::string many;
    for (int port = 1; port <= 10; ++port)
        many += "localforward " + std::to_string(port) + " [h]:1\n";
    CHECK(states_for(many).in_words().ends_with(", -L 8 unknown and 2 more"));
}

TEST_CASE("Forwards: those of the tests of -M PORT are not the user's")
{
    const std::string loop = "localforward 20000 [127.0.0.1]:20000\nremoteforward 20000 [127.0.0.1]:20001\n";
    CHECK(states_for(loop + "dynamicforward 1080\n", MonitorPorts{20000, std::nullopt}).in_words() ==
          "-D 1080 unknown");
    CHECK(states_for("localforward 20000 [127.0.0.1]:7\nremoteforward 20000 [h]:1\n", MonitorPorts{20000, 7})
              .in_words() == "-R 20000 unknown");
}

TEST_CASE("Forwards: the server's answers, and what cannot be listened to")
{
    struct Row {
        const char* line;
        const char* states;
    };
    const Row rows[] = {
        {"debug1: remote forward success for: listen 2222, connect localhost:22",
         "-L 8080 unknown, -R 2222 working, -R /run/s unknown, -D 1080 unknown, -w 5:5 unknown"},
        {"debug1: remote forward success for: listen 127.0.0.1:2222, connect localhost:22",
         "-L 8080 unknown, -R 2222 working, -R /run/s unknown, -D 1080 unknown, -w 5:5 unknown"},
        {"debug1: remote forward success for: listen /run/s:-2, connect h:1",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s working, -D 1080 unknown, -w 5:5 unknown"},
        {"debug1: remote forward success for: listen 22222, connect localhost:22",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s unknown, -D 1080 unknown, -w 5:5 unknown"},
        {"Warning: remote port forwarding failed for listen port 2222",
         "-L 8080 unknown, -R 2222 refused, -R /run/s unknown, -D 1080 unknown, -w 5:5 unknown"},
        {"Warning: remote port forwarding failed for listen path /run/s",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s refused, -D 1080 unknown, -w 5:5 unknown"},
        {"channel_setup_fwd_listener_tcpip: cannot listen to port: 1080",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s unknown, -D 1080 refused, -w 5:5 unknown"},
        {"Tunnel device open failed.",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s unknown, -D 1080 unknown, -w 5:5 refused"},
        {"debug1: ssh_tun_confirm: tunnel forward established, id=6",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s unknown, -D 1080 unknown, -w 5:5 working"},
        {"Port forwarding is disabled to avoid man-in-the-middle attacks.",
         "-L 8080 refused, -R 2222 refused, -R /run/s refused, -D 1080 refused, -w 5:5 refused"},
        {"debug1: Local forwarding listening on 127.0.0.1 port 8080.",
         "-L 8080 unknown, -R 2222 unknown, -R /run/s unknown, -D 1080 unknown, -w 5:5 unknown"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.line);
        ForwardStates states =
            states_for("localforward 8080 [h]:80\nremoteforward 2222 [localhost]:22\n"
                       "remoteforward /run/s [h]:1\ndynamicforward 1080\ntunnel true\ntunneldevice 5:5\n");
        CHECK(read(states, row.line).empty());
        CHECK(states.in_words() == row.states);
    }
}

TEST_CASE("Forwards: of one port on several addresses each has its answer")
{
    const std::string two = "remoteforward [127.0.0.1]:2222 [h]:22\nremoteforward [127.0.0.2]:2222 [h]:22\n";
    const char* const first = "debug1: remote forward failure for: listen 127.0.0.1:2222, connect h:22";
    const char* const second = "debug1: remote forward failure for: listen 127.0.0.2:2222, connect h:22";
    const char* const success = "debug1: remote forward success for: listen 127.0.0.1:2222, connect h:22";
    const char* const warning = "Warning: remote port forwarding failed for listen port 2222";
    struct Row {
        std::string config;
        std::vector<const char*> lines;
        const char* states;
        bool awaits;
    };
    const Row rows[] = {
        {two, {success, second, warning}, "-R 2222 working, -R 2222 refused", false},
        {two, {first, warning}, "-R 2222 refused, -R 2222 unknown", true},
        {two, {first, warning, second, warning}, "-R 2222 refused, -R 2222 refused", false},
        {two, {warning, warning}, "-R 2222 refused, -R 2222 refused", false},
        {"remoteforward 2222 [h]:1\nremoteforward 2222 [h]:2\n",
         {"debug1: remote forward success for: listen 2222, connect h:1",
          "debug1: remote forward failure for: listen 2222, connect h:2", warning},
         "-R 2222 working, -R 2222 refused",
         false},
        {"localforward [127.0.0.1]:2222 [h]:1\nlocalforward [127.0.0.2]:2222 [h]:1\n",
         {"bind [127.0.0.1]:2222: Address already in use",
          "channel_setup_fwd_listener_tcpip: cannot listen to port: 2222"},
         "-L 2222 refused, -L 2222 unknown",
         false},
    };
    for (const Row& row : rows) {
        CAPTURE(row.lines);
        ForwardStates states = states_for(row.config);
        for (const char* const line : row.lines)
            CHECK(read(states, line).empty());
        CHECK(states.in_words() == row.states);
        CHECK(states.awaits_answers() == row.awaits);
    }
}

TEST_CASE("Forwards: a refused tunnel device is not working, whatever ssh says next")
{
    ForwardStates states = states_for("tunnel true\ntunneldevice 5:5\n");
    read(states, "Tunnel forwarding failed");
    read(states, "debug1: ssh_tun_confirm: tunnel forward established, id=6");
    CHECK(states.in_words() == "-w 5:5 refused");
}

TEST_CASE("Forwards: that of -W is known by ssh's log alone")
{
    const std::string begins = "debug1: channel_connect_stdio_fwd: h:22";
    for (const auto& [end, state] :
         {std::pair<std::string, std::string>("stdio forwarding failed", "refused"),
          std::pair<std::string, std::string>("debug1: stdio forwarding: done", "working")}) {
        ForwardStates states = states_for("");
        read(states, begins);
        CHECK(states.in_words() == "-W h:22 unknown");
        read(states, end);
        CHECK(states.in_words() == "-W h:22 " + state);
    }
}

TEST_CASE("Forwards: a local one works when something has come through it")
{
    ForwardStates used = states_for("localforward 8080 [h]:80\ndynamicforward 1080\n");
    CHECK(read(used, "debug1: channel 6: free: direct-tcpip: listening port 8080 for h port 80, connect from "
                     "127.0.0.1 port 49582 to 127.0.0.1 port 8080, nchannels 7")
              .empty());
    CHECK(used.in_words() == "-L 8080 working, -D 1080 unknown");

    ForwardStates refused = states_for("localforward [127.0.0.1]:8080 [h]:80\n"
                                       "localforward [127.0.0.2]:8080 [h]:80\nremoteforward 8080 [h]:22\n");
    read(refused, "bind [127.0.0.2]:8080: Address already in use");
    CHECK(refused.in_words() == "-L 8080 unknown, -L 8080 refused, -R 8080 unknown");
}

TEST_CASE("Forwards: one that the server does not allow to be used is refused until it can be used")
{
    ForwardStates states = states_for("localforward 8080 [h]:80\ndynamicforward 1080\n");
    const auto end_of = [](const std::string& channel, const std::string& port) {
        return "debug1: channel " + channel + ": free: direct-tcpip: listening port " + port +
               " for h port 80, connect from 127.0.0.1 port 1 to 127.0.0.1 port 2, nchannels 7";
    };
    const std::string prohibited = ": open failed: administratively prohibited: open failed";
    read(states, end_of("5", "1080"));
    CHECK(read(states, "channel 6" + prohibited).empty());
    CHECK(read(states, "channel 7" + prohibited).empty());
    CHECK(read(states, end_of("7", "8080")) == "the server does not allow connections to h:80 (-L 8080)");
    CHECK(states.in_words() == "-L 8080 refused, -D 1080 working");
    CHECK(read(states, end_of("6", "8080")).empty());  // that is known
    CHECK(read(states, end_of("6", "8080")).empty());
    CHECK(states.in_words() == "-L 8080 working, -D 1080 working");

    // The target that nobody answers at is not the forward, nor does it show that the forward works.
    ForwardStates unused = states_for("localforward 8080 [h]:80\n");
    CHECK(read(unused, "channel 6: open failed: connect failed: Connection refused").empty());
    CHECK(read(unused, end_of("6", "8080")).empty());
    CHECK(unused.in_words() == "-L 8080 unknown");
    CHECK(read(states, "channel 6: open failed: connect failed: Connection refused").empty());
    CHECK(read(states, end_of("6", "8080")).empty());
    CHECK(states.in_words() == "-L 8080 working, -D 1080 working");

    // Each user of a SOCKS forward asks for a target of his own.
    CHECK(read(states, "channel 6" + prohibited).empty());
    CHECK(read(states, end_of("6", "1080")).empty());
    CHECK(states.in_words() == "-L 8080 working, -D 1080 working");
}

TEST_CASE("Forwards: when others are wanted, what is known of one that stays counts further")
{
    const std::string head = "hostname h\nuser u\nport 22\nserveraliveinterval 0\nserveralivecountmax 3\n";
    const auto forwards = [&](const std::string& lines) {
        const auto config = SshConfig::parse(head + lines);
        REQUIRE(config);
        return forwards_of(*config, std::nullopt);
    };
    SessionTerms terms;
    terms.forwards = forwards("localforward [127.0.0.1]:80 [h]:1\nremoteforward 2222 [h]:22\n"
                              "remoteforward 0 [h]:23\n");
    ClientState state(terms);
    state.read_lines("Authenticated to h ([127.0.0.1]:22) using \"publickey\".\n"
                     "bind [127.0.0.1]:80: Address already in use\n"
                     "channel_setup_fwd_listener_tcpip: cannot listen to port: 80\n"
                     "debug1: remote forward success for: listen 2222, connect h:22\n"
                     "Allocated port 40001 for remote forward to h:23\n"
                     "debug1: remote forward success for: listen 0, connect h:23\n");
    REQUIRE(state.forwards() == "-L 80 refused, -R 2222 working, -R 0 working");
    REQUIRE(state.some_forward_failed());

    state.change_forwards(forwards("localforward [127.0.0.1]:80 [h]:1\nlocalforward [127.0.0.1]:81 [h]:1\n"
                                   "remoteforward 2222 [h]:22\nremoteforward 2223 [h]:22\n"));
    CHECK(state.forwards() == "-L 80 refused, -L 81 unknown, -R 2222 working, -R 2223 unknown");
    CHECK(state.allocated_ports().empty());
    CHECK(state.refused_forwards().size() == 1);
    CHECK(state.awaits_answers());
    state.read_line("debug1: remote forward success for: listen 2223, connect h:22");
    CHECK_FALSE(state.awaits_answers());

    state.change_forwards(forwards("localforward [127.0.0.1]:81 [h]:1\nremoteforward 2223 [h]:22\n"));
    CHECK(state.forwards() == "-L 81 unknown, -R 2223 working");
    CHECK(state.refused_forwards().empty());
    CHECK_FALSE(state.some_forward_failed());
}

TEST_CASE("Forwards: those of a file of many have names, and needs that say what their refusal means")
{
    const auto config = SshConfig::parse(
        std::string(needed) + "localforward 8080 [web]:80\nlocalforward [127.0.0.2]:8080 [web]:80\n"
                              "localforward 9090 [host]:9\nremoteforward 2222 [localhost]:22\n");
    REQUIRE(config);
    std::vector<Forward> forwards = forwards_of(*config, {});
    using enum ForwardOption;
    name_forwards(forwards, {{local, "8080 [web]:80", "shop", ForwardNeed::wanted},
                             {local, "[127.0.0.2]:8080 [web]:80", "", ForwardNeed::optional},
                             {local, "9090 [%h]:9", "mon", ForwardNeed::optional},
                             {local, "2222 [localhost]:22", "none of these", ForwardNeed::required},
                             {remote, "2222 [localhost]:22", "", ForwardNeed::required}});
    ForwardStates states(forwards);
    CHECK(states.in_words() == "shop -L 8080 unknown, -L 8080 unknown, mon -L 9090 unknown, -R 2222 unknown");
    const std::string line = "Warning: remote port forwarding failed for listen port 2222";
    read(states, line);
    CHECK(need_of(parse_message(line), states.all()) == ForwardNeed::required);
    const std::string here = "bind [127.0.0.2]:8080: Address already in use";
    read(states, here);
    CHECK(need_of(parse_message(here), states.all()) == ForwardNeed::optional);
    CHECK(states.in_words() == "shop -L 8080 unknown, -L 8080 refused (optional), mon -L 9090 unknown, "
                               "-R 2222 refused (required)");
    CHECK(need_of(parse_message("bind [::1]:9999: Address already in use"), states.all()) ==
          ForwardNeed::wanted);
}

TEST_CASE("Forwards: before ssh is asked, those of the words that a file of many makes are known")
{
    TunnelSettings settings;
    settings.ssh.arguments = {"ssh",  "-N",         "-R", "2222:localhost:22", "-L",     "8080:web:80",
                              "-D",   "[::1]:1080", "-L", "ssh:web:22",        "server", "-L",
                              "1:x:1"};
    settings.forwards = {{ForwardOption::local, "8080 [web]:80", "shop", ForwardNeed::optional}};
    const std::vector<Forward> forwards = forwards_of_words(settings);
    REQUIRE(forwards.size() == 3);
    CHECK(told(forwards[0]) == "shop -L 8080 unknown");
    CHECK(forwards[0].target == "web:80");
    CHECK(told(forwards[1]) == "-R 2222 unknown");
    CHECK(told(forwards[2]) == "-D 1080 unknown");
    CHECK(forwards[2].bind == "::1");
}
