#include "autossh/private_directory.hpp"

#include "support/catch.hpp"
#include "support/temporary_directory.hpp"

#include <filesystem>
#include <map>
#include <optional>
#include <regex>
#include <string>
#include <system_error>
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

std::vector<std::string> candidates(const std::map<std::string, std::string, std::less<>>& variables)
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

/// What is said when none of `parents` will do, with its code.
std::system_error refusal(const std::vector<std::string>& parents)
{
    try {
        const PrivateDirectory directory(parents);
    } catch (const std::system_error& error) {
        return error;
    }
    return {0, std::generic_category()};
}

/// The pid of a process that has ended.
pid_t dead_pid()
{
    const pid_t child = fork();
    if (child == 0)
        _exit(0);
    waitpid(child, nullptr, 0);
    return child;
}

}  // namespace

TEST_CASE("Private directory: the runtime directory, then TMPDIR, then /tmp")
{
    using List = std::vector<std::string>;
    CHECK(candidates({}) == List{"/tmp"});
    CHECK(candidates({{"TMPDIR", "/t"}, {"XDG_RUNTIME_DIR", "/r"}}) == List{"/r", "/t", "/tmp"});
    CHECK(candidates({{"TMPDIR", ""}, {"XDG_RUNTIME_DIR", ""}}) == List{"/tmp"});
}

TEST_CASE("Private directory: it is ours alone, and goes with all that is in it")
{
    const TemporaryDirectory parent;
    std::string path;
    {
        const PrivateDirectory directory({parent.path().string()});
        const PrivateDirectory other({parent.path().string() + "/"});
        path = directory.path();
        struct stat status {};
        REQUIRE(::lstat(path.c_str(), &status) == 0);
        CHECK(S_ISDIR(status.st_mode));
        CHECK((status.st_mode & 07777) == 0700);
        CHECK(status.st_uid == geteuid());
        CHECK(parent_of(directory) == parent.path().string());
        CHECK(parent_of(other) == parent.path().string());
        CHECK(path != other.path());
        const std::string name = "autossh\\." + std::to_string(getpid()) + "\\.[A-Za-z0-9]{6}";
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
    std::optional<PrivateDirectory> directory(std::in_place, std::vector{parent.path().string()});
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
        const PrivateDirectory directory({path, good});
        CHECK(parent_of(directory) == good);
        const std::system_error error = refusal({path});
        CHECK(error.code().value() != 0);
        CHECK(std::string(error.what()) ==
              "cannot make a directory for sockets: " + path + ": " + error.code().message());
    }
}

TEST_CASE("Private directory: its sockets' paths fit to the last byte")
{
    const TemporaryDirectory parent;
    const std::string base = parent.path().string() + "/";
    const std::size_t room = sizeof(sockaddr_un{}.sun_path) - 1;
    const std::size_t ours = ("/autossh." + std::to_string(getpid()) + ".XXXXXX/status").size();
    REQUIRE(base.size() + ours < room);
    const std::string longest = base + std::string(room - ours - base.size(), 'l');
    fs::create_directory(longest);
    fs::create_directory(longest + "l");

    CHECK((PrivateDirectory({longest}).path() + "/status").size() == room);
    CHECK(refusal({longest + "l"}).code() == std::errc::filename_too_long);
}

TEST_CASE("Private directory: when none can be made, each is named with its reason")
{
    CHECK(std::string(refusal({"/tmp/a:b", "/nowhere", "there"}).what()) ==
          "cannot make a directory for sockets: /tmp/a:b: Invalid argument; "
          "/nowhere: No such file or directory; there: Invalid argument");
}

TEST_CASE("Private directory: what a dead autossh has left behind goes, and nothing else")
{
    const TemporaryDirectory parent;
    const std::string dead = "autossh." + std::to_string(dead_pid()) + ".";
    write_file(parent / "precious", "precious");
    fs::create_directory(parent / "elsewhere");
    write_file(parent / "elsewhere/file", "");

    const auto leftover = parent / (dead + "AAAAAA");
    fs::create_directory(leftover);
    write_file(leftover / "in", "");
    fs::create_directory_symlink(parent / "elsewhere", leftover / "link");

    fs::create_directory_symlink(parent / "elsewhere", parent / (dead + "BBBBBB"));
    write_file(parent / (dead + "CCCCCC"), "");
    const std::vector<std::string> others = {dead + "short",
                                             dead + "longer7",
                                             "x" + dead + "AAAAAA",
                                             "autossh..AAAAAA",
                                             "autossh.AAAAAA",
                                             "autossh.-1.AAAAAA",
                                             "autossh.0.AAAAAA",
                                             "autossh.99999999999.AAAAAA",
                                             "autossh-" + dead + "AAAAAA",
                                             "autossh.1.AAAAAA"};
    for (const std::string& name : others)
        fs::create_directory(parent / name);

    // With our pid: of the first process of an earlier container, or of ourselves.
    const PrivateDirectory ours({parent.path().string()});
    const auto namesake = parent / ("autossh." + std::to_string(getpid()) + ".AAAAAA");
    fs::create_directory(namesake);

    const PrivateDirectory directory({parent.path().string()});
    CHECK_FALSE(fs::exists(leftover));
    CHECK_FALSE(fs::exists(namesake));
    CHECK(ours.exists());
    CHECK(fs::is_symlink(parent / (dead + "BBBBBB")));
    CHECK(fs::exists(parent / (dead + "CCCCCC")));
    CHECK(fs::exists(parent / "elsewhere/file"));
    CHECK(fs::exists(parent / "precious"));
    for (const std::string& name : others) {
        CAPTURE(name);
        CHECK(fs::exists(parent / name));
    }
}

TEST_CASE("Private directory: one whose pid is not known here, but whose autossh lives, stays")
{
    const TemporaryDirectory parent;
    const PrivateDirectory living({parent.path().string()});
    const auto name = parent / ("autossh." + std::to_string(dead_pid()) + ".AAAAAA");
    fs::rename(living.path(), name);
    const PrivateDirectory directory({parent.path().string()});
    CHECK(fs::exists(name));
}
