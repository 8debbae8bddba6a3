// Manual, "Log": the log in JSON, with the real ssh and sshd.
#include "e2e/support/autossh.hpp"
#include "support/json_object.hpp"

#include <algorithm>
#include <csignal>
#include <regex>

using namespace autossh_test;

namespace {

/// The value, or "(none)".
std::string field(const JsonObject& line, const std::string& name)
{
    const auto found = line.find(name);
    return found == line.end() ? "(none)" : found->second;
}

std::vector<JsonObject> of_event(const std::vector<JsonObject>& lines, const std::string& event)
{
    std::vector<JsonObject> found;
    std::copy_if(lines.begin(), lines.end(), std::back_inserter(found),
                 [&](const JsonObject& line) { return field(line, "event") == event; });
    return found;
}

std::vector<std::string> fields(const std::vector<JsonObject>& lines, const std::string& name)
{
    std::vector<std::string> found;
    for (const JsonObject& line : lines)
        found.push_back(field(line, name));
    return found;
}

}  // namespace

TEST_CASE("A log in JSON tells a tunnel's whole life, line by line")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"--log-format", "json", "--name", "gw", "-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("\"message\":\"up: logged in"));
    const std::string first_ssh = std::to_string(autossh.log().ssh_pid());
    sshd.signal_sessions(SIGKILL);
    REQUIRE(autossh.log().wait_for("\"message\":\"up again after"));
    const std::string second_ssh = std::to_string(autossh.log().ssh_pid());
    CHECK(autossh.end() == exited(1));

    const auto lines = json_lines(autossh.log().text());
    const std::string pid = std::to_string(autossh.process().pid());
    const std::regex time(R"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d)");
    for (const JsonObject& line : lines) {
        CAPTURE(line);
        CHECK(std::regex_match(field(line, "time"), time));
        CHECK(field(line, "tunnel") == "gw");
        CHECK(field(line, "pid") == pid);
        CHECK(line.contains("level"));
        CHECK(line.contains("event"));
        CHECK(line.contains("state"));
        CHECK(line.contains("message"));
    }

    const auto changes = of_event(lines, "state");
    CHECK(fields(changes, "state") == std::vector<std::string>{"starting", "connecting", "authenticated",
                                                               "up", "waiting", "starting", "connecting",
                                                               "authenticated", "up", "stopping"});
    const std::string lost = "connection lost";
    const std::string none = "(none)";
    CHECK(fields(changes, "cause") ==
          std::vector<std::string>{none, none, none, none, lost, lost, lost, lost, none, none});
    CHECK(fields(changes, "ssh_pid") == std::vector<std::string>{none, first_ssh, first_ssh, first_ssh, none,
                                                                 none, second_ssh, second_ssh, second_ssh,
                                                                 second_ssh});
    for (const std::string& ssh : {first_ssh, second_ssh})
        CHECK(std::count_if(lines.begin(), lines.end(), [&](const JsonObject& line) {
                  return field(line, "message") == "ssh child pid is " + ssh &&
                         field(line, "ssh_pid") == ssh && field(line, "event") == "message" &&
                         field(line, "state") == "starting";
              }) == 1);
    const auto end = std::find_if(lines.begin(), lines.end(), [&](const JsonObject& line) {
        return field(line, "message") == "ssh exited with error status 255; restarting ssh";
    });
    REQUIRE(end != lines.end());
    CHECK(field(*end, "state") == "stopping");
    CHECK(field(*end, "cause") == lost);
    CHECK(field(*end, "ssh_pid") == none);
    check_nothing_left(sshd);
}

TEST_CASE("A log in JSON has ssh's own words and the remedy as what they are")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    sshd.stop();
    const Autossh autossh(sshd, {"-M", "0", "-N"}, {{"AUTOSSH_LOGFORMAT", "Json"}});
    REQUIRE(autossh.log().wait_for("\"event\":\"remedy\""));
    CHECK(autossh.end() == exited(1));

    const auto lines = json_lines(autossh.log().text());
    const auto words = of_event(lines, "ssh");
    REQUIRE_FALSE(words.empty());
    CHECK(field(words.front(), "message").starts_with("ssh: connect to host 127.0.0.1 port "));
    CHECK(field(words.front(), "level") == "info");
    CHECK(field(words.front(), "state") == "connecting");
    CHECK(words.front().contains("ssh_pid"));

    const auto remedies = of_event(lines, "remedy");
    REQUIRE(remedies.size() == 1);
    CHECK(field(remedies.front(), "message").starts_with("remedy: start sshd on 127.0.0.1"));
    CHECK(field(remedies.front(), "state") == "waiting");
    CHECK(field(remedies.front(), "cause") == "refused");
    CHECK(field(remedies.front(), "tunnel") == "server");
    // On standard error ssh's words are as they are: the lines are in the file.
    CHECK(autossh.process().errors().starts_with("ssh: connect to host 127.0.0.1 port "));
    check_nothing_left(sshd);
}

TEST_CASE("A log in JSON has no cause where nothing has failed")
{
    SKIP_WITHOUT_SSHD();
    Sshd sshd;
    const Autossh autossh(sshd, {"--log-format=json", "-M", "0", "-N"});
    REQUIRE(autossh.log().wait_for("\"message\":\"up: logged in"));
    autossh.process().signal(SIGUSR1);
    REQUIRE(autossh.log().wait_for("\"message\":\"up again after"));
    CHECK(autossh.end() == exited(1));
    const auto lines = json_lines(autossh.log().text());
    CHECK(fields(of_event(lines, "state"), "state").size() == 11);
    for (const std::string& cause : fields(lines, "cause"))
        CHECK(cause == "(none)");

    const Autossh ended(sshd, {"--log-format=json", "-M", "0"}, {}, {"exit 0"});
    CHECK(ended.process().wait_for_exit() == exited(0));
    for (const std::string& cause : fields(json_lines(ended.log().text()), "cause"))
        CHECK(cause == "(none)");
    check_nothing_left(sshd);
}
