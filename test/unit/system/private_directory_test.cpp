#include "autossh/system/private_directory.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <stdexcept>
#include <string>
#include <vector>

#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

using Candidate = PrivateDirectory::Candidate;

std::vector<Candidate> candidates(const std::map<std::string, std::string, std::less<>>& variables)
{
    return PrivateDirectory::candidates([&](std::string_view name) {
        const auto found = variables.find(name);
        return found == variables.end() ? std::nullopt : std::optional(found->second);
    });
}

std::string parent_of(const PrivateDirectory& directory)
{
    return fs::path(directory.path()).parent_path().string();
}

/// Those, which no variable names.
std::vector<Candidate> places(const std::vector<std::string>& paths)
{
    std::vector<Candidate> candidates;
    for (const std::string& path : paths)
        candidates.push_back({path});
    return candidates;
}

/// What is said when none of `candidates` will do, without its beginning. Empty: one of them does.
std::string refusal(const std::vector<Candidate>& candidates)
{
    const std::string beginning = "cannot make a directory for sockets: ";
    try {
        const PrivateDirectory directory(candidates);
    } catch (const std::runtime_error& error) {
        const std::string text = error.what();
        REQUIRE(text.starts_with(beginning));
        return text.substr(beginning.size());
    }
    return "";
}

}  // namespace

TEST_CASE("Private directory: the runtime directory, then TMPDIR, then /tmp")
{
    using List = std::vector<Candidate>;
    CHECK(candidates({}) == List{{"/tmp"}});
    CHECK(candidates({{"TMPDIR", "/t"}, {"XDG_RUNTIME_DIR", "/r"}, {"RUNTIME_DIRECTORY", "/a:/b"}}) ==
          List{{"/a", "RUNTIME_DIRECTORY"}, {"/r", "XDG_RUNTIME_DIR"}, {"/t", "TMPDIR"}, {"/tmp"}});
    CHECK(candidates({{"TMPDIR", ""}, {"XDG_RUNTIME_DIR", ""}, {"RUNTIME_DIRECTORY", ":/b"}}) ==
          List{{"/tmp"}});
}

TEST_CASE("Private directory: it is ours alone, and goes with all that is in it")
{
    const TemporaryDirectory parent;
    std::string path;
    {
        const PrivateDirectory directory(places({parent.path()}));
        const PrivateDirectory other(places({parent.path().string() + "/"}));
        path = directory.path();
        struct stat status {};
        REQUIRE(::lstat(path.c_str(), &status) == 0);
        CHECK(S_ISDIR(status.st_mode));
        CHECK((status.st_mode & 07777) == 0700);
        CHECK(status.st_uid == geteuid());
        CHECK(parent_of(directory) == parent.path().string());
        CHECK(parent_of(other) == parent.path().string());
        CHECK(path != other.path());
        const std::string name = "auto-ssh\\." + std::to_string(getpid()) + "\\.[A-Za-z0-9]{6}";
        CHECK(std::regex_match(fs::path(path).filename().string(), std::regex(name)));

        write_file(parent / "kept", "kept");
        write_file(fs::path(path) / "in", "");
        fs::create_symlink(parent / "kept", fs::path(path) / "link");
    }
    CHECK_FALSE(fs::exists(path));
    CHECK(std::distance(fs::directory_iterator(parent.path()), fs::directory_iterator()) == 1);
    CHECK(autossh_test::read_file(parent / "kept") == "kept");
}

TEST_CASE("Private directory: a forked child leaves it alone")
{
    const TemporaryDirectory parent;
    std::optional<PrivateDirectory> directory(std::in_place, places({parent.path()}));
    const pid_t child = fork();
    if (child == 0) {
        directory.reset();
        _exit(0);
    }
    waitpid(child, nullptr, 0);
    CHECK(fs::exists(directory->path()));
}

TEST_CASE("Private directory: an unfit parent gives way to the next")
{
    const TemporaryDirectory parent;
    const std::string good = parent.path().string();
    write_file(parent / "file", "");
    const std::vector<std::string> unfit = {"",
                                            ".",
                                            "relative",
                                            good + "/nowhere",
                                            good + "/file",
                                            good + "/a:b",
                                            good + "/a b",
                                            good + "/%h",
                                            good + "/$x",
                                            good + "/~",
                                            good + "/\xc3\xa4",
                                            good + "/\"q\"",
                                            good + "/[::1]",
                                            good + "/" + std::string(80, 'l')};
    for (const std::string& path : unfit) {
        CAPTURE(path);
        if (path.starts_with(good) && path != good + "/nowhere" && path != good + "/file")
            fs::create_directory(path);
        const PrivateDirectory directory(places({path, good}));
        CHECK(parent_of(directory) == good);
        const std::string words = refusal(places({path}));
        CHECK(words.starts_with(path + ": "));
        CHECK(words.size() > path.size() + 2);
    }
}

TEST_CASE("Private directory: its sockets' paths fit to the last byte")
{
    const TemporaryDirectory parent;
    const std::string base = parent.path().string() + "/";
    const std::size_t room = sizeof(sockaddr_un{}.sun_path) - 1;
    const std::size_t ours = ("/auto-ssh." + std::to_string(getpid()) + ".XXXXXX/status").size();
    REQUIRE(base.size() + ours < room);
    const std::string longest = base + std::string(room - ours - base.size(), 'l');
    fs::create_directory(longest);
    fs::create_directory(longest + "l");

    CHECK((PrivateDirectory(places({longest})).path() + "/status").size() == room);
    CHECK(refusal(places({longest + "l"})) == longest + "l: File name too long");
}

TEST_CASE("Private directory: when none can be made, each is named with its variable and its reason")
{
    const TemporaryDirectory parent;
    const std::string odd = parent / "a:b";
    const std::string open = parent / "open";
    for (const std::string& path : {odd, open})
        fs::create_directory(path);
    REQUIRE(chmod(open.c_str(), 0777) == 0);
    CHECK(
        refusal({{"/nowhere", "RUNTIME_DIRECTORY"}, {open, "XDG_RUNTIME_DIR"}, {"there", "TMPDIR"}, {odd}}) ==
        "RUNTIME_DIRECTORY=/nowhere: No such file or directory; XDG_RUNTIME_DIR=" + open + ": " + open +
            " can be written by others (mode 0777) and is not sticky; TMPDIR=there: Invalid argument; " +
            odd + ": Invalid argument");
}

TEST_CASE("Private directory: one that others can change gives way to the next, and stays empty")
{
    const TemporaryDirectory parent;
    const std::string good = parent / "good";
    const std::string bad = parent / "bad";
    const std::string below = bad + "/below";
    fs::create_directory(good);
    fs::create_directories(below);
    for (const mode_t mode : {0777U, 0770U, 0702U, 02775U}) {
        CAPTURE(mode);
        REQUIRE(chmod(bad.c_str(), mode) == 0);
        CHECK(parent_of(PrivateDirectory(places({bad, good}))) == good);
        CHECK(parent_of(PrivateDirectory(places({below, good}))) == good);
        CHECK(fs::is_empty(below));
    }
    REQUIRE(chmod(bad.c_str(), 01777) == 0);
    CHECK(parent_of(PrivateDirectory(places({bad, good}))) == bad);
    CHECK(parent_of(PrivateDirectory(places({below, good}))) == below);
    if (geteuid() != 0)
        return;
    REQUIRE(chown(bad.c_str(), 65534, 65534) == 0);
    for (const mode_t mode : {0700U, 0755U, 01777U}) {
        REQUIRE(chmod(bad.c_str(), mode) == 0);
        CHECK(parent_of(PrivateDirectory(places({bad, good}))) == good);
        CHECK(parent_of(PrivateDirectory(places({below, good}))) == good);
    }
}

TEST_CASE("Private directory: no link stands in its path")
{
    const TemporaryDirectory parent;
    const std::string place = parent / "place";
    const std::string link = parent / "link";
    fs::create_directory(place);
    fs::create_directory_symlink(place, link);
    CHECK(parent_of(PrivateDirectory(places({link}))) == place);
}
