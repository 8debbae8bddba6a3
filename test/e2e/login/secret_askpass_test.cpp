// Manual, "What is answered": the program that ssh asks by is ours, and nobody can put another in its place.
#include "e2e/support/secrets.hpp"
#include "support/tested_autossh.hpp"

#include <filesystem>
#include <fmt/core.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;
namespace fs = std::filesystem;

namespace {

/// Our program as if it were installed, below a directory of its own.
class Installation {
public:
    Installation()
    {
        for (const fs::path& path : {binary(), askpass()})
            fs::create_directories(path.parent_path());
        fs::copy_file(tested_autossh(), binary());
        fs::permissions(binary(), fs::perms(0755));
        link_to(fs::relative(binary(), askpass().parent_path()));
    }

    fs::path top() const { return directory_.path(); }
    fs::path binary() const { return top() / "bin/autossh"; }
    fs::path askpass() const { return (top() / "bin" / ASKPASS_FROM_BINARY).lexically_normal(); }

    void link_to(const fs::path& target) const
    {
        fs::remove(askpass());
        fs::create_symlink(target, askpass());
    }

private:
    TemporaryDirectory directory_;
};

/// A tunnel of that installation, that needs a secret.
class Tunnel {
public:
    explicit Tunnel(const Installation& installation, const Environment& changes = {})
    {
        use_locked_key(sshd_);
        fs::create_directory(place());
        ProcessOptions how{.program = installation.binary(), .changes = changes};
        how.changes.insert({"XDG_RUNTIME_DIR", place()});
        tunnel_.emplace(sshd_, std::vector<std::string>{"--secret-file", secret_file(sshd_, right_secret)},
                        how);
        REQUIRE(tunnel_->comes_up());
    }

    fs::path askpass() const { return variable_of(tunnel_->log().ssh_pid(), "SSH_ASKPASS"); }
    fs::path in_private_directory() const
    {
        return fs::directory_iterator(place())->path() / "autossh-askpass";
    }
    bool comes_back() const { return tunnel_->comes_back(); }

    void end()
    {
        CHECK(tunnel_->log().count("cannot be answered") == 0);
        CHECK(tunnel_->end());
        CHECK(fs::is_empty(place()));
        check_nothing_left(sshd_);
    }

private:
    fs::path place() const { return sshd_.directory() / "run"; }

    Sshd sshd_;
    std::optional<SecretTunnel> tunnel_;
};

/// A program that leaves a mark when it is run.
void plant(const fs::path& path, const fs::path& mark)
{
    fs::remove(path);
    write_file(path, fmt::format("#!/bin/sh\necho run >>{}\n", mark.string()));
    fs::permissions(path, fs::perms(0755));
}

}  // namespace

TEST_CASE("Askpass: where it is installed with us, it is not in the private directory")
{
    SKIP_WITHOUT_SSHD();
    const Installation installation;
    Tunnel tunnel(installation);
    CHECK(tunnel.askpass() == installation.askpass());
    CHECK(tunnel.comes_back());
    CHECK(tunnel.askpass() == installation.askpass());
    CHECK_FALSE(fs::exists(fs::symlink_status(tunnel.in_private_directory())));
    tunnel.end();
}

TEST_CASE("Askpass: what is installed is not used where another could take its place, or it is not we")
{
    SKIP_WITHOUT_SSHD();
    const Installation installation;
    const fs::path askpass = installation.askpass();
    const std::string flaw = GENERATE("none", "open", "another", "link", "of another user");
    CAPTURE(flaw);
    if (flaw == "none")
        fs::remove(askpass);
    if (flaw == "open")
        fs::permissions(askpass.parent_path(), fs::perms::all);
    if (flaw == "another") {
        fs::copy_file(installation.binary(), installation.top() / "other");
        installation.link_to(installation.top() / "other");
    }
    if (flaw == "link") {
        fs::create_symlink(installation.binary(), installation.top() / "way");
        installation.link_to(installation.top() / "way");
    }
    if (flaw == "of another user") {
        SKIP_UNLESS(getuid() == 0, "only root can give a link away");
        REQUIRE(lchown(askpass.c_str(), 65534, 65534) == 0);
    }
    Tunnel tunnel(installation);
    CHECK(tunnel.askpass() == tunnel.in_private_directory());
    CHECK(fs::read_symlink(tunnel.askpass()) == installation.binary());
    CHECK(tunnel.comes_back());
    tunnel.end();
}

TEST_CASE("Askpass: where others can change our program, ssh asks by a copy of what we are")
{
    SKIP_WITHOUT_SSHD();
    const Installation installation;
    fs::permissions(installation.binary().parent_path(), fs::perms::all);
    Tunnel tunnel(installation);
    CHECK(tunnel.askpass() == tunnel.in_private_directory());
    CHECK(fs::is_regular_file(fs::symlink_status(tunnel.askpass())));

    const fs::path mark = installation.top() / "mark";
    plant(installation.binary(), mark);
    CHECK(tunnel.comes_back());
    fs::remove(installation.binary());
    CHECK(tunnel.comes_back());
    CHECK_FALSE(fs::exists(mark));
    tunnel.end();
}

TEST_CASE("Askpass: an autossh that another one's ssh has started has its own questions asked of itself")
{
    SKIP_WITHOUT_SSHD();
    const Installation installation;
    Tunnel tunnel(installation, {{"SSH_ASKPASS", "/nowhere/autossh-askpass"},
                                 {"AUTOSSH_ASKPASS_SOCKET", "/nowhere/ask"},
                                 {"AUTOSSH_ASKPASS_TOKEN", std::string(64, '0')}});
    CHECK(tunnel.comes_back());
    tunnel.end();
}
