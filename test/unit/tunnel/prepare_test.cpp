// How ssh is run, and who can answer its questions then: the same for a tunnel and for --explain.
#include "autossh/tunnel/prepare.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <algorithm>
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
        return prepare(settings, answer, askable, has_folder ? place_.folder("") : nullptr, take, log_);
    }
    bool is_unattended(const std::string& config)
    {
        const Askable found = of(config).askable;
        return !found.secrets && !found.caller;
    }
    std::string log() const { return read_file(directory_ / "log"); }

    TunnelSettings settings;
    Askable askable{.secrets = true, .caller = true};
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

TEST_CASE("Preparing: where nobody can be asked, ssh's questions come to us in place of BatchMode")
{
    const std::string of_8_5 = std::string(known) + "pubkeyacceptedalgorithms ssh-ed25519\n";
    const auto adds_batch_mode = [](const Prepared& prepared) {
        return std::ranges::any_of(prepared.plan->additions, [](const Addition& addition) {
            return std::ranges::find(addition.words, "BatchMode=yes") != addition.words.end();
        });
    };
    Preparation preparation;
    preparation.askable = {};
    const Prepared prepared = preparation.of(of_8_5);
    CHECK(prepared.askable.declined);
    CHECK_FALSE(adds_batch_mode(prepared));
    CHECK_FALSE(preparation.of(known).askable.declined);  // an older OpenSSH
    CHECK(adds_batch_mode(preparation.of(known)));
    preparation.takes = false;
    CHECK(adds_batch_mode(preparation.of(of_8_5)));
    preparation.takes = true;

    const std::string batch = "batchmode no\n";
    std::string with_batch_mode = of_8_5;
    with_batch_mode.replace(with_batch_mode.find(batch), batch.size(), "batchmode yes\n");
    CHECK_FALSE(preparation.of(with_batch_mode).askable.declined);
    for (const Askable& somebody : {Askable{.terminal = true}, Askable{.askpass = true}}) {
        preparation.askable = somebody;
        CHECK_FALSE(preparation.of(of_8_5).askable.declined);
    }
    preparation.askable = {};
    preparation.settings.ssh = {"ssh", {"ssh", "-oBatchMode=no", "h"}};
    CHECK_FALSE(preparation.of(of_8_5).askable.declined);
    CHECK_FALSE(adds_batch_mode(preparation.of(of_8_5)));
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
    quiet.settings.ssh.arguments = {"ssh", "-E", "file", "h"};
    const Prepared prepared = quiet.of(known);
    CHECK(prepared.askable.secrets);
    CHECK_FALSE(prepared.askable.caller);
}

TEST_CASE("Prepare: the reason of a complaint is its first line that is more than a warning")
{
    const std::string warning = "Warning: Identity file k not accessible: No such file or directory.\r\n";
    CHECK(reason_in("").empty());
    CHECK(reason_in("no such option\r\nusage: ssh\r\n") == "no such option");
    CHECK(reason_in(warning + warning + "no such option\n") == "no such option");
    CHECK(reason_in(warning + "\r\n") ==
          "Warning: Identity file k not accessible: No such file or directory.");
}
