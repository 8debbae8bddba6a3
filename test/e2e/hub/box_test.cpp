// autossh-hub(7), "The boxes", "The server" and "The account": 1.4g and ours, by a real ssh and sshd.
#include "e2e/hub/hub_lab.hpp"
#include "e2e/support/keys.hpp"
#include "e2e/support/password_sshd.hpp"
#include "support/catch.hpp"
#include "support/skip.hpp"
#include "support/tested_autossh.hpp"

#include <csignal>
#include <string>
#include <vector>

#include <fmt/core.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// 1.4g, or ours, that tests often.
ProcessOptions box_that_beats(const std::string& program, const std::string& name, const std::string& monitor,
                              const Sshd& sshd, const std::vector<std::string>& more = {})
{
    ProcessOptions options;
    options.arguments = {program, "-M", monitor, "-F", sshd.client_config(), "-N"};
    options.arguments.insert(options.arguments.end(), more.begin(), more.end());
    options.arguments.emplace_back("server");
    options.changes = {{"AUTOSSH_MESSAGE", name},
                       {"AUTOSSH_POLL", "1"},
                       {"AUTOSSH_FIRST_POLL", "1"},
                       {"AUTOSSH_GATETIME", "0"}};
    return options;
}

/// Only what the manual has for a box's key.
void restrict_keys(const Sshd& sshd, unsigned short echo, unsigned short listen)
{
    const auto file = sshd.directory() / "authorized_keys";
    write_file(
        file,
        fmt::format("restrict,port-forwarding,permitopen=\"127.0.0.1:{}\",permitlisten=\"127.0.0.1:{}\" {}",
                    echo, listen, read_file(file)));
}

void end_box(const Process& box)
{
    box.signal(SIGTERM);
    CHECK(box.wait_for_exit());
}

}  // namespace

TEST_CASE("The boxes: 1.4g beats at a hub without knowing it, with a key that may do nothing else")
{
    SKIP_WITHOUT_SSHD();
    SKIP_UNLESS(access(REFERENCE, X_OK) == 0, "the reference is not installed");
    const HubLab hub("expect = \"boxes.csv\"\nprobe = \"127.0.0.1:{port}\"\n", "name,port\nn017,1\n");
    Sshd sshd;
    const unsigned short forwarded = free_port_pair();
    hub.write(fmt::format("[hub]\nlisten = {}\nexpect = \"boxes.csv\"\nprobe = \"127.0.0.1:{{port}}\"\n",
                          hub.port()),
              fmt::format("name,port\nn017,{}\n", forwarded));
    CHECK(hub.told({"reload"}).ends_with("exit 0"));
    restrict_keys(sshd, hub.port(), forwarded);
    const Process box(
        box_that_beats(REFERENCE, "n017", fmt::format("{}:{}", free_port_pair(), hub.port()), sshd,
                       {"-R", fmt::format("127.0.0.1:{}:127.0.0.1:{}", forwarded, sshd.port())}));
    CHECK(hub.comes_to_tell({"hub", "--json"}, "\"name\":\"n017\",\"state\":\"alive\""));
    CHECK(hub.comes_to_tell({"hub", "--json"}, "\"every\":"));
    CHECK(hub.comes_to_tell({"hub", "--json"}, fmt::format("\"pid\":{},\"beats\":", box.pid())));
    // Its own -R leads to an sshd.
    CHECK(hub.comes_to_tell({"hub", "--json"}, "\"reached\":true", std::chrono::seconds(90)));
    end_box(box);
}

TEST_CASE("The boxes: ours beats without a port on its side, at a port and at a Unix socket")
{
    SKIP_WITHOUT_SSHD();
    const HubLab hub;
    Sshd sshd;
    restrict_keys(sshd, hub.port(), 1);  // permitopen is no limit for the Unix socket
    const Process by_port(
        box_that_beats(tested_autossh(), "by-port", fmt::format("auto:{}", hub.port()), sshd));
    const Process by_path(box_that_beats(tested_autossh(), "by-path", "auto:" + hub.path(), sshd));
    const Process by_loop(box_that_beats(tested_autossh(), "as-1.4g",
                                         fmt::format("{}:{}", free_port_pair(), hub.port()), sshd));
    for (const char* const box : {"by-port", "by-path", "as-1.4g"})
        CHECK(hub.comes_to_tell({"hub", "--json"}, fmt::format("\"name\":\"{}\",\"state\":\"alive\"", box)));
    CHECK(hub.told({"hub", "--json"}).find("\"strange\":0,") != std::string::npos);
    for (const Process* const box : {&by_port, &by_path, &by_loop})
        end_box(*box);
}

TEST_CASE("The account: a name that is bound to one account is no beat from another")
{
    SKIP_WITHOUT_ACCOUNTS();
    const HubLab hub("expect = \"boxes.csv\"\n", "name,account\nn1,65101\nn2,65102\n");
    PasswordSshd sshd;  // tunnel has the uid 65101, jump 65102
    sshd.allow_key("tunnel", key_of(sshd));
    sshd.allow_key("jump", key_of(sshd));
    const std::string by_port = fmt::format("auto:{}", hub.port());
    const Process right(box_that_beats(tested_autossh(), "n1", by_port, sshd));
    CHECK(hub.comes_to_tell({"hub", "--json"}, "\"name\":\"n1\",\"state\":\"alive\""));
    CHECK(hub.told({"hub", "--json", "n1"}).find("\"account\":\"65101\",\"belongs_to\":\"65101\"") !=
          std::string::npos);
    const Process events(hub.ctl({"events"}));
    // It listens as soon as it tells of a box that has come.
    int boxes = 0;
    REQUIRE(wait_until([&] {
        return hub.beat(fmt::format("m{}", ++boxes)) &&
               events.output().find("\"box\":\"m") != std::string::npos;
    }));
    // Over the port, and over the Unix socket, which others can reach if its directory lets them.
    const Process wrong(box_that_beats(tested_autossh(), "n2", by_port, sshd));
    CHECK(
        hub.has_logged("]: box n2: a message came from the account 65101, and the name belongs to 65102\n"));
    CHECK(wait_until([&] {
        return events.output().find("\"box\":\"n2\",\"state\":\"awaited\",\"before\":\"awaited\",") !=
               std::string::npos;
    }));
    CHECK(events.output().find("\"cause\":\"a message came from the account 65101, and the name belongs to "
                               "65102\",\"remedy\":\"have the box log in to its own account, ") !=
          std::string::npos);
    CHECK(hub.told({"hub", "n2"}).find("n2: the account 65101 has used its name ") != std::string::npos);
    CHECK(hub.told({"hub", "--json", "n2"}).find("\"state\":\"awaited\"") != std::string::npos);
    const Process jump(box_that_beats(tested_autossh(), "n2", by_port, sshd, {"-l", "jump"}));
    CHECK(hub.comes_to_tell({"hub", "--json"}, "\"name\":\"n2\",\"state\":\"alive\""));
    for (const Process* const box : {&right, &wrong, &jump})
        end_box(*box);
}
