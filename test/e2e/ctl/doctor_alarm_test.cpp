// autosshctl(1), "Doctor": what works with the real ssh is no finding, and what does not is one.
#include "e2e/ctl/doctor_lab.hpp"
#include "e2e/support/autossh.hpp"
#include "e2e/support/keys.hpp"
#include "support/catch.hpp"

#include <csignal>
#include <filesystem>
#include <string>

#include <fmt/core.h>

using namespace autossh_test;

namespace {

/// With the log-in, which is the measure of it.
Diagnosis examined(const DoctorLab& lab, const std::vector<std::string>& words = {})
{
    return lab.examined(words, {"--login"});
}

/// The one of the user, which lets him in: the agent has it open, and its file has a passphrase.
std::string locked_key(const Sshd& sshd, const Agent& agent)
{
    const std::string key = sshd.directory() / "held_key";
    std::filesystem::copy(key_of(sshd), key);
    use_identity(sshd, key);
    agent.add({key});
    run({"ssh-keygen", "-q", "-p", "-P", "", "-N", "secret", "-f", key});
    return key;
}

}  // namespace

TEST_CASE("Doctor: a locked key that the agent has is no alarm, also where nothing stands beside it")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string socket = sshd.directory() / "agent";
    const Agent agent(socket);
    const std::string key = locked_key(sshd, agent);
    const Diagnosis locked = examined(lab);
    CHECK(locked.status == 2);
    CHECK(locked.has("needs a passphrase, and nobody can be asked"));
    const Diagnosis held = examined(lab, {"-o", "IdentityAgent=" + socket});
    INFO(held.text);
    CHECK(held.has("  logged in to "));
    CHECK(held.has(key + " (the agent has it)"));
    CHECK(held.lines("FAIL").empty());
}

TEST_CASE("Doctor: a host key that is known without the port is known, and one that is revoked is not")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    const DoctorLab lab(sshd);
    const std::string known_hosts = sshd.directory() / "known_hosts";
    const std::string key = read_file(sshd.directory() / "host_key.pub");
    std::string config = read_file(sshd.client_config());
    const std::string alias = "HostKeyAlias server\n";
    REQUIRE(config.find(alias) != std::string::npos);
    write_file(sshd.client_config(), config.erase(config.find(alias), alias.size()));
    write_file(known_hosts, fmt::format("{} {}", sshd.address(), key));
    const Diagnosis known = examined(lab);
    INFO(known.text);
    CHECK(known.has("  logged in to "));
    CHECK(known.lines("FAIL").empty());
    write_file(known_hosts, fmt::format("{} {}@revoked * {}", sshd.address(), key, key));
    const Diagnosis revoked = examined(lab);
    INFO(revoked.text);
    CHECK_FALSE(revoked.has("  logged in to "));
    CHECK(revoked.lines("FAIL").size() == 2);
    CHECK(revoked.has(" is revoked (@revoked)"));
}

TEST_CASE("Doctor, --login: with the agent of the autossh that runs, and not with that of who asks")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    DoctorLab lab(sshd);
    const std::string socket = sshd.directory() / "agent";
    const Agent agent(socket);
    locked_key(sshd, agent);
    const std::string file = lab.fleet_file(
        fmt::format("[tunnel.a]\noptions = [\"-F\", \"{}\", \"-o\", \"IdentityAgent=SSH_AUTH_SOCK\"]\n",
                    sshd.client_config().string()));
    const auto login_beside = [&](const std::string& its, const std::string& ours) {
        ProcessOptions options = lab.fleet(file);
        options.changes["SSH_AUTH_SOCK"] = its;
        const Process fleet(options);
        REQUIRE(wait_until(
            [&] { return read_file(lab.place() / "log").find("a: connecting") != std::string::npos; }));
        lab.place().changes["SSH_AUTH_SOCK"] = ours;
        const Diagnosis found = lab.doctor({"--login", "-D", "lab"});
        INFO(found.text << found.errors);
        CHECK(found.has("  login "));
        fleet.signal(SIGTERM);
        CHECK(fleet.wait_for_exit());
        std::filesystem::remove(lab.place() / "log");
        return found.has("  logged in to ");
    };
    CHECK(login_beside(socket, "/nonexistent/agent"));
    CHECK_FALSE(login_beside("/nonexistent/agent", socket));
}

TEST_CASE("Doctor: a runtime directory that is not there is no alarm, as autossh takes the next")
{
    SKIP_WITHOUT_SSHD();
    const Sshd sshd;
    DoctorLab lab(sshd);
    const std::string next = lab.place().place();
    lab.place().changes = {{"XDG_RUNTIME_DIR", next + "/none"}, {"TMPDIR", next}};
    const Diagnosis found = lab.examined({});
    INFO(found.text << found.errors);
    CHECK(found.status == 0);
    CHECK(found.has(next + " has room for its private files"));
}
