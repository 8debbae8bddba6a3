// autossh-fleet(5), "Metrics".
#include "autossh/base/replaced_file.hpp"

#include "support/catch.hpp"
#include "support/machine/temporary_directory.hpp"

#include <sys/stat.h>
#include <unistd.h>

using namespace autossh;
using namespace autossh_test;

TEST_CASE("Metrics: a file is replaced as a whole, and all may read it")
{
    const TemporaryDirectory directory;
    const std::string path = directory / "a.prom";
    const mode_t before = ::umask(0077);
    CHECK(replace_file(path, "one\n").empty());
    CHECK(replace_file(path, "two\n").empty());
    ::umask(before);
    CHECK(read_file(path) == "two\n");
    struct stat status {};
    REQUIRE(::stat(path.c_str(), &status) == 0);
    CHECK((status.st_mode & 0777) == 0644);
    CHECK(::access((path + ".new").c_str(), F_OK) != 0);
}

TEST_CASE("Metrics: a link in the place of the new file is not followed")
{
    const TemporaryDirectory directory;
    const std::string victim = directory / "victim";
    const std::string path = directory / "a.prom";
    write_file(victim, "mine\n");
    REQUIRE(::symlink(victim.c_str(), (path + ".new").c_str()) == 0);
    CHECK(replace_file(path, "text\n").empty());
    CHECK(read_file(victim) == "mine\n");
    CHECK(read_file(path) == "text\n");
}

TEST_CASE("Metrics: a file that cannot be replaced is named with the reason, and stays as it is")
{
    const TemporaryDirectory directory;
    const std::string none = directory / "none/a.prom";
    CHECK(replace_file(none, "x") == none + ".new: No such file or directory");
    const std::string path = directory / "a.prom";
    REQUIRE(::mkdir(path.c_str(), 0700) == 0);
    CHECK(replace_file(path, "x") == path + ": Is a directory");
    CHECK(::access((path + ".new").c_str(), F_OK) != 0);
}
