// How ssh is run, and who can answer its questions then: the same for a tunnel and for --explain.
#include "autossh/tunnel/prepare.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <string>

using namespace autossh;
using autossh_test::read_file;
using autossh_test::TemporaryDirectory;

namespace {

constexpr const char* known = "host h\nhostname h\nuser u\nport 22\nserveraliveinterval 0\n"
                              "serveralivecountmax 3\nbatchmode no\nloglevel INFO\n";

/// What comes of an answer where a secret and a person in the foreground could answer ssh's questions.
class Preparation {
public:
    Preparation()
    {
        LogSettings file;
        file.file = directory_ / "log";
        log_.configure(file);
        settings.ssh = {"ssh", {"ssh", "h"}};
    }

    /// `config`: ssh's answer; empty: none.
    Prepared of(const std::string& config)
    {
        Answer answer;
        answer.config = SshConfig::parse(config);
        const auto take = [this](const PrivateFolder&) {
            ++asked;
            return takes;
        };
        return prepare(settings, answer, {.secrets = true, .caller = true},
                       has_folder ? place_.folder("") : nullptr, take, log_);
    }
    bool is_unattended(const std::string& config)
    {
        const Askable askable = of(config).askable;
        return !askable.secrets && !askable.caller;
    }
    std::string log() const { return read_file(directory_ / "log"); }

    TunnelSettings settings;
    bool has_folder = true;
    bool takes = true;
    int asked = 0;  ///< how often ssh's questions could come

private:
    TemporaryDirectory directory_;
    Log log_;
    PrivatePlace place_;
};

}  // namespace

TEST_CASE("Preparing: secrets and the person in the foreground answer what ssh asks by way of us")
{
    Preparation preparation;
    const Prepared prepared = preparation.of(known);
    CHECK(prepared.askable.secrets);
    CHECK(prepared.askable.caller);
    CHECK(preparation.asked == 1);
}

TEST_CASE("Preparing: nobody answers by way of us what cannot come to us")
{
    Preparation no_folder;
    no_folder.has_folder = false;
    CHECK(no_folder.is_unattended(known));
    Preparation no_socket;
    no_socket.takes = false;
    CHECK(no_socket.is_unattended(known));
    Preparation no_answer;
    CHECK(no_answer.is_unattended(""));
    CHECK(no_answer.asked == 0);
}

TEST_CASE("Preparing: an OpenSSH that does not say which server asks gets no secret behind a jump host")
{
    Preparation old;
    old.settings.ssh_names_asker = false;
    CHECK_FALSE(old.is_unattended(known));
    CHECK(old.is_unattended(std::string(known) + "proxyjump j\n"));
    CHECK(old.asked == 1);
    CHECK(old.log().find("no secret is given: this OpenSSH does not say") != std::string::npos);
}

TEST_CASE("Preparing: the person in the foreground does not wait for a log-in that cannot be heard")
{
    Preparation quiet;
    quiet.settings.ssh.arguments = {"ssh", "-q", "h"};
    const Prepared prepared = quiet.of(known);
    CHECK(prepared.askable.secrets);
    CHECK_FALSE(prepared.askable.caller);
}
