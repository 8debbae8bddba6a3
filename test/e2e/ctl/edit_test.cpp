// autosshctl(1), "Commands": check and edit, with a script for an editor.
#include "e2e/ctl/stand_in_daemon.hpp"

#include "autossh/control/answer.hpp"
#include "support/catch.hpp"

#include <string>
#include <vector>

#include <fcntl.h>
#include <fmt/core.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace autossh_test;

namespace {

/// A fleet's file, and an editor that is a shell script: the copy is "$1".
class EditLab {
public:
    explicit EditLab(const std::string& text = "[tunnel.db]\n")
    {
        write_file(file(), text);
        ::chmod(file().c_str(), 0640);
    }

    std::filesystem::path file() const { return directory_ / "fleet.toml"; }
    std::filesystem::path operator/(const std::string& name) const { return directory_ / name; }

    /// `answers`: what is typed on standard input.
    ProcessOptions edit(const std::string& script, const std::string& answers = "") const
    {
        write_file(directory_ / "editor", "#!/bin/sh\n" + script + "\n");
        ::chmod((directory_ / "editor").c_str(), 0700);
        write_file(directory_ / "answers", answers);
        ProcessOptions options = lab_.options({"edit", file()});
        options.program = "/bin/sh";
        options.arguments = {"sh",
                             "-c",
                             "exec \"$0\" edit \"$1\" <\"$2\"",
                             tested_autosshctl(),
                             file(),
                             directory_ / "answers"};
        options.changes["EDITOR"] = directory_ / "editor";
        return options;
    }
    ProcessOptions ctl(const std::vector<std::string>& words) const { return lab_.options(words); }

    /// Of the copies that stand beside the file.
    std::vector<std::string> copies() const
    {
        std::vector<std::string> found;
        for (const auto& entry : std::filesystem::directory_iterator(directory_.path()))
            if (entry.path().filename().string().starts_with(".fleet."))
                found.push_back(entry.path());
        return found;
    }

private:
    TemporaryDirectory directory_;
    CtlLab lab_;
};

}  // namespace

TEST_CASE("autosshctl, check: mistakes with their places, or how many tunnels there are")
{
    const EditLab lab("[tunnel.db]\n[tunnel.off]\nenabled = false\n");
    CHECK(output_of(Process(lab.ctl({"check", lab.file()})), 0) ==
          lab.file().string() + ": 2 tunnels (1 not enabled), no mistakes\n");
    write_file(lab.file(), "[tunnel.db]\npol = \"3s\"\n");
    const Process wrong(lab.ctl({"check", lab.file()}));
    CHECK(output_of(wrong, 65).empty());
    CHECK(wrong.errors() ==
          lab.file().string() +
              ":2:1: error: unknown key \"pol\" in [tunnel.db]\n  did you mean \"poll\"?\n");
    CHECK(output_of(Process(lab.ctl({"check", lab / "nowhere"})), 65).empty());
}

TEST_CASE("autosshctl, edit: what has no mistake takes the place of the file, with its mode")
{
    const EditLab lab;
    const Process edit(lab.edit("echo '[tunnel.web]' >>\"$1\""));
    CHECK(output_of(edit, 0) ==
          fmt::format("{0}: 2 tunnels, no mistakes\n"
                      "no fleet runs with it: \"autossh --fleet {0}\" starts its tunnels\n",
                      lab.file().string()));
    CHECK(read_file(lab.file()) == "[tunnel.db]\n[tunnel.web]\n");
    struct stat status {};
    REQUIRE(::stat(lab.file().c_str(), &status) == 0);
    CHECK((status.st_mode & 07777U) == 0640);
    CHECK(lab.copies().empty());
    CHECK(output_of(Process(lab.edit("true")), 0) == "nothing has changed\n");
    CHECK(lab.copies().empty());
}

TEST_CASE("autosshctl, edit: a link stays a link")
{
    const EditLab lab;
    std::filesystem::create_directory(lab / "real");
    std::filesystem::rename(lab.file(), lab / "real" / "mine.toml");
    std::filesystem::create_symlink("real/mine.toml", lab.file());
    CHECK(output_of(Process(lab.edit("echo '[tunnel.web]' >>\"$1\"")), 0)
              .starts_with(lab.file().string() + ": 2 tunnels"));
    CHECK(std::filesystem::is_symlink(lab.file()));
    CHECK(read_file(lab / "real" / "mine.toml") == "[tunnel.db]\n[tunnel.web]\n");
}

TEST_CASE("autosshctl, edit: a mistake is shown, and the file stays until it is mended")
{
    const EditLab lab;
    // The first time wrong, the second time right.
    const Process mended(lab.edit(
        "if grep -q wrong \"$1\"; then sed -i s/wrong/poll/ \"$1\"; else echo 'wrong = \"3s\"' >>\"$1\"; fi",
        "what\ne\n"));
    CHECK(output_of(mended, 0).starts_with(lab.file().string() + ": 1 tunnel, no mistakes\n"));
    CHECK(mended.errors().find(":2:1: error: unknown key \"wrong\"") != std::string::npos);
    CHECK(read_file(lab.file()) == "[tunnel.db]\npoll = \"3s\"\n");

    const Process discarded(lab.edit("echo nonsense >\"$1\"", "x\n"));
    CHECK(output_of(discarded, 65).empty());
    CHECK(lab.copies().empty());
    // Nobody answers: what has been typed is not lost.
    const Process left(lab.edit("echo nonsense >\"$1\""));
    CHECK(output_of(left, 65).empty());
    REQUIRE(lab.copies().size() == 1);
    CHECK(left.errors().find("the copy is in " + lab.copies().front()) != std::string::npos);
    CHECK(read_file(lab.copies().front()) == "nonsense\n");
    CHECK(read_file(lab.file()) == "[tunnel.db]\npoll = \"3s\"\n");
}

TEST_CASE("autosshctl, edit: what others do meanwhile is not lost")
{
    const EditLab lab;
    const std::string theirs =
        fmt::format("echo '[tunnel.theirs]' >'{}'\necho '[tunnel.mine]' >\"$1\"", lab.file().string());
    const Process discarded(lab.edit(theirs, "x\n"));
    CHECK(output_of(discarded, 65).empty());
    CHECK(discarded.errors().find("has been changed by somebody else meanwhile\n") != std::string::npos);
    CHECK(read_file(lab.file()) == "[tunnel.theirs]\n");
    CHECK(output_of(Process(lab.edit(theirs, "o\n")), 0).starts_with(lab.file().string() + ": 1 tunnel"));
    CHECK(read_file(lab.file()) == "[tunnel.mine]\n");
}

TEST_CASE("autosshctl, edit: two at once cannot edit one file")
{
    const EditLab lab;
    const std::string other =
        fmt::format("'{}' edit '{}' 2>'{}'\necho $? >'{}'", tested_autosshctl(), lab.file().string(),
                    (lab / "said").string(), (lab / "status").string());
    CHECK(output_of(Process(lab.edit(other)), 0) == "nothing has changed\n");
    CHECK(read_file(lab / "status") == "75\n");
    CHECK(read_file(lab / "said").starts_with("autosshctl: another autosshctl edits a file in "));
}

TEST_CASE("autosshctl, edit: an editor that fails changes nothing")
{
    const EditLab lab;
    const Process failed(lab.edit("exit 3"));
    CHECK(output_of(failed, 1).empty());
    CHECK(failed.errors().find("has failed, with exit status 3\n") != std::string::npos);
    CHECK(lab.copies().empty());
    const Process written(lab.edit("echo '[tunnel.x]' >>\"$1\"; kill -TERM $$"));
    CHECK(output_of(written, 1).empty());
    CHECK(lab.copies().size() == 1);
    CHECK(read_file(lab.file()) == "[tunnel.db]\n");
}

TEST_CASE("autosshctl, edit: a file that is not there yet is made, with its directory")
{
    const TemporaryDirectory home;
    const CtlLab lab;
    ProcessOptions options = lab.options({"edit", home / "a" / "b" / "fleet.toml"});
    write_file(home / "editor", "#!/bin/sh\necho '[tunnel.db]' >>\"$1\"\n");
    ::chmod((home / "editor").c_str(), 0700);
    options.changes["VISUAL"] = home / "editor";
    CHECK(output_of(Process(options), 0).find("/fleet.toml: 1 tunnel, no mistakes\n") != std::string::npos);
    const std::string text = read_file(home / "a" / "b" / "fleet.toml");
    CHECK(text.starts_with("# Tunnels that autossh --fleet keeps"));
    CHECK(text.ends_with("[tunnel.db]\n"));
}

TEST_CASE("autosshctl, edit: the fleet that has read the file is told to reload")
{
    using namespace autossh;
    const EditLab lab;
    const CtlLab place;
    const StandInDaemon daemon(place.place(), "abcdef", [&lab](const ControlRequest& request) {
        DaemonFacts facts = fleet_facts(lab_name(), {"db"});
        facts.config = lab.file();
        ReloadAnswer answer;
        answer.changes = {{"web", "start", ""}};
        return StandInDaemon::Reply{request.ask == Ask::status ? status_answer(request.id, facts)
                                                               : reload_answer(request.id, answer, false)};
    });
    ProcessOptions options = lab.edit("echo '[tunnel.web]' >>\"$1\"");
    options.arguments = {"sh", "-c", "exec \"$0\" edit -D " + lab_name(), tested_autosshctl()};
    options.changes["XDG_RUNTIME_DIR"] = place.place();
    CHECK(output_of(Process(options), 0) == lab.file().string() + ": 2 tunnels, no mistakes\nweb: start\n");
    CHECK(daemon.orders().size() == 1);
}
