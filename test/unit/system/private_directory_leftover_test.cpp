#include "autossh/system/private_directory.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <filesystem>
#include <string>
#include <vector>

#include <sys/wait.h>
#include <unistd.h>

using namespace autossh;
using autossh_test::TemporaryDirectory;
using autossh_test::write_file;
namespace fs = std::filesystem;

namespace {

std::vector<PrivateDirectory::Candidate> only(const TemporaryDirectory& parent)
{
    return {{parent.path()}};
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

TEST_CASE("Private directory: what a dead autossh has left behind goes, and nothing else")
{
    const TemporaryDirectory parent;
    const std::string dead = "auto-ssh." + std::to_string(dead_pid()) + ".";
    write_file(parent / "precious", "precious");
    fs::create_directory(parent / "elsewhere");
    write_file(parent / "elsewhere/file", "");

    const auto leftover = parent / (dead + "AAAAAA");
    fs::create_directory(leftover);
    write_file(leftover / "in", "");
    fs::create_directory_symlink(parent / "elsewhere", leftover / "link");

    const auto former = parent / ("autossh." + std::to_string(dead_pid()) + ".AAAAAA");
    fs::create_directory(former);
    fs::create_directory_symlink(parent / "elsewhere", parent / (dead + "BBBBBB"));
    write_file(parent / (dead + "CCCCCC"), "");
    const std::vector<std::string> others = {dead + "short",
                                             dead + "longer7",
                                             "x" + dead + "AAAAAA",
                                             "auto-ssh..AAAAAA",
                                             "auto-ssh.AAAAAA",
                                             "auto-ssh.-1.AAAAAA",
                                             "auto-ssh.0.AAAAAA",
                                             "auto-ssh.99999999999.AAAAAA",
                                             "auto-ssh-" + dead + "AAAAAA",
                                             "auto-ssh.1.AAAAAA"};
    for (const std::string& name : others)
        fs::create_directory(parent / name);

    // With our pid: of the first process of an earlier container, or of ourselves.
    const PrivateDirectory ours(only(parent));
    const auto namesake = parent / ("auto-ssh." + std::to_string(getpid()) + ".AAAAAA");
    fs::create_directory(namesake);

    const PrivateDirectory directory(only(parent));
    CHECK(fs::exists(leftover));
    directory.remove_leftovers();
    CHECK_FALSE(fs::exists(leftover));
    CHECK_FALSE(fs::exists(former));
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
    const PrivateDirectory living(only(parent));
    const auto name = parent / ("auto-ssh." + std::to_string(dead_pid()) + ".AAAAAA");
    fs::rename(living.path(), name);
    const PrivateDirectory directory(only(parent));
    directory.remove_leftovers();
    CHECK(fs::exists(name));
}
